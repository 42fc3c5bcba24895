/**
 * Where agents' hooks reach this window: a loopback port and a file that names it, both only while hooks are installed. Windows
 * learn of each other's installing by looking at the launcher, and put back a file that somebody removed. Without hooks there is
 * only that look: what answers, and Node's own http, are loaded when the port opens.
 */
import { randomBytes } from 'node:crypto';
import type { HookFolder } from '../adapters/hookFolder.ts';
import type { WindowFileKeeper } from '../adapters/windowFile.ts';
import { GUARDED_AGENTS, type HookAnswer, type HookCall } from '../core/hooks/hookCall.ts';
import type { Listener } from '../gateway/listen.ts';
import type { Clock, Cursor } from '../ports.ts';
import type { WindowFile } from '../protocol/hookWire.ts';

const LOOK_EVERY_MS = 5_000;
/** At most so often the ledger is told that agents are still heard. */
const KEEP_EVERY_MS = 2_000;

export interface GateEndpointPorts {
  readonly clock: Pick<Clock, 'now'>;
  /** Names this window. */
  readonly id: string;
  readonly pid: number;
  readonly hooks: Pick<HookFolder, 'refresh' | 'isInstalled'>;
  readonly file: WindowFileKeeper;
  /** This window's. */
  readonly folders: () => readonly string[];
  readonly leads: () => boolean;
  /** Loads what the first answer would wait for; never awaited. */
  readonly warm: () => Promise<void>;
  readonly answer: (call: HookCall, signal: AbortSignal) => Promise<HookAnswer>;
  readonly cursor: (key: string) => Cursor | undefined;
  readonly keep: (cursors: Readonly<Record<string, Cursor>>) => Promise<void>;
  /** No hook can reach this window; undefined: the trouble is over. */
  readonly onTrouble: (sentence: string | undefined) => void;
  /** A hook was answered without the gate; undefined: the latest one wasn't. */
  readonly onUnanswered: (sentence: string | undefined) => void;
}

export interface GateEndpoint {
  /**
   * Opens where hooks are installed, closes where they aren't, and tells hooks what has changed of this window. Never rejects.
   * It is done by itself every few seconds.
   */
  check(): Promise<void>;
  /** When each agent's hook was last heard by any window, epoch ms. */
  heard(): Readonly<Record<string, number>>;
  close(): Promise<void>;
}

export function gateEndpoint(ports: GateEndpointPorts): GateEndpoint {
  const { clock, id, pid, hooks, file, folders, leads, answer, cursor, keep, onTrouble, onUnanswered } = ports;
  /** Made with the first port. */
  let secrets: Pick<WindowFile, 'token' | 'proof'> | undefined;
  const heardHere = new Map<string, number>();
  let closed = false;
  let failing = false;
  let listener: Listener | undefined;
  let checking = Promise.resolve();
  let keeping: NodeJS.Timeout | undefined;

  /** One after the other: two that overlap would open two ports. */
  function check(): Promise<void> {
    checking = checking.then(settle).catch((error: unknown) => {
      onTrouble(error instanceof Error ? error.message : String(error));
    });
    return checking;
  }

  async function settle(): Promise<void> {
    if (closed || !(await hooks.isInstalled())) return shut();
    secrets ??= { token: secret(), proof: secret() };
    const own = secrets;
    if (!listener) {
      await hooks.refresh();
      await file.removeOlder(pid);
      const [{ createHandler }, { listen }] = await Promise.all([
        import('../gateway/handler.ts'),
        import('../gateway/listen.ts'),
      ]);
      const handler = createHandler({
        answer: answered,
        log: unanswered,
        onHeard,
        secrets: () => ({ ...own, port: listener?.port ?? 0 }),
      });
      listener = await listen(handler, (error) => unanswered(`A hook’s request failed: ${error}`));
      // The first action is not to wait for what its answer needs; what can't be loaded now is told with it.
      void handler(new Request('http://127.0.0.1/'), new AbortController().signal);
      ports.warm().catch(() => undefined);
    }
    await file.keep({
      version: 1,
      id,
      pid,
      port: listener.port,
      ...own,
      folders: folders(),
      leads: leads(),
    } satisfies WindowFile);
    onTrouble(undefined);
  }

  async function shut(): Promise<void> {
    const open = listener;
    if (!open) return;
    // Hooks are to go elsewhere before this port is closed.
    await file.remove();
    await open.close();
    listener = undefined;
  }

  async function answered(call: HookCall, signal: AbortSignal): Promise<HookAnswer> {
    const said = await answer(call, signal);
    if (failing) {
      failing = false;
      onUnanswered(undefined);
    }
    return said;
  }

  function unanswered(sentence: string): void {
    failing = true;
    onUnanswered(sentence);
  }

  function onHeard(agent: string): void {
    heardHere.set(agent, clock.now());
    keeping ??= setTimeout(keepHeard, KEEP_EVERY_MS);
  }

  function keepHeard(): void {
    keeping = undefined;
    const cursors = Object.fromEntries([...heardHere].map(([agent, at]) => [cursorOf(agent), at]));
    keep(cursors).catch(() => {
      // Told by the ledger's writer; it is only how long ago a hook was heard.
    });
  }

  function lastHeard(agent: string): number | undefined {
    const told = cursor(cursorOf(agent));
    const here = heardHere.get(agent);
    return typeof told === 'number' ? Math.max(told, here ?? 0) : here;
  }

  const timer = setInterval(() => void check(), LOOK_EVERY_MS);
  return {
    check,
    heard: () =>
      Object.fromEntries(
        GUARDED_AGENTS.map((agent) => [agent, lastHeard(agent)] as const).filter(
          (entry): entry is [(typeof entry)[0], number] => entry[1] !== undefined,
        ),
      ),
    async close() {
      clearInterval(timer);
      closed = true;
      await check();
      if (keeping) {
        clearTimeout(keeping);
        keepHeard();
      }
    },
  };
}

function cursorOf(agent: string): string {
  return `hook-heard:${agent}`;
}

function secret(): string {
  return randomBytes(32).toString('base64url');
}
