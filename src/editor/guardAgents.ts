/**
 * `Marginal: Guard My Agents…` and `Marginal: Stop Guarding Agents…`: which agents are here, what their settings would become, and
 * nothing written before a yes.
 */
import * as vscode from 'vscode';
import { GUARDED_AGENTS, type GuardedAgent } from '../core/hooks/hookCall.ts';
import { type GuardStanding, guardCaveat, guardText, isGuarding } from '../core/hooks/install/guardText.ts';
import { agentLabel } from '../core/status/labels.ts';
import type { AgentGuard, AgentGuards, AgentProbes, Clock, GateApi, GuardChange, GuardStep } from '../ports.ts';
import { showGuardChanges } from './guardChanges.ts';

export interface GuardAgentsParts {
  readonly clock: Pick<Clock, 'now'>;
  readonly worker: Pick<GateApi, 'guardsHeard' | 'guardsChanged'>;
  readonly load: () => Promise<{
    readonly guards: AgentGuards;
    readonly probes: AgentProbes;
    readonly launcher: { install(): Promise<void>; uninstall(): Promise<void> };
    /** Paths in it are shown from `~` on. */
    readonly home: string;
  }>;
}

/** Agents that are extensions of VS Code. */
const EXTENSIONS: Readonly<Record<GuardedAgent, readonly string[]>> = {
  copilot: ['GitHub.copilot-chat', 'GitHub.copilot'],
  'claude-code': ['anthropic.claude-code'],
  codex: ['openai.chatgpt'],
  'gemini-cli': ['google.gemini-cli-vscode-ide-companion'],
  cursor: [],
  cline: ['saoudrizwan.claude-dev'],
};
const YES: Readonly<Record<GuardStep, string>> = { guard: 'Write These Files', leave: 'Remove the Hooks' };
const DRILL = 'marginal.gateDrill';
const DRILL_LABEL = 'Try It';
const PROBE_LABEL = 'Check Now';
/** A hook is heard by the time its agent has ended; the window tells the others within this. */
const HEARD_WITHIN_MS = 3_000;

interface Row extends vscode.QuickPickItem {
  readonly guard?: AgentGuard;
}

export async function guardAgents(parts: GuardAgentsParts): Promise<void> {
  const { clock, worker, load } = parts;
  const { guards, probes, launcher, home } = await load();
  const [all, heard] = await Promise.all([guards.look(), worker.guardsHeard()]);
  const here = all.filter(isHere);
  const missing = GUARDED_AGENTS.filter((agent) => !here.some((guard) => guard.agent === agent));
  if (here.length === 0)
    throw new Error('None of the agents that Marginal can guard is on this machine: install one, then try again.');
  const picked = await vscode.window.showQuickPick<Row>(
    here.map((guard) => row(guard, heard[guard.agent], clock.now(), home)),
    {
      title: `Guard which agents?${missing.length > 0 ? ` (Not here: ${missing.map(nameOf).join(', ')})` : ''}`,
      placeHolder: 'You see each file’s change before anything is written',
      canPickMany: true,
      ignoreFocusOut: true,
      matchOnDescription: true,
    },
  );
  const chosen = (picked ?? []).flatMap(({ guard }) => guard ?? []);
  if (chosen.length === 0) return;
  const agents = chosen.map(({ agent }) => agent);
  try {
    const wrote = await agreeAndApply(guards, agents, 'guard', {
      home,
      question: `Guard ${agents.map(nameOf).join(', ')}?`,
      // Before any hook calls it.
      before: () => launcher.install(),
    });
    if (wrote === 'no') return;
    // All files are as they should be: the launcher may still be gone.
    if (wrote === 'nothing') await launcher.install();
  } finally {
    await withdrawLauncher(guards, launcher);
  }
  await worker.guardsChanged();
  await tell(parts, guards, probes, agents);
}

export async function stopGuardingAgents({ clock, worker, load }: GuardAgentsParts): Promise<void> {
  const { guards, launcher, home } = await load();
  const [all, heard] = await Promise.all([guards.look(), worker.guardsHeard()]);
  const guarded = all.filter(({ state }) => state !== 'off');
  if (guarded.length === 0) {
    // A launcher that no agent calls is in nobody's way, but it is ours to remove.
    await launcher.uninstall();
    await worker.guardsChanged();
    void vscode.window.showInformationMessage('Marginal guards no agent here.');
    return;
  }
  const picked = await vscode.window.showQuickPick<Row>(
    guarded.map((guard) => ({ ...row(guard, heard[guard.agent], clock.now(), home), picked: true })),
    {
      title: 'Stop guarding which agents?',
      placeHolder: 'You see each file’s change before anything is written',
      canPickMany: true,
      ignoreFocusOut: true,
    },
  );
  const agents = (picked ?? []).flatMap(({ guard }) => guard?.agent ?? []);
  if (agents.length === 0) return;
  const wrote = await agreeAndApply(guards, agents, 'leave', {
    home,
    question: `Stop guarding ${agents.map(nameOf).join(', ')}?`,
  });
  if (wrote === 'no') return;
  await withdrawLauncher(guards, launcher);
  await worker.guardsChanged();
  void vscode.window.showInformationMessage(
    `Marginal no longer guards ${agents.map(nameOf).join(', ')}. Sessions that run already may ask it until they end.`,
  );
}

/** `nothing`: all files are as they should be. Whatever happens, the changes that were shown are closed again. */
async function agreeAndApply(
  guards: AgentGuards,
  agents: readonly GuardedAgent[],
  then: GuardStep,
  words: { readonly question: string; readonly home: string; readonly before?: () => Promise<void> },
): Promise<'written' | 'nothing' | 'no'> {
  const changes = await guards.plan(agents, then);
  if (changes.length === 0) return 'nothing';
  const shown = await showGuardChanges(changes, then === 'guard' ? 'what Marginal adds' : 'what Marginal removes');
  try {
    const answer = await vscode.window.showInformationMessage(
      words.question,
      { modal: true, detail: detailOf(changes, then, words.home) },
      YES[then],
    );
    if (answer !== YES[then]) return 'no';
    await words.before?.();
    await guards.apply(agents, then, changes);
    return 'written';
  } finally {
    await shown.close();
  }
}

function detailOf(changes: readonly GuardChange[], then: GuardStep, home: string): string {
  const files = changes.map(
    ({ file, before, after }) =>
      `${fromHome(file, home)} (${before === undefined ? 'new' : after === undefined ? 'removed' : 'changed'})`,
  );
  const what =
    then === 'guard'
      ? 'Before each tool that it uses, an agent then asks Marginal, through a program in ~/.marginal; Marginal asks you about what can’t be taken back. With VS Code closed an agent may only read.'
      : 'Your own settings in them stay as they are.';
  return `${files.join('\n')}\n\n${what}`;
}

/** One that no hook calls goes. */
async function withdrawLauncher(
  guards: AgentGuards,
  launcher: { readonly uninstall: () => Promise<void> },
): Promise<void> {
  if ((await guards.look()).every(({ state }) => state === 'off')) await launcher.uninstall();
}

async function tell(
  { clock, worker }: GuardAgentsParts,
  guards: AgentGuards,
  probes: AgentProbes,
  agents: readonly GuardedAgent[],
): Promise<void> {
  const standings = await standingsOf(guards, worker, agents);
  const waiting = standings.filter((standing) => !isGuarding(standing));
  const probed: GuardedAgent[] = [];
  for (const { agent, problem } of waiting)
    if (problem === undefined && (await probes.canProbe(agent))) probed.push(agent);
  const hasDrill = (await vscode.commands.getCommands(true)).includes(DRILL);
  const sentence = waiting.length === 0 ? `Guarded: ${agents.map(nameOf).join(', ')}.` : whatIsMissing(waiting);
  const answer = await vscode.window.showInformationMessage(
    sentence,
    ...(probed.length > 0 ? [PROBE_LABEL] : []),
    ...(hasDrill ? [DRILL_LABEL] : []),
  );
  if (answer === DRILL_LABEL) await vscode.commands.executeCommand(DRILL);
  if (answer === PROBE_LABEL) await probe({ worker, guards, probes, agents: probed, now: () => clock.now() });
}

/** Runs each agent once against an endpoint of our own that ends at once: free of charge, and nothing leaves the machine. */
async function probe({
  worker,
  guards,
  probes,
  agents,
  now,
}: {
  readonly worker: Pick<GateApi, 'guardsHeard'>;
  readonly guards: AgentGuards;
  readonly probes: AgentProbes;
  readonly agents: readonly GuardedAgent[];
  readonly now: () => number;
}): Promise<void> {
  await vscode.window.withProgress(
    { location: vscode.ProgressLocation.Notification, title: 'Listening for hooks…', cancellable: true },
    async (progress, token) => {
      const abort = new AbortController();
      const subscription = token.onCancellationRequested(() => abort.abort());
      try {
        for (const agent of agents) {
          if (abort.signal.aborted) return;
          progress.report({ message: nameOf(agent) });
          await probes.probe(agent, abort.signal);
        }
        const until = now() + HEARD_WITHIN_MS;
        while (now() < until && !(await standingsOf(guards, worker, agents)).every(isGuarding))
          await new Promise((resolve) => setTimeout(resolve, 250));
      } finally {
        subscription.dispose();
      }
    },
  );
  const standings = await standingsOf(guards, worker, agents);
  void vscode.window.showInformationMessage(
    standings.map((standing) => `${nameOf(standing.agent)}: ${guardText(standing, now())}.`).join(' '),
  );
}

async function standingsOf(guards: AgentGuards, worker: Pick<GateApi, 'guardsHeard'>, agents: readonly GuardedAgent[]) {
  const [all, heard] = await Promise.all([guards.look(), worker.guardsHeard()]);
  return all.filter(({ agent }) => agents.includes(agent)).map((guard) => standingOf(guard, heard[guard.agent]));
}

function standingOf(guard: AgentGuard, heardAt: number | undefined) {
  return { ...guard, ...(heardAt !== undefined && { heardAt }) };
}

function row(guard: AgentGuard, heardAt: number | undefined, now: number, home: string): Row {
  const { agent, files, problem } = guard;
  const detail = fromHome(problem ?? guardCaveat(agent) ?? files.join(', '), home);
  return {
    label: nameOf(agent),
    description: guardText(standingOf(guard, heardAt), now),
    detail,
    picked: problem === undefined,
    guard,
  };
}

/** Of agents whose hooks are there, and which aren't guarded yet. */
function whatIsMissing(waiting: readonly GuardStanding[]): string {
  const started = waiting.filter(({ agent, problem }) => problem === undefined && agent !== 'codex');
  return [
    ...(started.length > 0
      ? [
          `Start ${started.map(({ agent }) => nameOf(agent)).join(', ')} once: an agent counts as guarded when it was heard.`,
        ]
      : []),
    ...(waiting.some(({ agent, problem }) => problem === undefined && agent === 'codex')
      ? ['Start Codex once and trust the hooks that it shows.']
      : []),
    ...waiting.flatMap(({ problem }) => problem ?? []),
  ].join(' ');
}

function isHere({ agent, present, state }: AgentGuard): boolean {
  return present || state !== 'off' || EXTENSIONS[agent].some((id) => vscode.extensions.getExtension(id) !== undefined);
}

function fromHome(text: string, home: string): string {
  return text.replaceAll(`${home}/`, '~/');
}

function nameOf(agent: GuardedAgent): string {
  return agentLabel(agent);
}
