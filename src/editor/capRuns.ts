/** `Marginal: Cap Runs and Days…`: offers caps that would have stopped one run, or one day, of the last month. */
import * as vscode from 'vscode';
import { type CapSuggestion, suggestCap } from '../core/budget/suggestCap.ts';
import type { DearRun } from '../core/ledger/breakdown.ts';
import { dayOf, startOfDay } from '../core/ledger/localDay.ts';
import { formatCredits, NANO_PER_CREDIT, type NanoCredits } from '../core/money.ts';
import { dateText } from '../core/status/dateText.ts';
import { agentLabel } from '../core/status/labels.ts';
import type { WorkerApi } from '../ports.ts';

export interface CapParts {
  readonly worker: Pick<WorkerApi, 'dearest' | 'burn'>;
}

interface Choice extends vscode.QuickPickItem {
  readonly setting: 'budget.runCredits' | 'budget.dayCredits';
  /** undefined: the developer writes it. */
  readonly credits: number | undefined;
}

const DAYS = 30;
/** The two dearest alone decide; some more of unknown cost may stand among them. */
const RUNS = 10;

const MODES = [
  { label: '$(bell) Warn me', mode: 'warn', detail: 'Agents go on; you are told.' },
  {
    label: '$(question) Ask me',
    mode: 'ask',
    detail: 'You are asked whether a run may go on, and again a quarter later.',
  },
  {
    label: '$(stop-circle) Stop it',
    mode: 'refuse',
    detail: 'The run is stopped before its next tool; the agent is told why and how to go on.',
  },
] as const;

export async function capRuns({ worker }: CapParts): Promise<void> {
  const now = Date.now();
  const [from, today] = [dayOf(startOfDay(dayOf(now), -DAYS)), dayOf(now)];
  const [runs, rows] = await Promise.all([worker.dearest(from, today, RUNS), worker.burn(from, today)]);
  const run = suggestCap(runs.filter(({ cost }) => cost.unknown === 0).map(withNano));
  const day = suggestCap(
    [...Map.groupBy(rows, (row) => row.day)].map(([name, of]) => ({
      day: name,
      nanoCredits: of.reduce((sum, { cost }) => sum + cost.nanoCredits, 0),
    })),
  );
  const choices: Choice[] = [
    ...(run ? [suggested('budget.runCredits', 'a run', run, runText(run.stopped))] : []),
    ...(day ? [suggested('budget.dayCredits', 'a day', day, dayText(day.stopped))] : []),
    { label: '$(edit) Another cap for a run…', setting: 'budget.runCredits', credits: undefined },
    { label: '$(edit) Another cap for a day…', setting: 'budget.dayCredits', credits: undefined },
  ];
  const choice = await vscode.window.showQuickPick(choices, {
    title: 'Cap Runs and Days',
    placeHolder: run
      ? 'Caps hold for agents that are guarded, and for requests through Marginal'
      : 'Too little was seen in the last month to suggest a cap for a run',
  });
  if (!choice) return;
  const credits = choice.credits ?? (await writtenCredits(choice.setting));
  if (credits === undefined) return;
  const mode = await vscode.window.showQuickPick(MODES, {
    title: 'Cap Runs and Days',
    placeHolder: 'What is to happen when a cap is reached? It counts for all of your budgets',
    // The editor that the first list gives the focus back to would close this one.
    ignoreFocusOut: true,
  });
  if (!mode) return;
  const section = vscode.workspace.getConfiguration('marginal');
  await section.update(choice.setting, credits, vscode.ConfigurationTarget.Global);
  await section.update('budget.mode', mode.mode, vscode.ConfigurationTarget.Global);
}

function suggested(
  setting: Choice['setting'],
  what: string,
  { nanoCredits }: CapSuggestion<unknown>,
  stopped: string,
): Choice {
  return {
    label: `$(shield) Cap ${what} at ${formatCredits(nanoCredits)} credits`,
    detail: `Would have stopped one in ${DAYS} days: ${stopped}`,
    setting,
    credits: nanoCredits / NANO_PER_CREDIT,
  };
}

async function writtenCredits(setting: Choice['setting']): Promise<number | undefined> {
  const written = await vscode.window.showInputBox({
    title: 'Cap Runs and Days',
    ignoreFocusOut: true,
    prompt: `Credits that ${setting === 'budget.runCredits' ? 'a run' : 'a day'} may cost (1 credit = US$0.01); 0: no cap`,
    validateInput: (text) => (Number(text) >= 0 && text.trim() !== '' ? undefined : 'Write credits from 0 on.'),
  });
  return written === undefined || written.trim() === '' ? undefined : Number(written);
}

type Run = DearRun & { readonly nanoCredits: NanoCredits };
const withNano = (run: DearRun): Run => ({ ...run, nanoCredits: run.cost.nanoCredits });

function runText({ agent, nanoCredits, startedAt, models }: Run): string {
  const model = models[0] === undefined ? '' : ` with ${models[0]}`;
  return `${formatCredits(nanoCredits)} credits by ${agentLabel(agent)}${model}, ${dateText(startedAt)}`;
}

function dayText({ day, nanoCredits }: { readonly day: string; readonly nanoCredits: NanoCredits }): string {
  return `${formatCredits(nanoCredits)} credits, ${dateText(startOfDay(day))}`;
}
