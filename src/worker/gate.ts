/**
 * The gate in this window's worker: its ports and adapters, made when the first action comes or a moment after hooks are
 * listened for, since the shell's parser and the tables of programs take a while to load.
 */
import { createHash, randomUUID } from 'node:crypto';
import { gatePlaces, openFolders } from '../adapters/gatePlaces.ts';
import { policyFiles } from '../adapters/policyFile.ts';
import { safetyCopies } from '../adapters/safetyCopies.ts';
import { sshSigner } from '../adapters/ssh/sshSigner.ts';
import type { BrakePorts } from '../app/gate/createBrakes.ts';
import type { SuspicionPorts } from '../app/gate/createSuspicion.ts';
import type { Gate, GateParts, RunWorth } from '../app/gate/gateParts.ts';
import { createKnownPrograms } from '../app/gate/knownPrograms.ts';
import { DEFAULT_GATE_SETTINGS } from '../core/gate/gateSettings.ts';
import type { HookAnswer, HookCall } from '../core/hooks/hookCall.ts';
import type { LedgerEvent } from '../core/ledger/event.ts';
import type { Clock, GateApi, ImportEnvironment, LedgerStore, WorkerConfiguration, WorkerNotice } from '../ports.ts';
import { gateQuestions } from './gateQuestions.ts';

const DAY_MS = 86_400_000;
/** Old safety copies have time until the window is up. */
const SWEEP_AFTER_MS = 60_000;

export interface WorkerGateParts {
  readonly clock: Clock;
  readonly environment: Pick<ImportEnvironment, 'home' | 'env'>;
  /** Folder of the safety copies. */
  readonly copies: string;
  /** Folder of what is kept of requests to a second person. */
  readonly people: string;
  readonly configuration: () => WorkerConfiguration | undefined;
  /** Resolves once there is one: nothing is decided without the developer's own rules. */
  readonly configured: Promise<void>;
  readonly ledger: Pick<LedgerStore, 'gateDecisions'>;
  /** Keeps events; never throws. */
  readonly record: (events: readonly LedgerEvent[]) => void;
  readonly notify: (notice: WorkerNotice) => void;
  readonly tell: (id: string, sentence: string | undefined) => void;
  /** Sums of the ledger, plans and runs, for caps; the ledger is opened when it is first asked. */
  readonly spending: Pick<BrakePorts, 'ledger' | 'standings' | 'told' | 'resume'>;
  readonly tokenPrice: SuspicionPorts['tokenPrice'];
  /** What going on is worth to a call's run; undefined: nobody can tell. */
  readonly worth: (call: HookCall) => RunWorth | undefined;
}

export interface WorkerGate {
  readonly api: Omit<GateApi, 'guardsHeard' | 'guardsChanged'>;
  /** What a hook is answered; never rejects. */
  answer(call: HookCall, signal: AbortSignal): Promise<HookAnswer>;
  /** Loads what the first action would wait for. */
  warm(): Promise<void>;
  /** Something was erased from the ledger. */
  renew(): void;
  dispose(): void;
}

export function createWorkerGate(worker: WorkerGateParts): WorkerGate {
  const { clock, environment, configuration, ledger, tell } = worker;
  const folders = () => configuration()?.folders ?? [];
  const settings = () => configuration()?.gate ?? DEFAULT_GATE_SETTINGS;
  const questions = gateQuestions(clock, worker.notify);
  const programs = createKnownPrograms({ clock, ledger, folders });
  const places = gatePlaces(folders, environment.home);
  const policies = policyFiles({ folders, onTrouble: (file, sentence) => tell(`gate-policy:${file}`, sentence) });
  const copies = safetyCopies({
    folder: worker.copies,
    home: environment.home,
    env: environment.env,
    clock,
    settings: () => settings().safetyCopies,
  });
  const people = sshSigner({ folder: worker.people, home: environment.home, env: environment.env, clock });
  const sweeping = setTimeout(() => void copies.sweep(), SWEEP_AFTER_MS).unref();
  let made: Promise<Gate> | undefined;
  /** The window goes, with every question in it; our own agent waits for its answer in this very window. */
  const closing = new AbortController();

  const digest = (text: string) => createHash('sha256').update(text).digest('hex');
  const parts: Omit<GateParts, 'judge' | 'brakes' | 'suspicion'> = {
    clock,
    settings,
    newId: randomUUID,
    digest,
    repositoryPolicy: async (cwd) => (configuration()?.trusted ? policies(cwd) : { rules: [] }),
    ask: questions.ask,
    places,
    programs,
    worth: async (call) => worker.worth(call),
    copies,
    people,
    record: worker.record,
    log: (sentence) => tell('gate', sentence),
  };

  function gate(): Promise<Gate> {
    made ??= make();
    // What can't be loaded is tried again with the next action.
    made.catch(() => {
      made = undefined;
    });
    return made;
  }

  async function make(): Promise<Gate> {
    await worker.configured;
    for (const folder of folders()) void people.observe(folder);
    const [{ createGate }, { createBrakes }, { createSuspicion }, { gateAction }, { gateFacts }, { parseShell }] =
      await Promise.all([
        import('../app/gate/createGate.ts'),
        import('../app/gate/createBrakes.ts'),
        import('../app/gate/createSuspicion.ts'),
        import('../app/gateAction.ts'),
        import('../adapters/gateFacts.ts'),
        import('../adapters/shellParser.ts'),
      ]);
    return createGate({
      ...parts,
      brakes: createBrakes({
        clock,
        ...worker.spending,
        settings() {
          const { limits = [], brakes: set } = configuration()?.allocation ?? {};
          return { mode: 'show', ...set, limits };
        },
        onTrouble: (sentence) => tell('gate-spending', sentence),
      }),
      suspicion: createSuspicion({
        clock,
        newId: randomUUID,
        digest,
        tokenPrice: worker.tokenPrice,
        record: worker.record,
      }),
      judge: (action, { cwd, madeByRun, knownProgram, sessionFolder }) =>
        gateAction(cwd === undefined || action.cwd !== undefined ? action : { ...action, cwd }, {
          clock,
          parse: parseShell,
          facts: gateFacts({
            workspaceFolders: openFolders(folders(), sessionFolder, environment.home),
            home: environment.home,
            env: environment.env,
            madeByRun,
            knownProgram,
          }),
        }),
    });
  }

  /** The id of a decision's safety copy. */
  function copyOf(decisionId: string): string {
    const now = clock.now();
    const since = now - (settings().safetyCopies.days + 1) * DAY_MS;
    const decision = ledger.gateDecisions(since, now + 1).find(({ callId }) => callId === decisionId);
    if (decision?.gate.copy === undefined)
      throw new Error('There is no safety copy of it: none was taken, or it is too old.');
    return decision.gate.copy;
  }

  return {
    api: {
      answerGate: async (questionId, choice) => questions.answer(questionId, choice),
      gateDecisions: async (from, to) => ledger.gateDecisions(from, to),
      undoGate: async (decisionId) => copies.restore(copyOf(decisionId)),
      gateCopy: async (decisionId) => copies.contents(copyOf(decisionId)),
      gateAnswer: async (call) => (await gate()).answer(call, closing.signal),
      explainAction: async (action) => (await gate()).explain(action),
    },
    async answer(call, signal) {
      return (await gate()).answer(call, AbortSignal.any([signal, closing.signal]));
    },
    async warm() {
      const { explain } = await gate();
      await explain({ kind: 'shell', command: 'git status' });
    },
    renew: () => programs.renew(),
    dispose() {
      clearTimeout(sweeping);
      closing.abort();
      questions.dispose();
    },
  };
}
