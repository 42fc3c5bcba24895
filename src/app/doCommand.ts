/** `/do` from its prompt to what it cost: foretells, begins or says why not, works, and tells how it went. */
import type { Decision } from '../core/allocate/choose.ts';
import type { Quote, RequestOutlook } from '../core/allocate/outlook.ts';
import { taskValue, type ValueSettings } from '../core/allocate/taskValue.ts';
import type { ChatMessage } from '../core/chat.ts';
import {
  costText,
  endText,
  foretoldOfRequest,
  foretoldOfRun,
  foretoldText,
  notWorthText,
  type StepForetold,
  stepText,
} from '../core/chatText/doText.ts';
import type { LedgerEvent } from '../core/ledger/event.ts';
import { escapeMarkdown } from '../core/markdown.ts';
import type { NanoCredits } from '../core/money.ts';
import { stopIsTaken } from '../core/quality/runValue.ts';
import { latestCalls, requestChars } from '../core/quality/toldStep.ts';
import type { Clock, WorkerApi } from '../ports.ts';
import type { Allocator } from './allocator.ts';
import type { Answer } from './answer.ts';
import {
  type Advice,
  type DoEnd,
  type DoTask,
  type DoTools,
  doTask,
  resumedTask,
  runIdOf,
  startedTask,
} from './doTask.ts';
import { patiently } from './patiently.ts';
import { type PromptPorts, promptQuestion } from './promptQuestion.ts';
import { stopEvent } from './runs/runSteering.ts';

export interface DoCommandPorts extends Pick<PromptPorts, 'folders'> {
  readonly answer: Answer;
  readonly worker: Pick<
    WorkerApi,
    'valueRequest' | 'quote' | 'countRequest' | 'run' | 'runOutlook' | 'observeStep' | 'observeTask' | 'resumeRun'
  >;
  /** Resolves when what this window has recorded so far is in the ledger, or can't be. */
  readonly written: () => Promise<void>;
  readonly allocator: PromptPorts['allocator'] & Pick<Allocator, 'values' | 'runs'>;
  readonly clock: Pick<Clock, 'now'>;
  readonly record: (events: readonly LedgerEvent[]) => void;
  /** Uniform in [0, 1). */
  readonly chance: () => number;
  readonly value: () => ValueSettings;
  readonly newId: () => string;
  readonly log: (sentence: string) => void;
}

/** How it is told to the person; Markdown. */
export interface DoScreen {
  /** What stays. */
  markdown(text: string): void;
  /** What is going on, until something else is said. */
  progress(text: string): void;
}

export interface DoRequest {
  readonly prompt: string;
  /** What VS Code knows of the request beyond its words: attached files, by name. */
  readonly context: string | undefined;
  readonly sessionId: string;
  readonly offerId: string;
  readonly tools: DoTools;
}

export interface DoResult {
  readonly runId: string | undefined;
  /** It can be gone on with. */
  readonly canGoOn: boolean;
}

export interface DoCommand {
  run(request: DoRequest, screen: DoScreen, signal: AbortSignal): Promise<DoResult>;
}

/** A task that was left, by its chat. */
interface Held {
  readonly task: DoTask;
  readonly foretold: readonly (StepForetold | undefined)[];
  readonly quoted: Quote | undefined;
}

const MOST_HELD = 8;
const FORETELL_PATIENCE_MS = 3_000;
const WRITTEN_PATIENCE_MS = 3_000;
const GO_ON = /^go on\b[\s:,.]*/i;
const NOTHING_ELSE = /^go on[\s.!]*$/i;

export function createDoCommand(ports: DoCommandPorts): DoCommand {
  const { worker, allocator } = ports;
  /** By session, the latest last. */
  const held = new Map<string, Held>();

  return {
    async run(request, screen, signal) {
      const prompt = request.prompt.trim();
      if (prompt === '') {
        screen.markdown('Write the task after it: `@marginal /do fix the failing test in parser.ts`.');
        return { runId: undefined, canGoOn: false };
      }
      const known = GO_ON.test(prompt) ? held.get(request.sessionId) : undefined;
      if (!known && NOTHING_ELSE.test(prompt)) {
        screen.markdown('There is no task in this chat to go on with. Write the task after `/do`.');
        return { runId: undefined, canGoOn: false };
      }
      if (known) {
        const said = prompt.replace(GO_ON, '').trim();
        const runId = runIdOf(known.task);
        allocator.runs.agree(runId);
        await worker.resumeRun(runId).catch((error: Error) => unknown(error));
        const task = resumedTask(known.task, said === '' ? undefined : said);
        return work({ ...known, task }, undefined, request, screen, signal);
      }
      const { context, sessionId, offerId } = request;
      const task = startedTask({ prompt, context }, { sessionId, offerId, promptId: ports.newId() });
      const valueNanoCredits = allocator.values.take(sessionId);
      screen.progress('Foretelling what it will cost…');
      const { quote, outlook } = await foretold(prompt, task, valueNanoCredits, request);
      if (signal.aborted) return { runId: undefined, canGoOn: false };
      const kept: Held = { task, foretold: [], quoted: quote };
      if (outlook && isNotWorthIt(outlook)) {
        hold(sessionId, kept);
        screen.markdown(notWorthText(outlook));
        return { runId: undefined, canGoOn: true };
      }
      const worth = outlook?.decision.valueNanoCredits ?? taskValue(undefined, ports.value(), valueNanoCredits);
      screen.markdown(`${foretoldText(quote, worth, valueNanoCredits !== undefined)}\n\n`);
      return work(kept, outlook, request, screen, signal);
    },
  };

  async function work(
    begun: Held,
    first: RequestOutlook | undefined,
    { sessionId, tools }: DoRequest,
    screen: DoScreen,
    signal: AbortSignal,
  ): Promise<DoResult> {
    const runId = runIdOf(begun.task);
    const foretoldSteps = [...begun.foretold];
    if (begun.task.steps.length === 0)
      void worker.observeTask(runId, requestChars(begun.task.messages)).catch((error: Error) => unknown(error));
    const { task, end } = await doTask(
      begun.task,
      {
        answer: ports.answer,
        tools,
        advise: advice,
        takesStop: ({ decision }) => takesStop(begun.task, decision),
        tell(told) {
          if (told.kind === 'text') screen.markdown(told.text);
          else if (told.kind === 'toolFailed')
            screen.markdown(`\n\n*${escapeMarkdown(`${told.tool} failed: ${shortened(told.sentence)}`)}*\n\n`);
          else {
            const foretoldStep = told.outlook
              ? foretoldOfRun(told.outlook)
              : told.number === 1 && first
                ? foretoldOfRequest(first)
                : undefined;
            foretoldSteps[told.number - 1] = foretoldStep;
            screen.markdown(`\n\n${stepText(told, foretoldStep)}\n\n`);
            screen.progress(`Step ${told.number}…`);
          }
        },
      },
      signal,
    );
    const canGoOn = end.kind !== 'answered';
    if (canGoOn) hold(sessionId, { ...begun, task, foretold: foretoldSteps });
    else held.delete(sessionId);
    screen.markdown(`\n\n${await ending(end, task, foretoldSteps, begun.quoted)}`);
    return { runId, canGoOn };
  }

  /** It stands in the ledger either way; see `stopIsTaken`. */
  function takesStop(task: DoTask, decision: Decision): boolean {
    const goesOn = !stopIsTaken(ports.chance());
    const runId = runIdOf(task);
    const [folder] = ports.folders();
    const facts = {
      agent: 'vscode-chat',
      sessionId: task.sessionId,
      runId,
      taskId: runId,
      ...(folder === undefined ? {} : { folder }),
    };
    const callId = `decision:${ports.newId()}`;
    ports.record([stopEvent({ callId, at: ports.clock.now(), facts, decision, goesOn })]);
    return !goesOn;
  }

  /** Once the step before is in the ledger, and what its tools returned is told. */
  async function advice(runId: string, messages: readonly ChatMessage[]): Promise<Advice> {
    await ports.written();
    const run = await worker.run(runId, 1).catch((error: Error) => unknown(error));
    const step = run?.steps.at(-1);
    const calls = latestCalls(messages);
    if (step && calls)
      await worker
        .observeStep(runId, { callId: step.callId, actions: calls.actions, appendedChars: calls.appendedChars })
        .catch((error: Error) => unknown(error));
    const outlook = await worker.runOutlook(runId).catch((error: Error) => unknown(error));
    const { nanoCredits, unknown: unpriced = 0 } = run?.cost ?? {};
    return { outlook, spentNanoCredits: unpriced > 0 ? undefined : nanoCredits };
  }

  async function ending(
    end: DoEnd,
    task: DoTask,
    foretoldSteps: readonly (StepForetold | undefined)[],
    quoted: Quote | undefined,
  ): Promise<string> {
    await patiently(ports.written(), WRITTEN_PATIENCE_MS);
    const run = await worker.run(runIdOf(task)).catch((error: Error) => unknown(error));
    const steps = task.steps.map(({ calls }, index) => ({ foretold: foretoldSteps[index], tools: calls }));
    const cost = task.steps.length === 0 && !run ? '' : costText(run, quoted?.cost, steps);
    return [endText(end), cost].filter((text) => text !== '').join('\n\n');
  }

  /** What a task will cost; what can't be known is undefined, and no reason not to work. */
  async function foretold(
    prompt: string,
    task: DoTask,
    valueNanoCredits: NanoCredits | undefined,
    { tools }: DoRequest,
  ): Promise<{ readonly quote: Quote | undefined; readonly outlook: RequestOutlook | undefined }> {
    const ask = async () => {
      const question = await promptQuestion(
        {
          text: prompt,
          tools: tools.definitions,
          valueNanoCredits,
          sessionId: task.sessionId,
          runId: runIdOf(task),
        },
        ports,
      );
      const [quotes, outlook] = await Promise.all([worker.quote(question), worker.valueRequest(question)]);
      const policy = task.offerId.replace(/^policy\//, '');
      return { quote: quotes.find((each) => each.policy === policy), outlook };
    };
    const answer = await patiently(ask(), FORETELL_PATIENCE_MS).catch((error: Error) => unknown(error));
    return answer ?? { quote: undefined, outlook: undefined };
  }

  function unknown(error: Error): undefined {
    ports.log(error.message);
    return undefined;
  }

  function hold(sessionId: string, left: Held): void {
    held.delete(sessionId);
    held.set(sessionId, left);
    if (held.size > MOST_HELD) held.delete(held.keys().next().value ?? sessionId);
  }
}

/** The model is told the whole of it. */
const LONGEST_SHOWN = 160;

function shortened(sentence: string): string {
  return sentence.length <= LONGEST_SHOWN ? sentence : `${sentence.slice(0, LONGEST_SHOWN)}…`;
}

/** Something could be done, and nothing of it is worth its cost. Where prices aren't known, nothing is said against it. */
function isNotWorthIt({ decision }: RequestOutlook): boolean {
  return (
    decision.choice.use.kind === 'stop' &&
    decision.candidates.some(({ use, barred }) => use.kind !== 'stop' && barred === undefined)
  );
}
