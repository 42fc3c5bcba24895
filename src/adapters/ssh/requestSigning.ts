/** The other person's side: which keys there are to sign with, and the signature of a request. */
import { readFile } from 'node:fs/promises';
import { NAMESPACE, writeRequest } from '../../core/gate/twoPeople.ts';
import type { RequestSigner, SigningKey } from '../../ports.ts';
import { safeGit } from '../gateGit.ts';
import {
  agentKeys,
  atHome,
  type FoundKey,
  fingerprint,
  foundKey,
  gitConfig,
  keyPairs,
  ownKeys,
  smallText,
} from './ownKeys.ts';
import { type Environment, findProgram, inPrivateFolder } from './runProgram.ts';
import { NO_SSH_KEYGEN, privateFile, sshKeygen } from './sshKeygen.ts';

export function requestSigning({ home, env }: { readonly home: string; readonly env: Environment }): RequestSigner {
  const git = safeGit(env);

  async function keys(): Promise<readonly SigningKey[]> {
    const [signing = [], pairs, agent = []] = await Promise.all([
      gitConfig(git, home, [], 'user.signingkey'),
      keyPairs(home),
      agentKeys(env),
    ]);
    const preferred = await preferredKey(signing.at(-1), home, [...pairs, ...agent]);
    const found = new Map<string, SigningKey>();
    for (const key of [...(preferred ? [preferred] : []), ...pairs, ...agent]) {
      const print = fingerprint(key.key);
      if (print === undefined || found.has(print)) continue;
      found.set(print, {
        fingerprint: print,
        type: key.type,
        comment: key.comment,
        ...(key.path !== undefined && { path: key.path }),
        line: `${key.type} ${key.key}`,
        preferred: key === preferred,
      });
    }
    return [...found.values()];
  }

  return {
    keys,
    sign: (request, key) =>
      inPrivateFolder(async (folder) => {
        const keygen = await sshKeygen(env);
        const file = key.path ?? (await privateFile(folder, 'key.pub', `${key.line}\n`));
        const { code, stdout, stderr } = await keygen.sign(file, writeRequest(request));
        if (code === 0 && stdout.includes('BEGIN SSH SIGNATURE')) return { kind: 'signed', signature: stdout };
        if (/passphrase|PIN/i.test(stderr)) return { kind: 'passphrase' };
        throw new Error(
          `ssh-keygen could not sign with ${key.path ?? key.comment}: ${stderr.trim().split('\n').at(-1) || 'it did not say why'}`,
        );
      }),
    signIn: (request, key, run) =>
      inPrivateFolder(async (folder) => {
        const program = await findProgram('ssh-keygen', env);
        if (program === undefined) throw new Error(NO_SSH_KEYGEN);
        const file = key.path ?? (await privateFile(folder, 'key.pub', `${key.line}\n`));
        const text = await privateFile(folder, 'request.txt', writeRequest(request));
        await run(program, ['-Y', 'sign', '-n', NAMESPACE, '-f', file, text]);
        // Without a signature the user has given up.
        return readFile(`${text}.sig`, 'utf8').catch(() => undefined);
      }),
    async isOwn({ key, principal }, folder) {
      const own = await ownKeys(folder, { home, env, git });
      const print = fingerprint(foundKey(key)?.key ?? '');
      if (print !== undefined && own.fingerprints.has(print)) return 'key';
      return own.emails.some((email) => email.toLowerCase() === principal.toLowerCase()) ? 'address' : undefined;
    },
  };
}

/** What `user.signingkey` names: a private key, a public one, or the key itself, which the agent or a file must have. */
async function preferredKey(
  setting: string | undefined,
  home: string,
  known: readonly FoundKey[],
): Promise<FoundKey | undefined> {
  if (setting === undefined) return undefined;
  const literal = foundKey(setting);
  if (literal) return known.find(({ key }) => key === literal.key);
  const file = atHome(setting, home);
  const publicFile = file.endsWith('.pub') ? file : `${file}.pub`;
  const text = await smallText(publicFile);
  const key = text === undefined ? undefined : foundKey(text);
  return key && { ...key, path: publicFile };
}
