/** The worker thread of the benchmark: loads the tokenizer at the first count, as the product's worker does. */
import { parentPort, workerData } from 'node:worker_threads';
import { cacheCounts } from '../../../src/adapters/tokenizer/countCache.ts';
import { loadO200kTokenizer } from '../../../src/adapters/tokenizer/ranksFile.ts';
import { createTokenCounting } from '../../../src/app/countTokens.ts';

let loadMs: number | undefined;
let memoryMB: number | undefined;

const counting = createTokenCounting({
  loadTokenizer() {
    const before = ownMegabytes();
    const start = performance.now();
    const tokenizer = loadO200kTokenizer(workerData as string);
    loadMs = performance.now() - start;
    memoryMB = ownMegabytes() - before;
    return cacheCounts(tokenizer);
  },
  clock: { now: Date.now, elapsed: () => performance.now() },
  onTrouble(sentence) {
    throw new Error(sentence);
  },
});

parentPort?.on('message', (text: string) => {
  const { tokens } = counting.countText('gpt-5', text);
  parentPort?.postMessage({ tokens, loadMs, memoryMB });
});

function ownMegabytes(): number {
  const { heapUsed, arrayBuffers } = process.memoryUsage();
  return (heapUsed + arrayBuffers) / 2 ** 20;
}
