/** What the worker gives its gate. */
import type { BrakePorts } from '../app/gate/createBrakes.ts';
import type { SuspicionPorts } from '../app/gate/createSuspicion.ts';
import type { RunWorth } from '../app/gate/gateParts.ts';
import type { HookCall } from '../core/hooks/hookCall.ts';
import type { LedgerEvent } from '../core/ledger/event.ts';
import type { Clock, ImportEnvironment, LedgerStore, WorkerConfiguration, WorkerNotice } from '../ports.ts';

export interface WorkerGateParts {
  readonly clock: Clock;
  /** What its programs (git, ssh-keygen) run with: all of it, or they know neither the developer nor the ssh-agent. */
  readonly env: Readonly<Record<string, string | undefined>>;
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
  /** Keeps events now, or throws with a sentence and keeps none. */
  readonly recordNow: (events: readonly LedgerEvent[]) => void;
  readonly notify: (notice: WorkerNotice) => void;
  readonly tell: (id: string, sentence: string | undefined) => void;
  /** Sums of the ledger, plans and runs, for caps; the ledger is opened when it is first asked. */
  readonly spending: Pick<BrakePorts, 'ledger' | 'kinds' | 'standings' | 'told' | 'resume'>;
  readonly tokenPrice: SuspicionPorts['tokenPrice'];
  /** What going on is worth to a call's run; undefined: nobody can tell. */
  readonly worth: (call: HookCall) => RunWorth | undefined;
}
