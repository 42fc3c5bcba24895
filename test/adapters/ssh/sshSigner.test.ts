// The two-person flow with the real ssh-keygen and git, in folders that the test made.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  chmodSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, afterEach, before, beforeEach, describe, it } from 'node:test';
import { type SafeGit, safeGit } from '../../../src/adapters/gateGit.ts';
import { requestSigning } from '../../../src/adapters/ssh/requestSigning.ts';
import { sshSigner } from '../../../src/adapters/ssh/sshSigner.ts';
import type { SecondPerson } from '../../../src/app/gate/gateParts.ts';
import { readRequest, writeRequest } from '../../../src/core/gate/twoPeople.ts';

let base = '';
let keys = '';
let now = Date.UTC(2026, 10, 26, 12);
let round = 0;
/** Of each test: Ada's home, her working copy with its remote, and what Marginal keeps. */
let home = '';
let repo = '';
let kept = '';
let agentSocket: string | undefined;
const agents: number[] = [];

const env = () => ({
  ...process.env,
  HOME: home,
  XDG_CONFIG_HOME: path.join(home, '.config'),
  GIT_CONFIG_NOSYSTEM: '1',
  SSH_AUTH_SOCK: agentSocket,
});
const ACTION = 'kubectl --context prod apply -f deploy.yaml';
const DIGEST = createHash('sha256').update(ACTION).digest('hex');
const about = (more: object = {}) => ({
  action: ACTION,
  digest: DIGEST,
  targets: ['cluster prod'],
  cwd: repo,
  expires: now + 60_000,
  agent: 'claude-code',
  ...more,
});

function git(...args: string[]): void {
  const identity = ['-c', 'commit.gpgsign=false', '-c', 'init.defaultBranch=main'];
  execFileSync('git', [...identity, ...args], { cwd: repo, stdio: 'ignore', env: env() });
}
function makeKey(name: string, passphrase = ''): void {
  execFileSync('ssh-keygen', ['-q', '-t', 'ed25519', '-N', passphrase, '-C', name, '-f', path.join(keys, name)]);
}
const publicLine = (name: string) =>
  readFileSync(path.join(keys, `${name}.pub`), 'utf8')
    .split(' ')
    .slice(0, 2)
    .join(' ');
/** Signs as a colleague without Marginal does: the lines from BEGIN to END in a file, and ssh-keygen. */
function sign(message: string, key: string, { namespace = 'marginal-gate', file = block(message) } = {}): string {
  const folder = mkdtempSync(path.join(base, 'colleague-'));
  writeFileSync(path.join(folder, 'request.txt'), file);
  execFileSync('ssh-keygen', ['-Y', 'sign', '-n', namespace, '-f', path.join(keys, key), 'request.txt'], {
    cwd: folder,
    stdio: 'ignore',
  });
  return readFileSync(path.join(folder, 'request.txt.sig'), 'utf8');
}
const block = (message: string) => /-----BEGIN MARGINAL[\s\S]*END MARGINAL REQUEST-----\n/.exec(message)?.[0] ?? '';
function signers(...lines: string[]): void {
  mkdirSync(path.join(repo, '.marginal'), { recursive: true });
  writeFileSync(path.join(repo, '.marginal/allowed_signers'), lines.map((line) => `${line}\n`).join(''));
}
function commitSigners(...lines: string[]): void {
  signers(...lines);
  git('add', '-f', '.marginal');
  git('commit', '-qm', 'signers');
}
const bob = () => `bob@shop.test namespaces="marginal-gate" ${publicLine('bob')}`;
const signer = () =>
  sshSigner({ folder: kept, home, env: env(), clock: { now: () => now }, host: 'laptop' }) satisfies SecondPerson;

async function requested(who = signer(), more: object = {}) {
  await who.observe(repo);
  now += 60_000;
  const made = await who.request(about(more));
  assert(made);
  return made;
}
const refused = (promise: Promise<unknown>, sentence: RegExp) =>
  assert.rejects(promise, (error: Error) => sentence.test(error.message) || assert.fail(error.message));

before(() => {
  base = realpathSync(mkdtempSync(path.join(tmpdir(), 'people-')));
  keys = path.join(base, 'keys');
  mkdirSync(keys);
  for (const name of ['ada', 'bob', 'eve', 'ca', 'zoe']) makeKey(name);
  makeKey('locked', 'open sesame');
  execFileSync('ssh-keygen', [
    '-q',
    '-s',
    path.join(keys, 'ca'),
    '-I',
    'zoe',
    '-n',
    'zoe@shop.test',
    path.join(keys, 'zoe.pub'),
  ]);
});
after(() => rmSync(base, { recursive: true, force: true }));

beforeEach(() => {
  const world = path.join(base, `world-${round++}`);
  [home, repo, kept] = [path.join(world, 'home'), path.join(world, 'shop'), path.join(world, 'kept')];
  for (const folder of [path.join(home, '.ssh'), repo]) mkdirSync(folder, { recursive: true });
  git('init', '-q');
  git('config', '--global', 'user.name', 'Ada Lovelace');
  git('config', '--global', 'user.email', 'ada@shop.test');
  commitSigners(bob(), `eve@shop.test ${publicLine('eve')}`);
});
afterEach(() => {
  for (const pid of agents.splice(0)) process.kill(pid);
  agentSocket = undefined;
});

describe('a request', () => {
  it('says who asks for what, where, until when, and who can sign', async () => {
    git('remote', 'add', 'origin', 'https://ada:secret@example.test/acme/shop.git');
    const { request, signers: names } = await requested();
    assert.deepEqual(names, ['bob@shop.test', 'eve@shop.test']);
    const read = readRequest(request);
    assert.equal(read?.from, 'Ada Lovelace <ada@shop.test>, on laptop');
    assert.equal(read?.repository, 'https://example.test/acme/shop.git');
    assert.equal(read?.action, ACTION);
    assert.equal(read?.agent, 'claude-code');
    assert.equal(read?.expires, now + 30 * 60_000, 'a colleague has half an hour');
    assert.match(request, /ssh-keygen -Y sign -n marginal-gate/);
  });

  it('nobody is set up: no repository, no file, only one’s own line, or lines for other purposes', async () => {
    assert.equal(await signer().request(about({ cwd: undefined })), undefined);
    assert.equal(await signer().request(about({ cwd: home })), undefined);
    for (const lines of [
      [],
      [`ada@shop.test ${publicLine('bob')}`],
      [`bob@shop.test namespaces="git" ${publicLine('bob')}`],
    ]) {
      commitSigners(...lines, '# nobody');
      rmSync(kept, { recursive: true, force: true });
      assert.equal(await signer().request(about()), undefined, lines.join());
    }
  });

  it('asked again while it is open, the same action has the same request, also after a restart', async () => {
    const { request } = await requested();
    now += 10 * 60_000;
    assert.equal((await signer().request(about()))?.request, request);
    assert.notEqual((await signer().request(about({ digest: 'ab'.repeat(32) })))?.request, request);
    now += 19 * 60_000;
    assert.notEqual((await signer().request(about()))?.request, request, 'with a minute left it is made anew');
  });

  it('keeps nothing of what it asks for', async () => {
    await requested();
    for (const entry of readdirSync(kept, { recursive: true, withFileTypes: true })) {
      if (!entry.isFile()) continue;
      const text = readFileSync(path.join(entry.parentPath, entry.name), 'utf8');
      assert.doesNotMatch(text, /kubectl|prod/);
    }
  });
});

describe('a signature', () => {
  it('of another person counts, once', async () => {
    const who = signer();
    const { request } = await requested(who);
    const signature = sign(request, 'bob');
    assert.equal(await who.verify(request, signature, repo), 'bob@shop.test');
    await refused(who.verify(request, signature, repo), /signed by bob@shop\.test and used before/);
    await refused(signer().verify(request, signature, repo), /used before/);
    assert.notEqual((await who.request(about()))?.request, request);
  });

  it('used at the same time in two windows, counts in one', async () => {
    const { request } = await requested();
    const signature = sign(request, 'bob');
    const all = await Promise.allSettled([1, 2, 3, 4].map(() => signer().verify(request, signature, repo)));
    assert.equal(all.filter(({ status }) => status === 'fulfilled').length, 1);
  });

  it('after a restart of Marginal counts still', async () => {
    const { request } = await requested();
    assert.equal(await signer().verify(request, sign(request, 'bob'), repo), 'bob@shop.test');
  });

  it('comes back through mail, and the request went through mail', async () => {
    const { request } = await requested();
    const mailed = request.replace(/^/gm, '> ').replaceAll('\n', '\r\n').replaceAll('"', '”');
    const read = readRequest(mailed);
    assert(read);
    const signature = sign('', 'bob', { file: writeRequest(read) });
    const back = `Fine with me, Bob\r\n\r\n${signature.replace(/^/gm, '> ').replaceAll('\n', '\r\n')}`;
    assert.equal(await signer().verify(request, back, repo), 'bob@shop.test');
  });

  it('of the file as an editor on Windows saves it counts', async () => {
    const { request } = await requested();
    const signature = sign('', 'bob', { file: block(request).replaceAll('\n', '\r\n').trimEnd() });
    assert.equal(await signer().verify(request, signature, repo), 'bob@shop.test');
  });

  it('of a request that was changed in any field doesn’t count, on either side', async () => {
    const { request } = await requested();
    const good = readRequest(request);
    assert(good);
    const signature = sign(request, 'bob');
    const changes = {
      from: `${good.from}!`,
      agent: 'codex',
      repository: `${good.repository}x`,
      action: good.action.replace('prod', 'prad'),
      targets: ['cluster prot'],
      digest: good.digest.replace(/.$/, (last) => (last === '0' ? '1' : '0')),
      nonce: good.nonce.replace(/.$/, (last) => (last === '0' ? '1' : '0')),
      expires: good.expires + 1000,
    };
    for (const [field, value] of Object.entries(changes)) {
      const changed = writeRequest({ ...good, [field]: value });
      // Shown here, signed there as it was; and the reverse.
      await refused(signer().verify(changed, signature, repo), /was changed|not made here/);
      await refused(signer().verify(request, sign('', 'bob', { file: changed }), repo), /not of this request/);
    }
    assert.equal(await signer().verify(request, signature, repo), 'bob@shop.test', 'the good one is still open');
  });

  it('for another purpose, of somebody unknown, damaged, or none: refused with what to do', async () => {
    const { request } = await requested();
    const who = signer();
    await refused(who.verify(request, sign(request, 'bob', { namespace: 'git' }), repo), /made for “git”/);
    await refused(
      who.verify(request, sign(request, 'ca'), repo),
      /nobody’s in \.marginal\/allowed_signers of the last commit here/,
    );
    await refused(who.verify(request, 'ok!', repo), /no SSH signature/);
    await refused(who.verify('ok?', sign(request, 'bob'), repo), /damaged/);
    const damaged = sign(request, 'bob').replace(/\n[\w+/]{20}/, '\nAAAAAAAAAAAAAAAAAAAA');
    await refused(who.verify(request, damaged, repo), /not of this request/);
  });

  it('too late doesn’t count', async () => {
    const { request } = await requested();
    const signature = sign(request, 'bob');
    now += 31 * 60_000;
    await refused(signer().verify(request, signature, repo), /time is over/);
  });

  it('counts in its own repository only, and there from every folder and working tree', async () => {
    const { request } = await requested();
    const signature = sign(request, 'bob');
    const other = path.join(path.dirname(repo), 'other');
    execFileSync('git', ['clone', '-q', repo, other], { env: env() });
    await refused(signer().verify(request, signature, other), /another repository/);
    await refused(signer().verify(request, signature, undefined), /damaged/);
    mkdirSync(path.join(repo, 'src'));
    assert.equal(await signer().verify(request, signature, path.join(repo, 'src')), 'bob@shop.test');
  });

  it('with a line whose time is over doesn’t count', async () => {
    commitSigners(`bob@shop.test valid-before="20200101" ${publicLine('bob')}`);
    const { request } = await requested();
    await refused(signer().verify(request, sign(request, 'bob'), repo), /not valid at this time/);
  });

  it('with a certificate of an authority counts for its principal', async () => {
    commitSigners(`*@shop.test cert-authority ${publicLine('ca')}`);
    const { request, signers: names } = await requested();
    assert.deepEqual(names, ['*@shop.test (with a certificate)']);
    assert.equal(await signer().verify(request, sign(request, 'zoe-cert.pub'), repo), 'zoe@shop.test');
  });
});

describe('one’s own key never counts', () => {
  const own = async (sentence = /your own/) => {
    const { request } = await requested();
    await refused(signer().verify(request, sign(request, 'eve'), repo), sentence);
  };
  it('that lies in ~/.ssh, as a public key or as a private one', async () => {
    writeFileSync(path.join(home, '.ssh/work.pub'), readFileSync(path.join(keys, 'eve.pub')));
    await own();
    rmSync(path.join(home, '.ssh/work.pub'));
    writeFileSync(path.join(home, '.ssh/work'), readFileSync(path.join(keys, 'eve')), { mode: 0o600 });
    await own();
  });
  it('that ~/.ssh/config names', async () => {
    writeFileSync(path.join(home, 'elsewhere.pub'), readFileSync(path.join(keys, 'eve.pub')));
    writeFileSync(path.join(home, '.ssh/config'), 'Host *\n  IdentityFile ~/elsewhere\n');
    await own();
  });
  it('that git signs with, named by its file or given itself', async () => {
    writeFileSync(path.join(home, 'signing.pub'), readFileSync(path.join(keys, 'eve.pub')));
    git('config', '--global', 'user.signingkey', '~/signing.pub');
    await own();
    git('config', '--global', 'user.signingkey', `key::${publicLine('eve')}`);
    await own();
  });
  it('that the agent has', async () => {
    // A socket's path must be short.
    const folder = mkdtempSync(path.join(tmpdir(), 'a-'));
    agentSocket = path.join(folder, 's');
    const started = execFileSync('ssh-agent', ['-s', '-a', agentSocket], { encoding: 'utf8' });
    agents.push(Number(/SSH_AGENT_PID=(\d+)/.exec(started)?.[1]));
    chmodSync(path.join(keys, 'eve'), 0o600);
    execFileSync('ssh-add', ['-q', path.join(keys, 'eve')], { env: env(), stdio: 'ignore' });
    await own();
    rmSync(folder, { recursive: true, force: true });
  });
  it('that stands under one’s own address, in the repository’s configuration or the user’s', async () => {
    commitSigners(`ada@shop.test,eve@shop.test ${publicLine('eve')}`, bob());
    await own(/counts for ada@shop\.test, your own address/);
    commitSigners(`*@shop.test ${publicLine('eve')}`, bob());
    await own(/your own address/);
    commitSigners(bob());
    git('config', 'user.email', 'bob@shop.test');
    const { request } = await requested();
    await refused(signer().verify(request, sign(request, 'bob'), repo), /your own address/);
  });
  it('that can’t be told, since git doesn’t answer: then nobody else’s counts', async () => {
    const { request } = await requested();
    const real = safeGit(env());
    const silent: SafeGit = async (folder, args, signal) =>
      args.includes('user.email') ? { kind: 'failed' } : real(folder, args, signal);
    const who = sshSigner({ folder: kept, home, env: env(), clock: { now: () => now }, git: silent });
    await refused(who.verify(request, sign(request, 'bob'), repo), /git didn’t answer/);
    await refused(who.request(about()), /git didn’t answer/);
    assert.equal(await signer().verify(request, sign(request, 'bob'), repo), 'bob@shop.test');
  });
  it('as an authority', async () => {
    writeFileSync(path.join(home, '.ssh/ca.pub'), readFileSync(path.join(keys, 'ca.pub')));
    commitSigners(`*@shop.test cert-authority ${publicLine('ca')}`, bob());
    const { request, signers: names } = await requested();
    assert.deepEqual(names, ['bob@shop.test']);
    await refused(signer().verify(request, sign(request, 'zoe-cert.pub'), repo), /nobody’s/);
  });
});

describe('an agent can’t make a signer', () => {
  const mallory = () => `mallory@shop.test ${publicLine('ca')}`;
  const notMallory = async (who = signer(), more: object = {}) => {
    const { request, signers: names } = await requested(who, more);
    assert(!names.includes('mallory@shop.test'));
    await refused(who.verify(request, sign(request, 'ca'), repo), /nobody’s/);
  };
  it('by a change that isn’t committed, staged or not', async () => {
    signers(bob(), mallory());
    await notMallory();
    git('add', '.marginal');
    await notMallory();
  });
  it('by a commit after the run began', async () => {
    const who = signer();
    await who.observe(repo);
    const since = now;
    now += 60_000;
    commitSigners(bob(), mallory());
    await notMallory(who, { since });
    await notMallory(signer(), { since });
    // In a later run it is a signer.
    const { request } = await requested(who, { since: now });
    assert.equal(await who.verify(request, sign(request, 'ca'), repo), 'mallory@shop.test');
  });
  it('by a commit on another branch than the remote’s', async () => {
    const remote = path.join(path.dirname(repo), 'remote.git');
    git('branch', '-M', 'main');
    git('init', '-q', '--bare', remote);
    git('remote', 'add', 'origin', remote);
    git('push', '-q', 'origin', 'main');
    commitSigners(bob(), mallory());
    const { request } = await requested();
    await refused(
      signer().verify(request, sign(request, 'ca'), repo),
      /nobody’s in \.marginal\/allowed_signers of origin\/main/,
    );
    assert.equal(await signer().verify(request, sign(request, 'bob'), repo), 'bob@shop.test');
    git('push', '-q', 'origin', 'main');
    const later = await requested(signer(), { digest: 'cd'.repeat(32), since: now + 60_000 });
    assert.equal(await signer().verify(later.request, sign(later.request, 'ca'), repo), 'mallory@shop.test');
  });
  it('by an object put in another’s place', async () => {
    const show = (...args: string[]) => execFileSync('git', args, { cwd: repo, encoding: 'utf8', env: env() }).trim();
    const old = show('rev-parse', 'HEAD:.marginal/allowed_signers');
    writeFileSync(path.join(repo, 'x'), `${bob()}\n${mallory()}\n`);
    git('replace', old, show('hash-object', '-w', 'x'));
    await notMallory();
  });
  it('by a setting of the repository', async () => {
    writeFileSync(path.join(repo, 'mine'), `${mallory()}\n`);
    git('config', 'gpg.ssh.allowedSignersFile', path.join(repo, 'mine'));
    await notMallory();
  });
  it('and who was taken out meanwhile is none either', async () => {
    const who = signer();
    await who.observe(repo);
    const since = now;
    now += 60_000;
    commitSigners(bob());
    const { request } = await requested(who, { since });
    await refused(who.verify(request, sign(request, 'eve'), repo), /nobody’s/);
    assert.equal(await who.verify(request, sign(request, 'bob'), repo), 'bob@shop.test');
  });
});

describe('the developer’s own file of signers', () => {
  it('counts, unless it was changed since the run began', async () => {
    commitSigners('# none');
    rmSync(kept, { recursive: true, force: true });
    const file = path.join(home, 'signers');
    writeFileSync(file, `${bob()}\n`);
    git('config', '--global', 'gpg.ssh.allowedSignersFile', '~/signers');
    const who = signer();
    const { request } = await requested(who);
    assert.equal(await who.verify(request, sign(request, 'bob'), repo), 'bob@shop.test');
    writeFileSync(file, `${bob()}\nmallory@shop.test ${publicLine('ca')}\n`);
    assert.equal(await who.request(about({ digest: 'ef'.repeat(32) })), undefined);
  });
});

describe('ssh-keygen', () => {
  it('that isn’t there is told with what to do', async () => {
    const { request } = await requested();
    const bin = path.join(base, 'bin');
    mkdirSync(bin, { recursive: true });
    const gitPath = execFileSync('sh', ['-c', 'command -v git'], { encoding: 'utf8' }).trim();
    writeFileSync(path.join(bin, 'git'), `#!/bin/sh\nexec ${gitPath} "$@"\n`, { mode: 0o755 });
    const without = sshSigner({ folder: kept, home, env: { ...env(), PATH: `${bin}:.` }, clock: { now: () => now } });
    await refused(without.verify(request, sign(request, 'bob'), repo), /install OpenSSH/);
  });
  it('leaves nothing behind', async () => {
    const temporary = path.join(path.dirname(repo), 'tmp');
    mkdirSync(temporary);
    const before = process.env.TMPDIR;
    process.env.TMPDIR = temporary;
    try {
      const { request } = await requested();
      await signer().verify(request, sign(request, 'bob'), repo);
      await signer()
        .verify(request, sign(request, 'ca'), repo)
        .catch(() => undefined);
    } finally {
      if (before === undefined) delete process.env.TMPDIR;
      else process.env.TMPDIR = before;
    }
    assert.deepEqual(readdirSync(temporary), []);
  });
});

describe('the other person', () => {
  const signing = () => requestSigning({ home, env: env() });
  const place = (name: string) => {
    for (const file of [name, `${name}.pub`])
      writeFileSync(path.join(home, '.ssh', file), readFileSync(path.join(keys, file)), { mode: 0o600 });
  };
  it('signs with a key of theirs, git’s own first', async () => {
    const made = await requested();
    const request = readRequest(made.request);
    assert(request);
    // Bob's machine.
    place('eve');
    place('bob');
    git('config', '--global', 'user.signingkey', '~/.ssh/eve.pub');
    const found = await signing().keys();
    assert.deepEqual(
      found.map(({ comment, preferred }) => [comment, preferred]),
      [
        ['eve', true],
        ['bob', false],
      ],
    );
    const key = found[1];
    assert(key);
    const isOwn = (name: string, principal: string) => signing().isOwn({ key: publicLine(name), principal }, repo);
    assert.equal(await isOwn('bob', 'bob@shop.test'), 'key');
    assert.equal(await isOwn('ca', 'Ada@shop.test'), 'address');
    assert.equal(await isOwn('ca', 'carl@shop.test'), undefined);
    const signed = await signing().sign(request, key);
    assert.equal(signed.kind, 'signed');
    // Ada's again.
    rmSync(path.join(home, '.ssh'), { recursive: true });
    git('config', '--global', '--unset', 'user.signingkey');
    assert.equal(
      await signer().verify(made.request, signed.kind === 'signed' ? signed.signature : '', repo),
      'bob@shop.test',
    );
  });
  it('is told where a passphrase is needed, and signs in a terminal then', async () => {
    const request = readRequest((await requested()).request);
    assert(request);
    place('locked');
    const [key] = await signing().keys();
    assert(key);
    assert.deepEqual(await signing().sign(request, key), { kind: 'passphrase' });
    const given = await signing().signIn(request, key, async (program, args) => {
      // What the user does in the terminal, with a key that has none.
      execFileSync(
        program,
        args.map((arg) => (arg === key.path ? path.join(keys, 'bob') : arg)),
        { stdio: 'ignore' },
      );
    });
    assert.match(given ?? '', /BEGIN SSH SIGNATURE/);
    assert.equal(await signing().signIn(request, key, async () => undefined), undefined);
  });
});
