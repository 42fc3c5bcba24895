/**
 * The gate in this window's worker: made when the first action comes or a moment after hooks are listened for, since the
 * shell's parser and the tables of programs take a while to load. Where no hooks are installed, this file is all there is of it.
 */
import { access } from 'node:fs/promises';
import type { Gate } from '../app/gate/gateParts.ts';
import { createKnownPrograms } from '../app/gate/knownPrograms.ts';
import { DEFAULT_GATE_SETTINGS } from '../core/gate/gateSettings.ts';
import type { HookAnswer, HookCall } from '../core/hooks/hookCall.ts';
import type { GateApi, KeptCopies } from '../ports.ts';
import { gateQuestions } from './gateQuestions.ts';
import { loadedOnce } from './loadedOnce.ts';
import type { WorkerGateParts } from './workerGateParts.ts';

const DAY_MS = 86_400_000;
/** Old safety copies have time until the window is up. */
const SWEEP_AFTER_MS = 60_000;

export interface WorkerGate {
  readonly api: Omit<GateApi, 'guardsHeard' | 'guardsChanged'>;
  /** What a hook is answered; never rejects. */
  answer(call: HookCall, signal: AbortSignal): Promise<HookAnswer>;
  /** Its safety copies; where there has never been one, what handles them isn't loaded. */
  readonly copies: KeptCopies;
  /** Loads what the first action would wait for. */
  warm(): Promise<void>;
  /** Something was erased from the ledger. */
  renew(): void;
  dispose(): void;
}

export function createWorkerGate(worker: WorkerGateParts): WorkerGate {
  const { clock, env, environment, configuration, ledger } = worker;
  const folders = () => configuration()?.folders ?? [];
  const settings = () => configuration()?.gate ?? DEFAULT_GATE_SETTINGS;
  const questions = gateQuestions(clock, worker.notify);
  const programs = createKnownPrograms({ clock, ledger, folders });
  /** The window goes, with every question in it; our own agent waits for its answer in this very window. */
  const closing = new AbortController();
  const copies = loadedOnce(async () =>
    (await import('../adapters/safetyCopies.ts')).safetyCopies({
      folder: worker.copies,
      home: environment.home,
      env,
      clock,
      settings: () => settings().safetyCopies,
    }),
  );
  const gate = loadedOnce(async (): Promise<Gate> => {
    await worker.configured;
    const { makeGate } = await import('./makeGate.ts');
    return makeGate(worker, { folders, settings, ask: questions.ask, programs, copies: await copies() });
  });
  const keptCopies = async () => ((await isThere(worker.copies)) ? copies() : undefined);
  const sweeping = setTimeout(
    // What can't be swept now is swept by the next window.
    () =>
      void keptCopies().then(
        (kept) => kept?.sweep(),
        () => {},
      ),
    SWEEP_AFTER_MS,
  ).unref();

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
      undoGate: async (decisionId) => (await copies()).restore(copyOf(decisionId)),
      gateCopy: async (decisionId) => (await copies()).contents(copyOf(decisionId)),
      gateAnswer: async (call) => (await gate()).answer(call, closing.signal),
      explainAction: async (action) => (await gate()).explain(action),
    },
    async answer(call, signal) {
      return (await gate()).answer(call, AbortSignal.any([signal, closing.signal]));
    },
    copies: {
      count: async (selection) => (await keptCopies())?.count(selection) ?? 0,
      erase: async (selection) => (await keptCopies())?.erase(selection),
      folders: async () => (await keptCopies())?.folders() ?? [],
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

function isThere(folder: string): Promise<boolean> {
  return access(folder).then(
    () => true,
    () => false,
  );
}
