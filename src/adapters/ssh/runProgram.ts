import { spawn } from 'node:child_process';
import { constants } from 'node:fs';
import { access, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';

export type Environment = Readonly<Record<string, string | undefined>>;

const MOST_BYTES = 1_000_000;

export interface ProgramResult {
  /** undefined: ended by a signal, or it took too long. */
  readonly code: number | undefined;
  readonly stdout: string;
  readonly stderr: string;
}

/** Where a program lies by the PATH's absolute folders. Undefined: in none. */
export async function findProgram(name: string, env: Environment): Promise<string | undefined> {
  const windows = process.platform === 'win32';
  const folders = (env.PATH ?? env.Path ?? '').split(path.delimiter).filter((folder) => path.isAbsolute(folder));
  for (const folder of folders) {
    const full = path.join(folder, windows ? `${name}.exe` : name);
    const runs = await access(full, constants.X_OK).then(
      () => true,
      () => false,
    );
    if (runs) return full;
  }
  return undefined;
}

/** Runs a program without a shell and without a terminal that it could ask on. Rejects where it can't be started. */
export function runProgram(
  program: string,
  args: readonly string[],
  { env, input = '', timeoutMs }: { readonly env: Environment; readonly input?: string; readonly timeoutMs: number },
): Promise<ProgramResult> {
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, {
      env: { ...env, LC_ALL: 'C', SSH_ASKPASS_REQUIRE: 'never' },
      cwd: tmpdir(),
      // In a session of its own: it finds no terminal to ask for a passphrase.
      detached: process.platform !== 'win32',
      windowsHide: true,
      timeout: timeoutMs,
      killSignal: 'SIGKILL',
    });
    let [stdout, stderr] = ['', ''];
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      if (stdout.length < MOST_BYTES) stdout += text;
    });
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      if (stderr.length < MOST_BYTES) stderr += text;
    });
    // It may end before it has read everything.
    child.stdin.on('error', () => child.stdin.destroy());
    child.on('error', reject);
    child.on('close', (code) => resolve({ code: code ?? undefined, stdout, stderr }));
    child.stdin.end(input);
  });
}

/** A folder that only this user can look into, gone when the task is done. */
export async function inPrivateFolder<Value>(task: (folder: string) => Promise<Value>): Promise<Value> {
  const folder = await mkdtemp(path.join(tmpdir(), 'marginal-'));
  try {
    return await task(folder);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
