/**
 * The account's own count of a Copilot plan, asked of the installed Copilot CLI: `copilot --headless --stdio` speaks
 * JSON-RPC with Content-Length frames and calls GitHub with its own login. Marginal sees no token. The shape of
 * `account.getQuota` is that of github/copilot-sdk (experimental there), so everything in it is optional here.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import type { QuotaEvent } from '../core/ledger/event.ts';
import { copilotAnswer } from '../core/plans/copilotReadings.ts';
import { framed, frameReader } from '../core/wire/contentLength.ts';

export interface CopilotQuotaOptions {
  readonly clock: { now(): number };
  /** The CLI's program; default: COPILOT_CLI_PATH, else `copilot` on the PATH. */
  readonly program?: string | undefined;
  readonly env?: Readonly<Record<string, string | undefined>>;
  readonly timeoutMs?: number;
}

/** Why no quota came: `message` is one sentence for the user. */
export class CopilotQuotaError extends Error {
  override readonly name = 'CopilotQuotaError';
}

export const NOT_INSTALLED =
  'Copilot’s account quota can’t be asked: the Copilot CLI was not found. Install it (npm install -g @github/copilot) or set COPILOT_CLI_PATH to it.';
export const NOT_SIGNED_IN =
  'Copilot’s account quota can’t be asked: the Copilot CLI is not signed in. Run `copilot login` in a terminal.';
const NO_ANSWER = 'The Copilot CLI didn’t answer in time about the account’s quota; it will be asked again later.';
const BAD_ANSWER =
  'The Copilot CLI answered about the account’s quota in a way that Marginal doesn’t know: update both.';

const QUESTION = 1;
const TIMEOUT_MS = 30_000;
/** It ends by itself when its input ends; where it doesn't, it is ended. */
const GRACE_MS = 2_000;
const MOST_BYTES = 1_000_000;
/** Asks once. Rejects with CopilotQuotaError. The process has ended, or is being ended, when this settles. */
export function askCopilotQuota(options: CopilotQuotaOptions): Promise<readonly QuotaEvent[]> {
  const { clock, env = process.env, timeoutMs = TIMEOUT_MS } = options;
  const program = options.program ?? env.COPILOT_CLI_PATH ?? 'copilot';
  const { promise, resolve, reject } = Promise.withResolvers<readonly QuotaEvent[]>();
  // npm's programs on Windows are scripts that only a shell runs; the arguments are these and no others.
  const child = spawn(program, ['--headless', '--stdio', '--no-auto-update', '--log-level', 'none'], {
    env: { ...env },
    stdio: ['pipe', 'pipe', 'ignore'],
    shell: process.platform === 'win32',
    windowsHide: true,
  });
  const timer = setTimeout(() => fail(NO_ANSWER), timeoutMs);
  const frames = frameReader(MOST_BYTES);

  function settle(): void {
    clearTimeout(timer);
    child.stdout?.removeAllListeners('data').resume();
    end(child);
  }
  function fail(sentence: string, cause?: unknown): void {
    settle();
    reject(new CopilotQuotaError(sentence, { cause }));
  }

  child.on('error', (error) =>
    fail((error as { code?: unknown }).code === 'ENOENT' ? NOT_INSTALLED : NO_ANSWER, error),
  );
  child.on('exit', (code) => fail(code === 127 ? NOT_INSTALLED : BAD_ANSWER));
  // A program that ends before it has read everything: its exit tells.
  child.stdin?.on('error', () => {});
  child.stdout?.on('data', (bytes: Buffer) => {
    try {
      for (const message of frames.take(bytes)) {
        const answer = copilotAnswer(message, QUESTION, clock.now());
        if (answer === undefined) continue;
        if ('error' in answer) return fail(/auth|sign|log ?in/i.test(answer.error) ? NOT_SIGNED_IN : BAD_ANSWER);
        settle();
        return resolve(answer.readings);
      }
    } catch (error) {
      fail(BAD_ANSWER, error);
    }
  });
  child.stdin?.write(framed({ jsonrpc: '2.0', id: QUESTION, method: 'account.getQuota', params: {} }));
  return promise;
}

function end(child: ChildProcess): void {
  child.stdin?.end();
  const timer = setTimeout(() => child.kill('SIGKILL'), GRACE_MS);
  child.once('exit', () => clearTimeout(timer));
}
