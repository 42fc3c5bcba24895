/**
 * The process of a hook: `hook.cjs FOLDER AGENT EVENT [PID]`, started by the launcher in FOLDER (~/.marginal) with the agent's words on
 * standard input. Asks the window that the agent works in and prints its reply. It starts before every action of every agent, so
 * it loads nothing that it doesn't need; it decides nothing itself while a window is there.
 */
import { realpathSync, writeSync } from 'node:fs';
import type { HookReply } from '../core/hooks/hookCall.ts';
import { ANSWERED, HOOK_PATIENCE_MS, HOOKS_PATH, MAX_CALL_BYTES, SCRIPT_PATIENCE_MS } from '../protocol/hookWire.ts';
import { askWindow } from './askWindow.ts';
import { inOrder } from './chooseWindow.ts';
import { standardInput } from './standardInput.ts';
import { removeIfGone, windowFiles } from './windowFiles.ts';
import type { Reason } from './withoutWindow.ts';

const INPUT_MS = 15_000;
const PARENT_EVERY_MS = 1_000;
const WRITE_MS = 2_000;
/** Of an agent or an event, as they may stand in a path. */
const NAME = /^[\w.-]{1,64}$/;

const [folder = '', agent = '', event = '', caller = ''] = process.argv.slice(2);
const until = performance.now() + (agent === 'cline' ? SCRIPT_PATIENCE_MS : HOOK_PATIENCE_MS);

// Whoever waits for the answer may be ended: the launcher, or the shell that the agent runs it in (PID), which it outlives. Then
// the question is to go from the screen too.
const parent = process.ppid;
setInterval(() => {
  if (process.ppid !== parent || isGone(Number(caller))) process.exit(1);
}, PARENT_EVERY_MS).unref();

void reply().then(finish);

async function reply(): Promise<HookReply> {
  const input = await standardInput(MAX_CALL_BYTES, INPUT_MS);
  if (input === 'tooLong') return alone('tooLong', undefined);
  const body = input === 'late' ? undefined : objectIn(input);
  if (!body || input === 'late' || !NAME.test(agent) || !NAME.test(event)) return alone('unreadable', undefined);
  for (const window of inOrder(windowFiles(folder), foldersOf(body))) {
    const asked = await askWindow(window, `${HOOKS_PATH}/${agent}/${event}`, input, until - performance.now());
    switch (asked.kind) {
      case 'answered':
        return asked.reply;
      case 'nobody':
        removeIfGone(window);
        break;
      // A person may have been asked: no other window is.
      case 'lost':
      case 'late':
        return alone(asked.kind, body);
    }
  }
  return alone('noWindow', body);
}

async function alone(reason: Reason, body: object | undefined): Promise<HookReply> {
  const { replyWithoutWindow } = await import('./withoutWindow.ts');
  return replyWithoutWindow(agent, event, body, reason);
}

function objectIn(input: Buffer): object | undefined {
  try {
    const value: unknown = JSON.parse(input.toString('utf8'));
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

/** The folders that the agent works in, without links: as it tells them, else this process's own. */
function foldersOf(body: object): readonly string[] {
  const { cwd, workspace_roots: roots, workspaceRoots = roots } = body as Record<string, unknown>;
  const told = [cwd, ...(Array.isArray(workspaceRoots) ? workspaceRoots : [])].filter(
    (each) => typeof each === 'string' && each !== '',
  ) as string[];
  return (told.length > 0 ? told : [process.cwd()]).map(withoutLinks);
}

function withoutLinks(path: string): string {
  try {
    return realpathSync.native(path);
  } catch {
    return path; // it is gone, or elsewhere
  }
}

function isGone(pid: number): boolean {
  if (!(pid > 1)) return false; // not told, or the system's own
  try {
    process.kill(pid, 0);
    return false;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'ESRCH';
  }
}

function finish({ stdout, stderr = '', exitCode }: HookReply): void {
  writeAll(2, stderr);
  writeAll(1, stdout);
  process.exit(ANSWERED + exitCode);
}

function writeAll(file: number, text: string): void {
  let rest = Buffer.from(text);
  const end = performance.now() + WRITE_MS;
  while (rest.length > 0 && performance.now() < end) {
    try {
      rest = rest.subarray(writeSync(file, rest));
    } catch (error) {
      // A pipe that is full is tried again; one that nobody reads is nobody's loss.
      if ((error as NodeJS.ErrnoException).code !== 'EAGAIN') return;
    }
  }
}
