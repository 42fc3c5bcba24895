/**
 * The gate in this window's worker: its ports and adapters, made when the first action comes or a moment after hooks are
 * listened for, since the shell's parser and the tables of programs take a while to load.
 */
import { createHash, randomUUID } from 'node:crypto';
import { gatePlaces, openFolders } from '../adapters/gatePlaces.ts';
import { policyFiles } from '../adapters/policyFile.ts';
import type { BrakePorts } from '../app/gate/createBrakes.ts';
import type { SuspicionPorts } from '../app/gate/createSuspicion.ts';
import type { Gate, GateParts, RunWorth, SafetyCopies, SecondPerson } from '../app/gate/gateParts.ts';
import { createKnownPrograms } from '../app/gate/knownPrograms.ts';
import { DEFAULT_GATE_SETTINGS } from '../core/gate/gateSettings.ts';
import type { HookAnswer, HookCall } from '../core/hooks/hookCall.ts';
import type { LedgerEvent } from '../core/ledger/event.ts';
import type { Clock, GateApi, ImportEnvironment, LedgerStore, WorkerConfiguration, WorkerNotice } from '../ports.ts';
import { gateQuestions } from './gateQuestions.ts';

export interface WorkerGateParts {
  readonly clock: Clock;
  readonly environment: Pick<ImportEnvironment, 'home' | 'env'>;
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
  readonly api: GateApi;
  /** What a hook is answered; never rejects. */
  answer(call: HookCall, signal: AbortSignal): Promise<HookAnswer>;
  /** Loads what the first action would wait for. */
  warm(): Promise<void>;
  /** Something was erased from the ledger. */
  renew(): void;
  dispose(): void;
}

// What other parts of the gate bring; each is one line in `parts` below.
const NO_COPIES: SafetyCopies = { take: async () => undefined };
const NOBODY: SecondPerson = {
  request: async () => undefined,
  verify: () => Promise.reject(new Error('Nobody is set up who could sign.')),
};

export function createWorkerGate(worker: WorkerGateParts): WorkerGate {
  const { clock, environment, configuration, ledger, tell } = worker;
  const folders = () => configuration()?.folders ?? [];
  const settings = () => configuration()?.gate ?? DEFAULT_GATE_SETTINGS;
  const questions = gateQuestions(clock, worker.notify);
  const programs = createKnownPrograms({ clock, ledger, folders });
  const places = gatePlaces(folders, environment.home);
  const policies = policyFiles({ folders, onTrouble: (file, sentence) => tell(`gate-policy:${file}`, sentence) });
  const heard: Record<string, number> = {};
  let made: Promise<Gate> | undefined;

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
    copies: NO_COPIES,
    people: NOBODY,
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

  return {
    api: {
      answerGate: async (questionId, choice) => questions.answer(questionId, choice),
      gateDecisions: async (from, to) => ledger.gateDecisions(from, to),
      undoGate: () => Promise.reject(new Error('There is no safety copy of it.')),
      explainAction: async (action) => (await gate()).explain(action),
      guardsHeard: async () => heard,
      guardsChanged: async () => {},
    },
    async answer(call, signal) {
      heard[call.agent] = clock.now();
      return (await gate()).answer(call, signal);
    },
    async warm() {
      const { explain } = await gate();
      await explain({ kind: 'shell', command: 'git status' });
    },
    renew: () => programs.renew(),
    dispose: () => questions.dispose(),
  };
}
