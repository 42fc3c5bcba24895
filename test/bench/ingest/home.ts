/** A home folder with months of Claude Code's and Codex' logs, the same in every run. */
import { createWriteStream } from 'node:fs';
import { mkdir, utimes } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { chance } from './chance.ts';
import { claudeCodeSession } from './claudeCodeLog.ts';
import { codexSession } from './codexLog.ts';
import { texts } from './text.ts';

const FIRST_DAY = Date.UTC(2026, 7, 3, 8);
const DAY_MS = 86_400_000;
const DAYS = 92;
/** One session in so many is the copy of the one before, gone on with: its lines stand in two files. */
const FORK_EVERY = 25;
const TIMESTAMP = /"timestamp":"([^"]+)"/;
const PROJECTS = ['shop', 'billing', 'docs', 'infra', 'mobile', 'playground'];

/** Writes below `home` until both agents together have at least `leastLines` lines; Codex has a third of them. */
export async function writeHome(home: string, leastLines: number): Promise<void> {
  const random = chance(20_261_126);
  const words = texts(random);
  const startOf = () => FIRST_DAY + random.between(0, DAYS - 1) * DAY_MS + random.between(0, 9 * 3_600) * 1_000;
  const folderOf = (project: string) => `/home/dev/work/${project}`;
  let lines = 0;
  let before: readonly string[] = [];
  for (let session = 1; lines < (leastLines * 2) / 3; session += 1) {
    const project = random.one(PROJECTS);
    const folder = join(home, '.claude/projects', folderOf(project).replaceAll('/', '-'));
    const made = claudeCodeSession(random, words, startOf(), folderOf(project), random.skewed(60, 1_500));
    const own = session % FORK_EVERY === 0 ? [...before.slice(0, 200), ...made.lines] : made.lines;
    lines += await write(join(folder, `${made.sessionId}.jsonl`), own);
    for (const [agent, agentLines] of made.subagents) {
      lines += await write(join(folder, made.sessionId, 'subagents', `agent-${agent}.jsonl`), agentLines);
    }
    before = made.lines;
  }
  while (lines < leastLines) {
    const at = startOf();
    const made = codexSession(random, words, at, folderOf(random.one(PROJECTS)), random.skewed(60, 1_500));
    const time = new Date(at).toISOString().slice(0, 19);
    const folder = join(home, '.codex/sessions', ...time.slice(0, 10).split('-'));
    lines += await write(join(folder, `rollout-${time.replaceAll(':', '-')}-${made.sessionId}.jsonl`), made.lines);
  }
}

/** A log is as old as its last line: no months of logs have all changed just now. */
async function write(file: string, lines: readonly string[]): Promise<number> {
  await mkdir(dirname(file), { recursive: true });
  await pipeline(
    lines.map((line) => `${line}\n`),
    createWriteStream(file),
  );
  const last = lines.findLast((line) => TIMESTAMP.test(line)) ?? '';
  const [, time] = TIMESTAMP.exec(last) ?? [];
  if (time !== undefined) await utimes(file, new Date(time), new Date(time));
  return lines.length;
}
