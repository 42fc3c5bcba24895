/**
 * The agents of the benchmark, as a process of its own: writes to all logs in turns, each reply behind a line of content,
 * and looks at the ledger every few milliseconds for what of it has arrived. Sends the waits in ms when it is done.
 */
import { appendFileSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import { setTimeout as sleep } from 'node:timers/promises';
import { chance } from '../ingest/chance.ts';
import { claudeCodeSession } from '../ingest/claudeCodeLog.ts';
import { codexSession } from '../ingest/codexLog.ts';
import { texts } from '../ingest/text.ts';

export interface WriterTask {
  readonly ledger: string;
  readonly claudeCodeFiles: readonly string[];
  readonly codexFiles: readonly string[];
  /** How many replies are written, and one every so many ms. */
  readonly replies: number;
  readonly everyMs: number;
}

export type WriterReport = { readonly waitsMs: readonly number[]; readonly missing: number };

const LOOK_MS = 4;
const PATIENCE_MS = 10_000;

const task = JSON.parse(process.argv[2] ?? '{}') as WriterTask;
const random = chance(7);
const words = texts(random);
const feeds = [...task.claudeCodeFiles.map(claudeCodeFeed), ...task.codexFiles.map(codexFeed)];
const database = new DatabaseSync(task.ledger, { readOnly: true });
const newest = database.prepare('SELECT id, body FROM events WHERE id > ? ORDER BY id');
/** When what is recognised by this text was written. */
const written = new Map<string, number>();
const waitsMs: number[] = [];
let lastId = Number(database.prepare('SELECT coalesce(max(id), 0) AS id FROM events').get()?.id);
let done = false;

const looking = look();
for (let index = 0; index < task.replies; index += 1) {
  const { file, lines, mark } = (feeds[index % feeds.length] as () => Feed)();
  appendFileSync(file, lines);
  written.set(mark, performance.now());
  await sleep(task.everyMs * (0.5 + random.next()));
}
for (let waited = 0; written.size > 0 && waited < PATIENCE_MS; waited += 50) await sleep(50);
done = true;
await looking;
process.send?.({ waitsMs, missing: written.size } satisfies WriterReport, () => process.exit(0));

async function look(): Promise<void> {
  while (!done) {
    for (const { id, body } of newest.all(lastId)) {
      lastId = Number(id);
      const now = performance.now();
      const { identities } = JSON.parse(String(body)) as { identities?: readonly string[] };
      for (const identity of identities ?? []) {
        const at = written.get(identity);
        if (at === undefined) continue;
        waitsMs.push(now - at);
        written.delete(identity);
      }
    }
    await sleep(LOOK_MS);
  }
}

interface Feed {
  readonly file: string;
  readonly lines: string;
  /** An identity of the reply that the lines tell. */
  readonly mark: string;
}

function claudeCodeFeed(file: string): () => Feed {
  const { lines } = claudeCodeSession(random, words, Date.now(), '/home/dev/work/shop', 60);
  return feed(file, lines, (line) => {
    const id = /"stop_reason":"\w+".*"requestId":"(\w+)"/.exec(line)?.[1];
    return id && `anthropic-request:${id}`;
  });
}

function codexFeed(file: string): () => Feed {
  const { lines } = codexSession(random, words, Date.now(), '/home/dev/work/shop', 60);
  return feed(file, lines, (line) => {
    const id = /"type":"token_usage_record".*"response_id":"(\w+)"/.exec(line)?.[1];
    return id && `openai-response:${id}`;
  });
}

/** Each time the lines up to the next one that ends a reply. */
function feed(file: string, lines: readonly string[], markOf: (line: string) => string | undefined): () => Feed {
  let next = 0;
  return () => {
    let text = '';
    for (; next < lines.length; ) {
      const line = lines[next] as string;
      next += 1;
      text += `${line}\n`;
      const mark = markOf(line);
      if (mark !== undefined) return { file, lines: text, mark };
    }
    throw new Error(`${file} has no more replies.`);
  };
}
