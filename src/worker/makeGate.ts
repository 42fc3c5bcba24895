/** Composes the gate from its ports and adapters; loaded with the first action, all that it needs with it. */
import { createHash, randomUUID } from 'node:crypto';
import { gateFacts } from '../adapters/gateFacts.ts';
import { safeGit } from '../adapters/gateGit.ts';
import { gatePlaces, openFolders } from '../adapters/gatePlaces.ts';
import { policyFiles } from '../adapters/policyFile.ts';
import { parseShell } from '../adapters/shellParser.ts';
import { sshSigner } from '../adapters/ssh/sshSigner.ts';
import { createBrakes } from '../app/gate/createBrakes.ts';
import { createGate } from '../app/gate/createGate.ts';
import { createSuspicion } from '../app/gate/createSuspicion.ts';
import type { Gate, GateParts } from '../app/gate/gateParts.ts';
import { gateAction } from '../app/gateAction.ts';
import type { WorkerGateParts } from './workerGateParts.ts';

/** What the worker has of a gate before there is one. */
type Kept = Pick<GateParts, 'settings' | 'ask' | 'programs' | 'copies'> & {
  /** This window's. */
  readonly folders: () => readonly string[];
};

export function makeGate(worker: WorkerGateParts, { folders, ...kept }: Kept): Gate {
  const { clock, env, environment, configuration, tell } = worker;
  const git = safeGit(env);
  const policies = policyFiles({ folders, onTrouble: (file, sentence) => tell(`gate-policy:${file}`, sentence) });
  const people = sshSigner({ folder: worker.people, home: environment.home, env, clock, git });
  for (const folder of folders()) void people.observe(folder);
  const digest = (text: string) => createHash('sha256').update(text).digest('hex');
  return createGate({
    ...kept,
    clock,
    newId: randomUUID,
    digest,
    repositoryPolicy: async (cwd) => (configuration()?.trusted ? policies(cwd) : { rules: [] }),
    places: gatePlaces(folders, environment.home),
    worth: async (call) => worker.worth(call),
    people,
    record: worker.record,
    recordNow: worker.recordNow,
    log: (sentence) => tell('gate', sentence),
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
          // A command's own variables are those of its agent's shell, not this program's.
          env: environment.env,
          git,
          madeByRun,
          knownProgram,
        }),
      }),
  });
}
