/**
 * `npm run bench -- tokens [--data FILE]`: our o200k counter against gpt-tokenizer's on the same texts in the same run,
 * its ids against js-tiktoken's, unbroken runs, and how long the main thread is held up while a worker loads and counts.
 */
import { mkdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { fileURLToPath } from 'node:url';
import { Worker } from 'node:worker_threads';
import { build } from 'esbuild';
import { countTokens } from 'gpt-tokenizer/encoding/o200k_base';
import { Tiktoken } from 'js-tiktoken/lite';
import o200k from 'js-tiktoken/ranks/o200k_base';
import { packedRanks, writeRanks } from '../../scripts/make-ranks.mjs';
import { createO200kTokenizer } from '../../src/adapters/tokenizer/o200kTokenizer.ts';
import { renamed, typescriptSource } from './tokens/source.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
const MEBIBYTE = 2 ** 20;
const RUNS = 9;
const UNBROKEN = 200_000;
const ROUNDS = 5;
/** Counts special tokens' spellings as text, as ours does, and spares it the search for them. */
const AS_TEXT = { disallowedSpecial: new Set<string>() };

export async function run({ data }: { data: string | undefined }): Promise<Record<string, unknown>> {
  const source = data
    ? readFileSync(data, 'utf8')
    : typescriptSource(
        ['openai/src', '@anthropic-ai/sdk/src', '@types/node'].map((name) => path.join(root, 'node_modules', name)),
        MEBIBYTE,
      );
  const multilingual = readFileSync(path.join(root, 'test/fixtures/tokens/multilingual.txt'), 'utf8');
  const megabytes = Buffer.byteLength(source) / MEBIBYTE;

  // The main thread first, while it holds nothing else.
  const main = await measureMainThread(source);
  console.log(`worker: loads in ${format(main.loadMs)} ms, ${format(main.memoryMB)} MB`);
  console.log(
    `main thread: longest block ${format(main.blockMs)} ms while it loads and counts, ` +
      `${format(main.idleBlockMs)} ms in the same time without it (medians of ${ROUNDS} rounds)`,
  );

  const tokenizer = createO200kTokenizer(packedRanks());
  const reference = new Tiktoken(o200k);
  const idsEqual = [source, multilingual].every((text) =>
    sameNumbers(tokenizer.encode(text), reference.encode(text, [], [])),
  );
  console.log(`ids equal js-tiktoken's on ${format(megabytes)} MiB of source and on many scripts: ${idsEqual}`);

  const ours = (text: string) => tokenizer.count(text);
  const theirs = (text: string) => countTokens(text, AS_TEXT);
  const fresh = compare(ours, theirs, (index) => renamed(source, index));
  // The same text again and again; both have seen it once.
  ours(source);
  theirs(source);
  const warm = compare(ours, theirs, () => source);
  const scripts = compare(ours, theirs, (index) => rotatedLines(multilingual, index));
  for (const [name, { oursMs, theirsMs, ratio }] of Object.entries({ fresh, warm, scripts })) {
    console.log(`${name}: ours ${format(oursMs)} ms, gpt-tokenizer ${format(theirsMs)} ms, ratio ${ratio.toFixed(3)}`);
  }

  const unbroken: Record<string, number> = {};
  const growth: Record<string, number> = {};
  for (const [name, character] of Object.entries(unbrokenCharacters())) {
    const [half, whole] = [UNBROKEN / 2, UNBROKEN].map((length) => {
      const text = Array.from({ length }, (_, index) => character(index)).join('');
      // The shortest: another program on this processor can only add to it.
      return Math.min(...Array.from({ length: ROUNDS }, () => time(() => ours(text))));
    }) as [number, number];
    unbroken[name] = round(whole);
    growth[name] = round(whole / half);
    console.log(`${UNBROKEN} unbroken ${name}: ${format(whole)} ms, ${format(whole / half)} × half as many`);
  }

  return {
    idsEqual,
    ratioToGptTokenizerFresh: round(fresh.ratio, 3),
    ratioToGptTokenizerWarm: round(warm.ratio, 3),
    worstUnbrokenMs: Math.max(...Object.values(unbroken)),
    longestBlockMs: round(main.blockMs),
    longestBlockOfAllRoundsMs: round(main.worstBlockMs),
    longestBlockIdleMs: round(main.idleBlockMs),
    ratioToGptTokenizerManyScripts: round(scripts.ratio, 3),
    unbrokenMs: unbroken,
    unbrokenTwiceAsLong: growth,
    megabytesPerSecondFresh: round((megabytes * 1000) / fresh.oursMs),
    megabytesPerSecondWarm: round((megabytes * 1000) / warm.oursMs),
    loadMs: round(main.loadMs),
    memoryMB: round(main.memoryMB),
  };
}

/** Interleaved runs of two counters on the same texts, first one and then the other going first. */
function compare(ours: (text: string) => number, theirs: (text: string) => number, textOf: (run: number) => string) {
  const oursMs: number[] = [];
  const theirsMs: number[] = [];
  for (let index = 0; index < RUNS; index++) {
    const text = textOf(index);
    // A text put together by replacing is a tree of strings until something reads it: neither shall pay for that.
    Buffer.byteLength(text);
    const first = index % 2 === 0;
    if (first) oursMs.push(time(() => ours(text)));
    theirsMs.push(time(() => theirs(text)));
    if (!first) oursMs.push(time(() => ours(text)));
  }
  return { oursMs: median(oursMs), theirsMs: median(theirsMs), ratio: median(oursMs) / median(theirsMs) };
}

/** A new worker in each round loads the tokenizer and counts a mebibyte and unbroken runs, while a probe watches here. */
async function measureMainThread(source: string) {
  const folder = path.join(root, '.cache/bench');
  mkdirSync(folder, { recursive: true });
  const ranksFile = path.join(folder, 'o200k_base.ranks.br');
  writeRanks(ranksFile);
  const outfile = path.join(folder, 'tokensWorker.mjs');
  const entry = path.join(root, 'test/bench/tokens/worker.ts');
  await build({ entryPoints: [entry], outfile, bundle: true, minify: true, format: 'esm', platform: 'node' });

  const blocks: number[] = [];
  const idleBlocks: number[] = [];
  const loads: number[] = [];
  const memories: number[] = [];
  for (let index = 0; index < ROUNDS; index++) {
    const texts = ['first', renamed(source, 100 + index), source, 'a'.repeat(UNBROKEN), '漢'.repeat(UNBROKEN)];
    for (const text of texts) Buffer.byteLength(text);
    const start = performance.now();
    const probe = await startProbe();
    const worker = new Worker(outfile, { workerData: ranksFile, execArgv: [] });
    for (const text of texts) {
      const answer = new Promise<{ loadMs: number; memoryMB: number }>((resolve, reject) => {
        worker.once('message', resolve);
        worker.once('error', reject);
      });
      worker.postMessage(text);
      const { loadMs, memoryMB } = await answer;
      if (text === 'first') {
        loads.push(loadMs);
        memories.push(memoryMB);
      }
    }
    blocks.push(await probe());
    const tookMs = performance.now() - start;
    await worker.terminate();
    // As long again without the worker: what the machine does to this thread by itself.
    const idleProbe = await startProbe();
    await pause(tookMs);
    idleBlocks.push(await idleProbe());
  }
  return {
    blockMs: median(blocks),
    worstBlockMs: Math.max(...blocks),
    idleBlockMs: median(idleBlocks),
    loadMs: median(loads),
    memoryMB: median(memories),
  };
}

/** Watches this thread's event loop; the function returned ends it and gives the longest block in ms. */
async function startProbe(): Promise<() => Promise<number>> {
  await pause(50);
  const delay = monitorEventLoopDelay({ resolution: 1 });
  delay.enable();
  await pause(20);
  return async () => {
    await pause(20);
    delay.disable();
    return delay.max / 1e6;
  };
}

function pause(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}

function unbrokenCharacters(): Record<string, (index: number) => string> {
  return {
    a: () => 'a',
    spaces: () => ' ',
    cjk: () => '漢',
    'cjk, all different': (index) => String.fromCodePoint(0x4e00 + ((index * 7919) % 20_000)),
    emoji: () => '😀',
    'emoji, all different': (index) => String.fromCodePoint(0x1f300 + ((index * 31) % 700)),
  };
}

/** The lines in another order, each with its letters moved by some places: other pieces in the same scripts. */
function rotatedLines(text: string, run: number): string {
  const lines = text.split('\n');
  const turned = lines.map((line, index) => {
    const characters = Array.from(line);
    const by = (run * 13 + index * 3) % (characters.length + 1);
    return [...characters.slice(by), ...characters.slice(0, by)].join('');
  });
  return turned.join('\n').repeat(20);
}

function time(work: () => unknown): number {
  const start = performance.now();
  work();
  return performance.now() - start;
}

function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[values.length >> 1] ?? Number.NaN;
}

function sameNumbers(a: readonly number[], b: readonly number[]): boolean {
  return a.length === b.length && a.every((value, index) => value === b[index]);
}

function round(value: number, digits = 1): number {
  return Math.round(value * 10 ** digits) / 10 ** digits;
}

function format(value: number): string {
  return value.toFixed(1);
}
