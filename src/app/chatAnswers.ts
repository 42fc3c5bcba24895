/** What `@marginal` says to each command, as Markdown: what is known, asked for and put into words. Nothing is sent to a model. */
import type { Quote } from '../core/allocate/outlook.ts';
import { taskValue, type ValueSettings } from '../core/allocate/taskValue.ts';
import type { Limit } from '../core/budget/limits.ts';
import type { ToolDefinition } from '../core/chat.ts';
import { budgetText } from '../core/chatText/budgetText.ts';
import { type HelpCommand, helpText } from '../core/chatText/helpText.ts';
import { pricesText } from '../core/chatText/pricesText.ts';
import { quoteText } from '../core/chatText/quoteText.ts';
import { regretText } from '../core/chatText/regretText.ts';
import { valueRequest } from '../core/chatText/valueRequest.ts';
import { correctedText, RESET_TEXT, statedText, UNCLEAR_VALUE_TEXT, valueText } from '../core/chatText/valueText.ts';
import { runWhyText, whyText } from '../core/chatText/whyText.ts';
import type { BurnSummary } from '../core/ledger/entry.ts';
import { TASK_KINDS, TASK_SIZES, type TaskKind, type TaskSize } from '../core/quality/taskClass.ts';
import { type Budget, budgetShares } from '../core/status/budget.ts';
import { monthRows, planRows } from '../core/status/planGlance.ts';
import { runFigures } from '../core/status/runFigures.ts';
import { tooltipRows } from '../core/status/tooltipRows.ts';
import type { Clock, WorkerApi } from '../ports.ts';
import type { Allocator } from './allocator.ts';
import { type OutlookPorts, outlook } from './outlook.ts';
import { type PromptPorts, promptQuestion } from './promptQuestion.ts';

export interface ChatAnswerPorts extends Pick<PromptPorts, 'folders'> {
  readonly clock: Pick<Clock, 'now'>;
  readonly worker: OutlookPorts &
    Pick<
      WorkerApi,
      'quote' | 'prices' | 'lastDecision' | 'summary' | 'countRequest' | 'runOutlook' | 'reviewAllocation'
    >;
  readonly allocator: PromptPorts['allocator'] & Pick<Allocator, 'values'>;
  readonly value: () => ValueSettings;
  readonly budget: () => Budget;
  readonly limits: () => readonly Limit[];
}

/** The chat that asks. */
export interface ThisChat {
  readonly session: string;
  /** Its last run; undefined: it had none. */
  readonly runId?: string | undefined;
}

export interface ChatAnswers {
  /** Undefined `quotes`: there was no prompt. */
  quote(
    prompt: string,
    session: string,
    tools: readonly ToolDefinition[],
  ): Promise<{ readonly text: string; readonly quotes: readonly Quote[] }>;
  why(chat: Pick<ThisChat, 'runId'>): Promise<string>;
  value(prompt: string, chat: ThisChat): Promise<string>;
  budget(): Promise<string>;
  prices(): Promise<string>;
  regret(): Promise<string>;
  help(commands: readonly HelpCommand[]): Promise<string>;
}

/** What `/regret` looks back over. */
const REVIEWED_MS = 30 * 86_400_000;

export function createChatAnswers(ports: ChatAnswerPorts): ChatAnswers {
  const { clock, worker } = ports;
  const { values, classes } = ports.allocator;

  return {
    async quote(prompt, session, tools) {
      const text = prompt.trim();
      if (text === '')
        return { text: 'Write the prompt after it: `@marginal /quote fix the failing test in parser.ts`.', quotes: [] };
      const valueNanoCredits = values.of(session);
      const question = await promptQuestion(
        { text, tools, valueNanoCredits, sessionId: session, runId: undefined },
        ports,
      );
      const quotes = await worker.quote(question);
      return {
        quotes,
        text: quoteText(quotes, {
          task: question.task,
          valueNanoCredits: taskValue(question.task.kind, ports.value(), valueNanoCredits),
          valueStated: valueNanoCredits !== undefined,
          inputTokens: question.inputTokens,
        }),
      };
    },

    async why({ runId }) {
      const outlook = runId === undefined ? undefined : await worker.runOutlook(runId);
      const own = runId === undefined ? undefined : await worker.lastDecision(runId);
      const decision = own ?? (outlook ? undefined : await worker.lastDecision());
      const texts = [...(outlook ? [runWhyText(outlook)] : []), ...(decision ? [whyText(decision, clock.now())] : [])];
      return texts.length > 0
        ? texts.join('\n\n---\n\n')
        : 'Nothing was chosen yet. Pick **Marginal: Balanced** in the model picker, or give a task to `/do`; each choice is kept with its terms.';
    },

    async value(prompt, { session, runId }) {
      const asked = valueRequest(prompt);
      switch (asked.kind) {
        case 'show': {
          const last = await worker.lastDecision(runId);
          const task =
            last?.facts.taskKind === undefined ? undefined : { kind: last.facts.taskKind, size: last.facts.taskSize };
          return valueText({ settings: ports.value(), task, statedNanoCredits: values.of(session) });
        }
        case 'state':
          name(session, asked.nanoCredits);
          return statedText(asked.nanoCredits);
        case 'reset':
          name(session, undefined);
          return RESET_TEXT;
        case 'correct':
          return correct(asked.task, asked.size, runId);
        case 'unclear':
          return UNCLEAR_VALUE_TEXT;
      }
    },

    async budget() {
      const budget = ports.budget();
      const [summary, { plans, month }] = await Promise.all([
        worker.summary(),
        outlook(worker, clock.now(), budget.monthNanoCredits),
      ]);
      const shares = budgetShares(summary.today, summary.month, budget);
      const spent = isNothing(summary) ? [] : spentRows(summary, plans, shares);
      return budgetText({
        rows: [...spent, ...(month ? monthRows(month) : []), ...planRows(plans, clock.now())],
        shares,
        plans,
        limits: ports.limits(),
      });
    },

    prices: async () => pricesText(await worker.prices()),

    async regret() {
      const now = clock.now();
      return regretText((await worker.reviewAllocation(now - REVIEWED_MS, now)).regret);
    },

    async help(commands) {
      const summary = await worker.summary();
      const shares = budgetShares(summary.today, summary.month, ports.budget());
      return helpText(isNothing(summary) ? [] : spentRows(summary, [], shares), commands);
    },
  };

  /** For this chat, and for the next one that sends a request through Marginal. */
  function name(session: string, nanoCredits: number | undefined): void {
    values.setTaskValue(session, nanoCredits);
    values.setTaskValue('next', nanoCredits);
  }

  async function correct(
    task: TaskKind | undefined,
    size: TaskSize | undefined,
    runId: string | undefined,
  ): Promise<string> {
    const last = await worker.lastDecision(runId);
    const ofRun = last?.facts.runId;
    if (last === undefined || ofRun === undefined)
      return 'There is no task yet whose class could be put right: give one to **Marginal: Balanced** or to `/do` first.';
    const right = {
      kind: task ?? TASK_KINDS.find((kind) => kind === last.facts.taskKind) ?? 'feature',
      size: size ?? TASK_SIZES.find((each) => each === last.facts.taskSize) ?? 'medium',
    };
    await classes.correct(ofRun, right);
    return correctedText(right, taskValue(right.kind, ports.value()));
  }
}

function spentRows(
  summary: BurnSummary,
  plans: Parameters<typeof tooltipRows>[0]['plans'],
  shares: Parameters<typeof tooltipRows>[0]['shares'],
) {
  const { today, month } = summary;
  return tooltipRows({ today, month, run: runFigures(summary, []), outlook: undefined, summary, shares, plans });
}

function isNothing({ today, month, run }: BurnSummary): boolean {
  return [today, month].every(({ nanoCredits, unknown }) => nanoCredits === 0 && unknown === 0) && run === undefined;
}
