/** `ssh-keygen -Y`: who signed a text, and whether a file of signers allows it. */
import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { NAMESPACE } from '../../core/gate/twoPeople.ts';
import { type Environment, findProgram, type ProgramResult, runProgram } from './runProgram.ts';

const CHECK_MS = 5_000;
/** A security key waits to be touched. */
const SIGN_MS = 60_000;

export const NO_SSH_KEYGEN =
  'ssh-keygen was not found on the PATH: install OpenSSH 8.2 or newer, and start VS Code again.';

export interface SshKeygen {
  /** Fingerprint of the key that signed the text in this gate's name, whoever's it is. Undefined: no such signature. */
  signer(signature: string, text: string): Promise<string | undefined>;
  /** Principals that a file of signers has for the key or the certificate; `remark`: what ssh-keygen says beside them. */
  principals(
    signature: string,
    allowed: string,
  ): Promise<{ readonly found: readonly string[]; readonly remark: string }>;
  allows(about: {
    readonly signature: string;
    readonly allowed: string;
    readonly principal: string;
    readonly text: string;
  }): Promise<boolean>;
  /** `key`: a file with a private key, or with a public one whose private half the agent or a file beside it has. */
  sign(key: string, text: string): Promise<ProgramResult>;
}

/** Rejects where ssh-keygen can't be had, with a sentence. `signature` and `allowed` are files. */
export async function sshKeygen(env: Environment): Promise<SshKeygen> {
  const program = await findProgram('ssh-keygen', env);
  if (program === undefined) throw new Error(NO_SSH_KEYGEN);

  async function run(args: readonly string[], input?: string, timeoutMs = CHECK_MS): Promise<ProgramResult> {
    const result = await runProgram(program as string, args, { env, timeoutMs, ...(input !== undefined && { input }) });
    if (result.code === undefined) throw new Error('ssh-keygen did not answer in time: try again.');
    if (/illegal option|unknown option|Unsupported operation/i.test(result.stderr))
      throw new Error('This ssh-keygen can’t check signatures: install OpenSSH 8.2 or newer.');
    return result;
  }

  return {
    async signer(signature, text) {
      const { code, stdout } = await run(['-Y', 'check-novalidate', '-n', NAMESPACE, '-s', signature], text);
      const [, fingerprint] = /^Good .* key (SHA256:\S+)\s*$/m.exec(stdout) ?? [];
      return code === 0 ? fingerprint : undefined;
    },
    async principals(signature, allowed) {
      const { code, stdout, stderr } = await run(['-Y', 'find-principals', '-s', signature, '-f', allowed]);
      const found = code === 0 ? stdout.split('\n').flatMap((line) => line.trim() || []) : [];
      return { found: [...new Set(found)], remark: stderr };
    },
    async allows({ signature, allowed, principal, text }) {
      const { code } = await run(
        ['-Y', 'verify', '-f', allowed, '-I', principal, '-n', NAMESPACE, '-s', signature],
        text,
      );
      return code === 0;
    },
    sign: (key, text) => run(['-Y', 'sign', '-n', NAMESPACE, '-f', key], text, SIGN_MS),
  };
}

/** Writes a file that only this user can read, and gives its path. */
export async function privateFile(folder: string, name: string, text: string): Promise<string> {
  const full = path.join(folder, name);
  await writeFile(full, text, { mode: 0o600, flag: 'wx' });
  return full;
}
