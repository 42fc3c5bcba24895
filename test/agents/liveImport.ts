/** A real agent's run with what the importer makes of its log while it is written. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import type { TestContext } from 'node:test';
import { installAgent } from '../../scripts/agents/install.mjs';
import { logTail } from '../../src/adapters/tail/index.ts';
import { importLogs } from '../../src/app/importLogs.ts';
import type { LedgerEvent, Observation } from '../../src/core/ledger/event.ts';
import type { Cursor, Importer, ImportStatus } from '../../src/ports.ts';
import { latest } from '../contract/importer.ts';
import { runToEnd } from './runToEnd.ts';

/** After an agent's end its last calls are awaited this long. */
const PATIENCE_MS = 5_000;

export interface LiveImport {
  /** Private to this run, and empty at its beginning. */
  readonly home: string;
  /** The agent's working folder; it holds `a.ts`. */
  readonly work: string;
  /** Runs the agent to its end; its environment is `env` and the PATH alone. Output of both kinds. */
  run(args: readonly string[], env: Readonly<Record<string, string>>): Promise<{ code: number | null; output: string }>;
  /** Waits until so many calls are in, a few seconds at most, and returns each as it was told last. */
  calls(expected: number): Promise<readonly Observation[]>;
  /** Milliseconds from the agent's end until the last of them was there. */
  lateMs(): number;
  /** All that would be written to the ledger, as text. */
  kept(): string;
  status(): readonly ImportStatus[];
  /** Errors of importing. */
  readonly errors: readonly unknown[];
}

/**
 * Starts to follow on a home where the agent never ran: its folders appear while Marginal follows. undefined: the agent
 * can't be installed here, and the test is skipped with the reason.
 */
export async function liveImport(
  t: TestContext,
  agent: Parameters<typeof installAgent>[0],
  importer: Importer,
): Promise<LiveImport | undefined> {
  const program = await installAgent(agent).catch((error: Error) => error);
  if (typeof program !== 'string') {
    const reason = `${agent} could not be installed here: ${program.message}`;
    // Said aloud: this is the one test of the real agent.
    console.error(`SKIPPED: ${reason}`);
    t.skip(reason);
    return undefined;
  }
  const folder = mkdtempSync(join(tmpdir(), `marginal-${agent}-`));
  const [home, work] = [join(folder, 'home'), join(folder, 'work')];
  mkdirSync(home);
  mkdirSync(work);
  writeFileSync(join(work, 'a.ts'), 'export const x = 1;\n');

  const told: Observation[] = [];
  const errors: unknown[] = [];
  const cursors = new Map<string, Cursor>();
  let endedAt = 0;
  let lastAt = 0;
  const imports = importLogs({
    tail: logTail(
      { importers: [importer], environment: { home, platform: 'linux', env: {}, codeUserFolders: [] } },
      { clock: { now: Date.now, elapsed: () => performance.now() } },
    ),
    ledger: {
      append(events: readonly LedgerEvent[], kept) {
        lastAt = performance.now();
        told.push(...(events as readonly Observation[]));
        for (const [key, cursor] of Object.entries(kept ?? {})) cursors.set(key, cursor);
      },
      cursor: (key) => cursors.get(key),
    },
    price: (observation) => observation,
    onTrouble: (error) => errors.push(error),
  });
  t.after(async () => {
    await imports.stop();
    rmSync(folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 });
  });
  imports.start();
  await imports.caughtUp();

  return {
    home,
    work,
    errors,
    async run(args, env) {
      const result = await runToEnd(program, args, work, env);
      endedAt = performance.now();
      return result;
    },
    async calls(expected) {
      while (latest(told).length < expected && performance.now() - endedAt < PATIENCE_MS) {
        await new Promise((resolve) => setTimeout(resolve, 10));
      }
      return latest(told);
    },
    lateMs: () => Math.max(0, lastAt - endedAt),
    kept: () => JSON.stringify([told, [...cursors]]),
    status: () => imports.status(),
  };
}
