/**
 * The thread that reads agents' logs while there is much to read, as the ledger's thread sees it. It makes what it read
 * ready for the ledger in memory that both share, a few packs ahead and no more.
 */
import type { BacklogReader } from '../adapters/tail/backlog.ts';
import { AGENTS_WITH_TOTALS } from '../app/importLogs.ts';
import { PACK_BYTES } from '../storage/packedEvents.ts';
import { type BacklogMessage, type BacklogThreadData, FREE, readMessage } from './backlogData.ts';

/** One is written to while another is read from; more of them even out which of the threads has the processor, 6 % of a reading. */
const PACKS = 4;
/** Young objects are most of what it makes; of old ones some ten times what was ever seen in use. See workerClient.ts. */
const MEMORY = { maxYoungGenerationSizeMb: 6, maxOldGenerationSizeMb: 128 };

/** `script`: the file of the thread's bundle. `settings`: as they are when it starts. */
export function backlogThread(
  script: string,
  settings: () => Pick<BacklogThreadData, 'prices' | 'overrides' | 'localCost'>,
): BacklogReader {
  return {
    reads: ({ kind, agent }) => kind === 'lines' && !AGENTS_WITH_TOTALS.has(agent),
    open() {
      const packs = Array.from({ length: PACKS }, () => new SharedArrayBuffer(PACK_BYTES));
      const states = new Int32Array(new SharedArrayBuffer(PACKS * Int32Array.BYTES_PER_ELEMENT));
      // Loaded only where much is to be read.
      const { Worker } = process.getBuiltinModule('node:worker_threads');
      const thread = new Worker(script, {
        workerData: { ...settings(), packs, states: states.buffer } satisfies BacklogThreadData,
        name: 'marginal-backlog',
        execArgv: [],
        resourceLimits: MEMORY,
      });
      thread.unref();
      const waiting: BacklogMessage[] = [];
      let ended = false;
      let wake = () => {};
      thread.on('message', (text: string) => {
        waiting.push(readMessage(text, packs));
        wake();
      });
      const end = () => {
        ended = true;
        wake();
      };
      // Whatever it is: what it hasn't told is read on the ledger's thread, which says what is wrong.
      thread.on('error', end);
      thread.on('exit', end);

      return {
        read: (files) => thread.postMessage(files),
        async next() {
          while (waiting.length === 0 && !ended) {
            await new Promise<void>((resolve) => {
              wake = resolve;
            });
          }
          return ended ? undefined : waiting.shift();
        },
        release(portion) {
          const { pack } = portion as BacklogMessage;
          Atomics.store(states, pack, FREE);
          Atomics.notify(states, pack);
        },
        close() {
          end();
          void thread.terminate();
        },
      };
    },
  };
}
