/**
 * The truth by execution: each command of test/fixtures/gate/truth.jsonl is first judged by the gate with the facts of a
 * throw-away machine, then run for real in a sandbox there. What could not be got back afterwards is the label.
 */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { gateFacts } from '../../src/adapters/gateFacts.ts';
import { parseShell } from '../../src/adapters/shellParser.ts';
import { gateAction } from '../../src/app/gateAction.ts';
import { reachesFurther } from '../../src/core/risk/action.ts';
import { lostBetween, snapshot } from './gateTruth/lost.ts';
import { copyWorld, makeSandbox, NoSandboxError, proveSandbox, type Sandbox, USER } from './gateTruth/sandbox.ts';
import { makeTemplate, worldAt } from './gateTruth/world.ts';

const COMMANDS = path.join(import.meta.dirname, '../fixtures/gate/truth.jsonl');

const NOT_FOUND = 127;

interface Row {
  readonly command: string;
  /** What kind of command it is, for the list of disagreements. */
  readonly kind: string;
}

interface Seen extends Row {
  readonly lost: readonly string[];
  readonly class: string;
  readonly flagged: boolean;
  readonly reason: string;
}

/** Returns the keys of the benchmark's line. `data`: another file of commands. */
export async function run({ data = COMMANDS }: { data?: string | undefined }) {
  const rows = readFileSync(data, 'utf8')
    .split('\n')
    .filter(Boolean)
    .map((line) => JSON.parse(line) as Row);
  const base = mkdtempSync(path.join(tmpdir(), 'marginal-truth-'));
  try {
    return await measure(rows, base);
  } catch (error) {
    if (!(error instanceof NoSandboxError)) throw error;
    console.log(error.message);
    return { commands: null, recall: null, falseAlarms: null, disagreements: null };
  } finally {
    rmSync(base, { recursive: true, force: true });
  }
}

async function measure(rows: readonly Row[], base: string) {
  const sandbox = makeSandbox(base);
  execFileSync('chmod', ['755', base]);
  const template = makeTemplate(path.join(base, 'template'));
  execFileSync('chown', ['-R', `${USER}:${USER}`, template.root]);
  const world = worldAt(path.join(base, 'world'));
  copyWorld(template, world);
  proveSandbox(sandbox, world, base);
  proveBuild(sandbox, base);
  const before = snapshot(template);
  const port = gateFacts({
    workspaceFolders: [world.repo],
    home: world.home,
    env: { PATH: '/usr/local/bin:/usr/bin:/bin', HOME: world.home, USER: 'dev', LANG: 'C.UTF-8' },
  });
  const seen: Seen[] = [];
  const left: string[] = [];
  for (const row of rows) {
    copyWorld(template, world);
    const verdict = await gateAction(
      { kind: 'shell', command: row.command, cwd: world.repo },
      { facts: port, parse: parseShell, clock: { elapsed: () => performance.now() } },
    );
    const { victimAlive, code } = sandbox(world, row.command);
    const lost = [
      ...lostBetween(before, snapshot(world), world, template),
      ...(victimAlive ? [] : ['a running program']),
    ];
    // A program that isn't installed here destroys nothing: that says nothing of the command.
    if (code === NOT_FOUND && lost.length === 0) {
      left.push(row.command);
      continue;
    }
    seen.push({
      ...row,
      lost,
      class: verdict.class,
      flagged: verdict.ask && reachesFurther(verdict.class, 'commit'),
      reason: verdict.reason,
    });
  }
  if (left.length > 0) console.log(`left out, a program is missing here: ${left.join(' | ')}`);
  return report(seen);
}

/** What counts as built must really come back. Throws where it doesn't: the labels would be wrong. */
function proveBuild(sandbox: Sandbox, base: string): void {
  const template = worldAt(path.join(base, 'template'));
  const world = worldAt(path.join(base, 'world'));
  sandbox(world, 'rm -rf build coverage node_modules debug.log; sh scripts/build.sh; rm -f ran');
  const [before, after] = [snapshot(template), snapshot(world)];
  for (const [name, { id }] of before.files)
    if (after.files.get(name)?.id !== id) throw new Error(`${name} is not built again`);
}

function report(seen: readonly Seen[]) {
  const positives = seen.filter(({ lost }) => lost.length > 0);
  const negatives = seen.filter(({ lost }) => lost.length === 0);
  const missed = positives.filter(({ flagged }) => !flagged);
  const alarms = negatives.filter(({ flagged }) => flagged);
  const show = (title: string, list: readonly Seen[]) => {
    if (list.length === 0) return;
    console.log(`\n${title} (${list.length}):`);
    for (const { command, class: kind, reason, lost } of list)
      console.log(
        `  [${kind}] ${JSON.stringify(command)}  ${reason}${lost.length > 0 ? `  LOST ${lost.slice(0, 3).join('; ')}` : ''}`,
      );
  };
  show('missed', missed);
  show('false alarms', alarms);
  const counts = new Map<string, number>();
  for (const { kind, flagged } of [...missed, ...alarms]) {
    const reason = `${flagged ? 'false alarm' : 'missed'}: ${kind}`;
    counts.set(reason, (counts.get(reason) ?? 0) + 1);
  }
  const share = (part: number, whole: number) => (whole === 0 ? null : Math.round((part / whole) * 10_000) / 10_000);
  console.log(
    `\n${seen.length} commands run for real: ${positives.length} destroyed something, ${negatives.length} nothing. ${missed.length} missed, ${alarms.length} false alarms.`,
  );
  return {
    commands: seen.length,
    recall: share(positives.length - missed.length, positives.length),
    falseAlarms: share(alarms.length, negatives.length),
    disagreements: [...counts].map(([reason, count]) => ({ reason, count })),
  };
}
