/** The other person of a deployment: makes requests, and checks with `ssh-keygen` who signed them (SecondPerson of app/gate). */
import { createHash, randomBytes } from 'node:crypto';
import { hostname } from 'node:os';
import { requestObjection } from '../../core/gate/requestState.ts';
import { type AllowedSigner, allowedSigners, matchesPatterns, signatureNamespace } from '../../core/gate/sshKeys.ts';
import {
  NAMESPACE,
  readRequest,
  readSignature,
  requestMessage,
  type SecondPersonAbout,
  shownAction,
  shownTargets,
  signedForms,
  type TwoPeopleRequest,
  writeRequest,
} from '../../core/gate/twoPeople.ts';
import { type SafeGit, safeGit } from '../gateGit.ts';
import { keptRequests } from './keptRequests.ts';
import { fingerprint, type OwnKeys, ownKeys } from './ownKeys.ts';
import { type Environment, inPrivateFolder } from './runProgram.ts';
import { type SignersSource, signersFiles } from './signersFiles.ts';
import { privateFile, type SshKeygen, sshKeygen } from './sshKeygen.ts';

/** A colleague needs longer than a question waits: asked again within this time, an action has the same request. */
const OPEN_MS = 30 * 60_000;
/** With less time left a request is made anew. */
const SOON_MS = 2 * 60_000;

export interface SshSignerOptions {
  /** Folder of its own, on this machine. */
  readonly folder: string;
  readonly home: string;
  readonly env: Environment;
  readonly clock: { now(): number };
  readonly git?: SafeGit;
  readonly host?: string;
}

export function sshSigner(options: SshSignerOptions) {
  const { folder, home, env, clock } = options;
  const git = options.git ?? safeGit(env);
  const kept = keptRequests(`${folder}/requests`);
  const signers = signersFiles({ folder: `${folder}/signers`, home, git, now: () => clock.now() });
  const keysIn = (cwd: string) => ownKeys(cwd, { home, env, git });

  async function request(about: SecondPersonAbout) {
    const { cwd } = about;
    if (cwd === undefined) return undefined;
    const [sources, own] = await Promise.all([signers.sources(cwd, about.since), keysIn(cwd)]);
    const names = sources.flatMap((source) => othersOf(source.texts[0], own, own.ownEmails).map(nameOf));
    if (names.length === 0) return undefined;
    const { place, name } = await signers.placeOf(cwd);
    const at = clock.now();
    const made = (nonce: string, expires: number): TwoPeopleRequest => ({
      from: `${[own.name, own.email && `<${own.email}>`].filter(Boolean).join(' ') || 'Somebody'}, on ${options.host ?? hostname()}`,
      agent: about.agent ?? 'not told',
      repository: name,
      action: shownAction(about.action),
      targets: shownTargets(about.targets),
      digest: about.digest,
      nonce,
      expires,
    });
    const earlier = await kept.open(about.digest, place, at + SOON_MS);
    const same = earlier && made(earlier.nonce, earlier.expires);
    if (same && sha256(writeRequest(same)) === earlier.textDigest && earlier.since === about.since) {
      return { request: requestMessage(same), signers: [...new Set(names)] };
    }
    const expires = Math.ceil(Math.max(about.expires, at + OPEN_MS) / 1000) * 1000;
    const fresh = made(randomBytes(16).toString('hex'), expires);
    await kept.keep({
      nonce: fresh.nonce,
      digest: fresh.digest,
      textDigest: sha256(writeRequest(fresh)),
      place,
      expires,
      ...(about.since !== undefined && { since: about.since }),
    });
    return { request: requestMessage(fresh), signers: [...new Set(names)] };
  }

  async function verify(text: string, pasted: string, cwd: string | undefined): Promise<string> {
    const asked = readRequest(text);
    if (!asked || cwd === undefined) throw new Error('The request is damaged: let the agent ask again.');
    const signature = readSignature(pasted);
    if (signature === undefined) {
      throw new Error('This is no SSH signature: paste all of it, from -----BEGIN SSH SIGNATURE----- to its END line.');
    }
    const { place } = await signers.placeOf(cwd);
    const known = await kept.of(asked.nonce);
    const objection = requestObjection({
      ...known,
      request: asked,
      textDigest: sha256(writeRequest(asked)),
      place,
      at: clock.now(),
    });
    if (objection !== undefined) throw new Error(objection);
    const namespace = signatureNamespace(signature);
    if (namespace !== undefined && namespace !== NAMESPACE) {
      throw new Error(
        `The signature was made for “${namespace}”: it counts only if it is made with -n ${NAMESPACE}, as the request says.`,
      );
    }
    const principal = await inPrivateFolder(async (temporary) => {
      const keygen = await sshKeygen(env);
      const file = await privateFile(temporary, 'request.sig', signature);
      return principalOf(keygen, temporary, file, asked, cwd, known.kept?.since);
    });
    if (!(await kept.use(asked.nonce, principal))) {
      throw new Error('The request was used before: each counts once. Let the agent ask again.');
    }
    return principal;
  }

  async function principalOf(
    keygen: SshKeygen,
    temporary: string,
    signature: string,
    asked: TwoPeopleRequest,
    cwd: string,
    since: number | undefined,
  ): Promise<string> {
    let signed: { readonly text: string; readonly key: string } | undefined;
    for (const text of signedForms(asked)) {
      const key = signed ? undefined : await keygen.signer(signature, text);
      if (key !== undefined) signed = { text, key };
    }
    if (!signed) {
      throw new Error('The signature is not of this request: one of the two was changed on its way. Send it again.');
    }
    const own = await keysIn(cwd);
    if (own.fingerprints.has(signed.key)) {
      throw new Error(`The signature is by your own key (${signed.key}): another person must sign.`);
    }
    const sources = await signers.sources(cwd, since);
    const remarks: string[] = [];
    for (const [at, source] of sources.entries()) {
      const files = await Promise.all(
        source.texts.map((text, index) =>
          privateFile(temporary, `signers-${at}-${index}`, linesOf(othersOf(text, own, []))),
        ),
      );
      const by = (principal: string, allowed: string) =>
        keygen.allows({ signature, allowed, principal, text: signed.text });
      for (const email of own.emails) {
        for (const allowed of files) {
          if (await by(email, allowed)) {
            throw new Error(
              `The signature counts for ${email}, your own address, in ${source.label}: another person must sign.`,
            );
          }
        }
      }
      const { found, remark } = await keygen.principals(signature, files[0] ?? '');
      remarks.push(remark);
      for (const principal of found) {
        const allowed = await Promise.all(files.map((file) => by(principal, file)));
        if (allowed.every(Boolean)) return principal;
      }
    }
    throw new Error(unknownSigner(signed.key, sources, remarks.join('\n')));
  }

  return {
    /** Notes who can sign there now. */
    async observe(cwd: string): Promise<void> {
      // What can't be noted is noted at the next look; until then nobody is a signer for longer than that.
      await signers.observe(cwd).catch(() => undefined);
    },
    request,
    verify,
  };
}

/** Lines for other people, for this gate. `emails`: lines that stand for one of these are passed over, too. */
function othersOf(text: string, own: OwnKeys, emails: readonly string[]): readonly AllowedSigner[] {
  return allowedSigners(text).filter(({ key, namespaces, principals, authority }) => {
    const print = fingerprint(key);
    return (
      print !== undefined &&
      !own.fingerprints.has(print) &&
      (namespaces === undefined || matchesPatterns(NAMESPACE, namespaces)) &&
      (authority || !emails.some((email) => matchesPatterns(email, principals)))
    );
  });
}

function linesOf(found: readonly AllowedSigner[]): string {
  return found.map(({ line }) => `${line}\n`).join('');
}

function nameOf({ principals, authority }: AllowedSigner): string {
  return `${principals.join(' or ')}${authority ? ' (with a certificate)' : ''}`;
}

function unknownSigner(key: string, sources: readonly SignersSource[], remarks: string): string {
  const where = sources.map(({ label }) => label).join(' and in ') || 'any file of signers';
  if (/has expired|not yet valid/i.test(remarks)) {
    return `The key ${key} is not valid at this time in ${where}: let its line there be renewed.`;
  }
  return `The key ${key} is nobody’s in ${where}, as it was when the run began: ask someone who is there, or run “Marginal: Set Up a Second Person…” for the next run.`;
}

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
