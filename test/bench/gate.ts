/**
 * The pure decision on actions whose class the tools' own documentation tells (test/fixtures/gate), beside cc-safety-net on the
 * same commands; then cc-safety-net's own corpus with the disagreements by reason, and the commands that real agents ran.
 * `--data`: a corpus of commands (`.jsonl`), recorded agent runs (`.jsonl.gz`), or a folder with `shell/cc-safety-net.jsonl` and
 * `trajectories/mini-swe-agent.jsonl.gz`. Without it the copy of the corpus in the fixtures, and no agent commands.
 */
import { existsSync, readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { gunzipSync } from 'node:zlib';
import { installCcSafetyNet } from '../../scripts/bench/ccSafetyNet.mjs';
import { parseShell } from '../../src/adapters/shellParser.ts';
import { reachesFurther } from '../../src/core/risk/action.ts';
import { classify } from '../../src/core/risk/classify.ts';
import { NO_FACTS } from '../../src/core/risk/facts.ts';
import type { Verdict } from '../../src/core/risk/verdict.ts';
import { type GateRow, ownRows, readLines } from './gate/rows.ts';

const FIXTURES = path.join(import.meta.dirname, '../fixtures/gate');
/** Rounds over the corpus before, and while it is timed. */
const [WARM_UP, ROUNDS] = [5, 10];

interface Labelled {
  readonly command: string;
  readonly label?: 'irreversible' | 'allowed';
}
type Peer = (command: string) => boolean;

/** Returns the keys of the benchmark's line. */
export async function run({ data }: { data?: string | undefined }) {
  const rows = ownRows(FIXTURES);
  const own = score(
    rows.map((row) => ({ row, flagged: flags(verdictOn(row)) })),
    'Marginal',
  );
  const theirs = await peer();
  const commands = rows.filter(({ action }) => action.kind === 'shell');
  const theirScore =
    theirs &&
    score(
      commands.map((row) => ({ row, flagged: theirs(row.told) })),
      undefined,
    );
  const times = timed(rows, theirs);
  const labels =
    sourceOf(data, 'shell/cc-safety-net.jsonl', '.jsonl') ?? path.join(FIXTURES, 'cc-safety-net/commands.jsonl');
  const runs = sourceOf(data, 'trajectories/mini-swe-agent.jsonl.gz', '.gz');
  const result = {
    recall: own.recall,
    falseAlarms: own.falseAlarms,
    p50Ms: times.own.p50Ms,
    p99Ms: times.own.p99Ms,
    peer:
      theirScore && times.peer
        ? { recall: theirScore.recall, falseAlarms: theirScore.falseAlarms, ...times.peer }
        : null,
    byClass: own.byClass,
    disagreements: disagreements(readLines<Labelled>(labels)),
    agentCommands: runs === undefined ? null : agentCommands(runs),
  };
  const shell = score(
    commands.map((row) => ({ row, flagged: flags(verdictOn(row)) })),
    undefined,
  );
  console.log(
    `\n${rows.length} actions (${commands.length} of them commands). On the commands Marginal finds ${percent(shell.recall)} of what can’t be undone with ${percent(shell.falseAlarms)} false alarms, cc-safety-net ${percent(theirScore?.recall ?? null)} with ${percent(theirScore?.falseAlarms ?? null)}; edits and tool calls it doesn’t judge.`,
  );
  return result;
}

function verdictOn({ action, facts }: GateRow): Verdict {
  return classify(action, facts, parseShell).verdict;
}

function flags(verdict: Verdict): boolean {
  return verdict.ask && reachesFurther(verdict.class, 'commit');
}

/** Undefined where it can't be installed; the reason is told. */
async function peer(): Promise<Peer | undefined> {
  try {
    const { checkCommand } = (await import(pathToFileURL(await installCcSafetyNet()).href)) as {
      checkCommand: (input: { command: string; cwd: string }) => { kind: 'allow' | 'deny' };
    };
    return (command) => command.trim() !== '' && checkCommand({ command, cwd: FIXTURES }).kind === 'deny';
  } catch (error) {
    console.log(`cc-safety-net can’t be compared with: ${error instanceof Error ? error.message : error}`);
    return undefined;
  }
}

/** `title`: whose misses and alarms are listed. */
function score(judged: readonly { readonly row: GateRow; readonly flagged: boolean }[], title: string | undefined) {
  const risky = judged.filter(({ row }) => reachesFurther(row.class, 'commit'));
  const plain = judged.filter(({ row }) => !reachesFurther(row.class, 'commit'));
  const missed = risky.filter(({ flagged }) => !flagged);
  const alarms = plain.filter(({ flagged }) => flagged);
  const byClass: Record<string, { rows: number; sameClass: number }> = {};
  const others: string[] = [];
  if (title !== undefined) {
    for (const { row } of judged) {
      const verdict = verdictOn(row);
      const one = byClass[row.class] ?? { rows: 0, sameClass: 0 };
      byClass[row.class] = one;
      one.rows++;
      if (verdict.class === row.class) one.sameClass++;
      else if (flags(verdict) === reachesFurther(row.class, 'commit'))
        others.push(`${row.class} -> ${verdict.class}: ${row.told.slice(0, 110)}  ${verdict.reason}`);
    }
    const list = (name: string, of: typeof missed) => {
      if (of.length > 0) console.log(`\n${name} (${of.length}):`);
      for (const { row } of of) {
        const { class: kind, reason } = verdictOn(row);
        console.log(`  ${row.class} -> ${kind}: ${row.told.slice(0, 140)}  ${reason}`);
      }
    };
    list('missed', missed);
    list('false alarms', alarms);
    if (others.length > 0)
      console.log(`\nanother class, asked about alike (${others.length}):\n  ${others.join('\n  ')}`);
  }
  return {
    recall: share(risky.length - missed.length, risky.length),
    falseAlarms: share(alarms.length, plain.length),
    byClass,
  };
}

/** Both in turn, row by row. */
function timed(rows: readonly GateRow[], theirs: Peer | undefined) {
  const own: number[] = [];
  const other: number[] = [];
  for (let round = 0; round < WARM_UP + ROUNDS; round++) {
    for (const row of rows) {
      const start = performance.now();
      verdictOn(row);
      const middle = performance.now();
      const compared = theirs && row.action.kind === 'shell';
      if (compared) theirs(row.told);
      const end = performance.now();
      if (round < WARM_UP) continue;
      own.push(middle - start);
      if (compared) other.push(end - middle);
    }
  }
  return { own: quantiles(own), peer: other.length > 0 ? quantiles(other) : undefined };
}

function disagreements(rows: readonly Labelled[]): readonly { readonly reason: string; readonly count: number }[] {
  const counts = new Map<string, number>();
  for (const { command, label } of rows) {
    if (label === undefined) continue;
    const { verdict } = classify({ kind: 'shell', command }, NO_FACTS, parseShell);
    if (flags(verdict) === (label === 'irreversible')) continue;
    const plain = verdict.targets.reduce(
      (text, target) => (target === '' ? text : text.replaceAll(target, '…')),
      verdict.reason,
    );
    const reason = `${label === 'allowed' ? 'it allows, Marginal asks' : 'it denies, Marginal doesn’t'}: ${plain.slice(0, 80)}`;
    counts.set(reason, (counts.get(reason) ?? 0) + 1);
  }
  return [...counts].sort(([, a], [, b]) => b - a).map(([reason, count]) => ({ reason, count }));
}

/** Commands of recorded agent runs, one between ```bash fences in a message. */
function agentCommands(file: string) {
  const asked = new Map<string, number>();
  let commands = 0;
  for (const line of gunzipSync(readFileSync(file)).toString('utf8').split('\n')) {
    if (line === '') continue;
    const { messages = [] } = JSON.parse(line) as { messages?: { role: string; content?: unknown }[] };
    for (const { role, content } of messages) {
      if (role !== 'assistant' || typeof content !== 'string') continue;
      const [, command] = /```(?:bash|sh|shell)\s*\n([\s\S]*?)```/.exec(content) ?? [];
      if (command === undefined) continue;
      commands++;
      const { verdict } = classify({ kind: 'shell', command: command.trim() }, NO_FACTS, parseShell);
      if (!verdict.ask) continue;
      const plain = verdict.targets.reduce(
        (text, target) => (target === '' ? text : text.replaceAll(target, '…')),
        verdict.reason,
      );
      const reason = `[${verdict.class}] ${plain.slice(0, 90)}`;
      asked.set(reason, (asked.get(reason) ?? 0) + 1);
    }
  }
  const total = [...asked.values()].reduce((sum, count) => sum + count, 0);
  console.log(`\n${commands} commands of real agents, ${total} asked about:`);
  for (const [reason, count] of [...asked].sort(([, a], [, b]) => b - a).slice(0, 40))
    console.log(`  ${count} × ${reason}`);
  return { commands, askedShare: share(total, commands) };
}

/** The file for one purpose: inside a folder by its name, or the file itself by its kind. */
function sourceOf(data: string | undefined, name: string, kind: string): string | undefined {
  if (data === undefined) return undefined;
  const file = statSync(data).isDirectory() ? path.join(data, name) : data;
  return file.endsWith(kind) && existsSync(file) ? file : undefined;
}

function quantiles(values: readonly number[]) {
  const sorted = values.toSorted((a, b) => a - b);
  const at = (q: number) =>
    Math.round((sorted[Math.min(sorted.length - 1, Math.floor(q * sorted.length))] ?? 0) * 1000) / 1000;
  return { p50Ms: at(0.5), p99Ms: at(0.99) };
}

function share(part: number, whole: number): number | null {
  return whole === 0 ? null : Math.round((part / whole) * 10_000) / 10_000;
}

function percent(value: number | null): string {
  return value === null ? 'unknown' : `${Math.round(value * 1000) / 10} %`;
}
