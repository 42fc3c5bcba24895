/**
 * `npm run bench -- provider`: how much later the first part of a reply comes through Marginal (the catalog, the session's
 * place, the endpoint, the meter, the ledger in its worker) than through a bare fetch of the same local server with the
 * same body, in pairs that take turns in who goes first. VS Code's own part is in neither.
 */
import { fork } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { startWorker } from '../../src/adapters/workerClient.ts';
import { createAnswer } from '../../src/app/answer.ts';
import { createCatalog } from '../../src/app/catalog.ts';
import type { ChatMessage, ChatRequest } from '../../src/core/chat.ts';
import type { LedgerEvent } from '../../src/core/ledger/event.ts';
import { toOpenAiRequest } from '../../src/core/wire/openai/request.ts';
import { buildEndpoint } from '../../src/providers/index.ts';
import { fakeAllocator } from '../fakes/fakeAllocator.ts';

const PAIRS = 400;
const WARM_UP = 60;
const CLOCK = { now: () => Date.now(), elapsed: () => performance.now() };

export async function run(_options: { data: string | undefined }): Promise<Record<string, unknown>> {
  const { port, stop } = await startServer();
  const { worker, close } = ledgerWorker();
  const refused: string[] = [];
  try {
    const url = `http://127.0.0.1:${port}`;
    const endpoint = buildEndpoint({ id: 'bench', kind: 'openai', url }, { fetch, clock: CLOCK });
    const request = agentRequest();
    const body = JSON.stringify(toOpenAiRequest(request));
    const catalog = createCatalog({ clock: CLOCK, describer: worker });
    await catalog.setEndpoints([{ ...endpoint, listModels: async () => [{ name: request.model }] }]);
    const record = (events: readonly LedgerEvent[]) =>
      void worker.append(events).catch((error: Error) => refused.push(error.message));
    const answer = createAnswer({
      clock: CLOCK,
      catalog,
      newId: randomUUID,
      counter: worker,
      folders: () => ['/project'],
      allocator: fakeAllocator({ clock: CLOCK, catalog, newId: randomUUID, record, worker }),
      record,
    });
    const ours = () =>
      firstPartMs(async () => {
        const origin = { initiator: 'core' };
        const parts = answer(`bench/${request.model}`, request, origin, new AbortController().signal);
        await parts.next();
        return async () => {
          while (!(await parts.next()).done);
        };
      });
    const direct = () => firstPartMs(() => fetchDirectly(`${url}/v1/chat/completions`, body));
    const added: number[] = [];
    const bare: number[] = [];
    for (let pair = -WARM_UP; pair < PAIRS; pair += 1) {
      const oursFirst = pair % 2 === 0;
      const a = oursFirst ? await ours() : await direct();
      const b = oursFirst ? await direct() : await ours();
      if (pair < 0) continue;
      added.push(oursFirst ? a - b : b - a);
      bare.push(oursFirst ? b : a);
    }
    const result = {
      addedFirstPartMsMedian: quantile(added, 0.5),
      addedFirstPartMsP99: quantile(added, 0.99),
      directFirstPartMsMedian: quantile(bare, 0.5),
      pairs: PAIRS,
      notRecorded: refused.length,
      bodyBytes: Buffer.byteLength(body),
    };
    console.log(
      `first part: ${result.directFirstPartMsMedian} ms directly, ${result.addedFirstPartMsMedian} ms more through Marginal ` +
        `(median of ${PAIRS} pairs; 99 of 100 at most ${result.addedFirstPartMsP99} ms more), body of ${result.bodyBytes} bytes`,
    );
    return result;
  } finally {
    stop();
    await close();
  }
}

/** The product's worker on a ledger of its own. */
function ledgerWorker() {
  const script = fileURLToPath(new URL('../../dist/worker.cjs', import.meta.url));
  if (!existsSync(script)) throw new Error('Build first: npm run build');
  const folder = mkdtempSync(path.join(tmpdir(), 'marginal-bench-'));
  const dist = path.dirname(script);
  const worker = startWorker({
    script,
    data: {
      ranks: path.join(dist, 'o200k_base.ranks.br'),
      backlog: path.join(dist, 'backlog.cjs'),
      prices: path.join(dist, 'prices.jsonl'),
      ledger: path.join(folder, 'ledger.db'),
      holder: 'bench',
      environment: { home: folder, platform: 'linux', env: {}, codeUserFolders: [] },
    },
    configuration: {
      folders: [],
      priceOverrides: [],
      localCost: { watts: 0, dollarsPerKilowattHour: 0, hardwareDollars: 0, hardwareLifeHours: 0 },
      importers: [],
      plans: [],
      askCopilotQuota: false,
    },
    clock: CLOCK,
    log: (sentence) => console.log(sentence),
  });
  return {
    worker,
    async close() {
      await worker.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** Time until `start` has the first part; the rest is read outside of the time. */
async function firstPartMs(start: () => Promise<() => Promise<void>>): Promise<number> {
  const started = performance.now();
  const finish = await start();
  const ms = performance.now() - started;
  await finish();
  return ms;
}

/** The least that a client must do: send the body, cut the lines, parse the first chunk with text. */
async function fetchDirectly(url: string, body: string): Promise<() => Promise<void>> {
  const response = await fetch(url, { method: 'POST', headers: { 'content-type': 'application/json' }, body });
  const reader = response.body?.getReader();
  const decoder = new TextDecoder();
  let text = '';
  for (;;) {
    const { value, done } = (await reader?.read()) ?? { value: undefined, done: true };
    if (done) throw new Error('The server sent no text.');
    text += decoder.decode(value, { stream: true });
    const line = text.split('\n').find((candidate) => candidate.startsWith('data: '));
    if (line && text.includes('\n\n') && JSON.parse(line.slice(6)).choices[0].delta.content) break;
  }
  return async () => {
    while (!(await reader?.read())?.done);
  };
}

/** A step of an agent: some 40 kB of conversation and a dozen tools. */
function agentRequest(): ChatRequest {
  const paragraph = 'const total = entries.reduce((sum, entry) => sum + entry.costNanoCredits, 0); // as billed\n';
  const messages: ChatMessage[] = [{ role: 'system', content: [{ kind: 'text', text: paragraph.repeat(40) }] }];
  for (let turn = 0; turn < 12; turn += 1) {
    const callId = `call_${turn}`;
    messages.push(
      { role: 'user', content: [{ kind: 'text', text: `Step ${turn}: ${paragraph.repeat(5)}` }] },
      {
        role: 'assistant',
        content: [{ kind: 'toolCall', callId, name: 'read_file', input: { path: `src/${turn}.ts` } }],
      },
      {
        role: 'user',
        content: [{ kind: 'toolResult', callId, content: [{ kind: 'text', text: paragraph.repeat(25) }] }],
      },
    );
  }
  const tools = Array.from({ length: 12 }, (_, index) => ({
    name: `tool_${index}`,
    description: paragraph.repeat(3),
    inputSchema: { type: 'object', properties: { path: { type: 'string', description: paragraph } } },
  }));
  return { model: 'm', messages, tools, toolMode: 'auto' };
}

async function startServer(): Promise<{ port: number; stop: () => void }> {
  // Without the options of this process, which may hold a program of its own.
  const child = fork(fileURLToPath(new URL('provider/server.ts', import.meta.url)), { execArgv: [] });
  const port = await new Promise<number>((resolve, reject) => {
    child.once('message', (message) => resolve(Number(message)));
    child.once('error', reject);
    child.once('exit', (code) => reject(new Error(`The server ended with code ${code}.`)));
  });
  return { port, stop: () => child.kill() };
}

/** To a thousandth. */
function quantile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  const value = sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? Number.NaN;
  return Math.round(value * 1000) / 1000;
}
