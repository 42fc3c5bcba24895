import '../fakes/vscodeModule.ts';
import assert from 'node:assert/strict';
import { beforeEach, describe, it } from 'node:test';
import { requestMessage, type TwoPeopleRequest } from '../../src/core/gate/twoPeople.ts';
import type { RequestSigner, SigningKey } from '../../src/ports.ts';

const vscode = await import('../fakes/vscode.ts');
const { signRequest } = await import('../../src/editor/signRequest.ts');
const { setUpSecondPerson } = await import('../../src/editor/setUpSecondPerson.ts');

const request: TwoPeopleRequest = {
  from: 'Ada <ada@shop.test>, on laptop',
  agent: 'codex',
  repository: 'shop',
  action: 'terraform apply -auto-approve',
  targets: ['production'],
  digest: 'ab'.repeat(32),
  nonce: 'cd'.repeat(16),
  expires: Date.UTC(2026, 10, 26, 12),
};
const at = request.expires - 600_000;
const BOB: SigningKey = {
  fingerprint: 'SHA256:bob',
  type: 'ssh-ed25519',
  comment: 'bob@desk',
  path: '/home/bob/.ssh/id_ed25519.pub',
  line: 'ssh-ed25519 AAAA',
  preferred: true,
};
const KEY = 'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIHaxGXxh40xaEgQ2odJc7wiFfsCOBGR7bw67tQYFz6EU';

let clipboard = '';
let said: string[] = [];
let asked: { message: string; detail: string }[] = [];
/** The button that is pressed on each warning, in order. */
let presses: (string | undefined)[] = [];
let typed: (string | undefined)[] = [];
let shown: string[] = [];

const nobody: RequestSigner = {
  keys: () => assert.fail('keys were looked up'),
  sign: () => assert.fail('it was signed'),
  signIn: () => assert.fail('it was signed'),
  isOwn: () => assert.fail('a signer was looked up'),
};

beforeEach(() => {
  [clipboard, said, asked, presses, typed, shown] = ['', [], [], [], [], []];
  vscode.disk.clear();
  Object.assign(vscode.env.clipboard, {
    readText: async () => clipboard,
    writeText: async (text: string) => {
      clipboard = text;
    },
  });
  Object.assign(vscode.workspace, {
    openTextDocument: async (what: { readonly content?: string; readonly fsPath?: string }) => {
      shown.push(what.content ?? what.fsPath ?? '');
      return what;
    },
  });
  Object.assign(vscode.window, {
    showWarningMessage: async (message: string, { detail }: { readonly detail: string }) => {
      asked.push({ message, detail });
      return presses.shift();
    },
    showInformationMessage: async (message: string) => {
      said.push(message);
    },
    showQuickPick: async (items: readonly unknown[]) => items[0],
    showInputBox: async ({ validateInput }: { readonly validateInput: (value: string) => string | undefined }) => {
      const value = typed.shift();
      const wrong = value === undefined ? undefined : validateInput(value);
      if (wrong !== undefined) throw new Error(wrong);
      return value;
    },
    showTextDocument: async () => undefined,
    withProgress: (_: unknown, work: () => unknown) => work(),
  });
});

describe('Sign a Request…', () => {
  it('shows what is signed, signs it with the chosen key, and copies the signature', async () => {
    clipboard = requestMessage(request).replace(/^/gm, '> ');
    presses = ['Choose a Key and Sign…'];
    await signRequest(
      {
        ...nobody,
        keys: async () => [BOB],
        sign: async (what, key) => {
          assert.deepEqual([what, key], [request, BOB]);
          return { kind: 'signed', signature: 'SIGNED' };
        },
      },
      () => at,
    );
    assert.match(
      asked[0]?.detail ?? '',
      /Ada <ada@shop\.test>, on laptop asks you to allow this, once:\n\nterraform apply/,
    );
    assert.match(asked[0]?.detail ?? '', /It reaches: production\.[\s\S]*open for 10 minutes more/);
    assert.equal(clipboard, 'SIGNED');
    assert.match(said[0] ?? '', /bob@desk.*on the clipboard/);
  });

  it('signs nothing without a request, after its time, or where the dialog is closed', async () => {
    clipboard = 'lunch?';
    await assert.rejects(
      signRequest(nobody, () => at),
      /There is no request on the clipboard/,
    );
    clipboard = requestMessage(request);
    await assert.rejects(
      signRequest(nobody, () => request.expires),
      /time is over/,
    );
    presses = [undefined];
    await signRequest(nobody, () => at);
    presses = ['Choose a Key and Sign…'];
    await assert.rejects(
      signRequest({ ...nobody, keys: async () => [] }, () => at),
      /ssh-keygen -t ed25519/,
    );
    assert.equal(clipboard, requestMessage(request));
  });

  it('what is too long for a dialog is shown in an editor', async () => {
    clipboard = requestMessage({ ...request, action: 'line\n'.repeat(60) });
    presses = [undefined];
    await signRequest(nobody, () => at);
    assert.match(shown[0] ?? '', /(line\n){60}/);
    assert.match(asked[0]?.detail ?? '', /stands in the editor/);
  });

  it('a passphrase is typed in a terminal that is the program itself', async () => {
    clipboard = requestMessage(request);
    presses = ['Choose a Key and Sign…', 'Sign in the Terminal'];
    const closed = new vscode.EventEmitter<unknown>();
    const opened: unknown[] = [];
    const terminal = { show: () => queueMicrotask(() => closed.fire(terminal)) };
    Object.assign(vscode.window, {
      createTerminal: (options: unknown) => {
        opened.push(options);
        return terminal;
      },
      onDidCloseTerminal: closed.event,
    });
    await signRequest(
      {
        ...nobody,
        keys: async () => [BOB],
        sign: async () => ({ kind: 'passphrase' }),
        signIn: async (_, __, run) => {
          await run('/usr/bin/ssh-keygen', ['-Y', 'sign', 'it’s $HOME']);
          return 'TYPED';
        },
      },
      () => at,
    );
    assert.deepEqual(opened, [
      {
        name: 'Sign a request',
        shellPath: '/usr/bin/ssh-keygen',
        shellArgs: ['-Y', 'sign', 'it’s $HOME'],
        isTransient: true,
      },
    ]);
    assert.match(asked[1]?.detail ?? '', /ssh-add \/home\/bob\/\.ssh\/id_ed25519\)/);
    assert.equal(clipboard, 'TYPED');
  });
});

describe('Set Up a Second Person…', () => {
  const FILE = '/code/app/.marginal/allowed_signers';
  const other: RequestSigner = { ...nobody, isOwn: async () => undefined };
  it('adds a line, once, and keeps what is there', async () => {
    typed = ['bob@shop.test', `${KEY} bob@desk`];
    await setUpSecondPerson(other);
    const text = vscode.disk.get(FILE) ?? '';
    assert.match(text, /^# Who may sign/);
    assert(text.endsWith(`\nbob@shop.test namespaces="marginal-gate" ${KEY}\n`));
    assert.match(said[0] ?? '', /was added to \.marginal\/allowed_signers\. Commit it/);
    typed = ['bob@shop.test', KEY];
    await setUpSecondPerson(other);
    assert.equal(vscode.disk.get(FILE), text);
    vscode.disk.set(FILE, 'eve@shop.test ssh-ed25519 AAAA');
    typed = ['bob@shop.test', KEY];
    await setUpSecondPerson(other);
    assert.equal(
      vscode.disk.get(FILE),
      `eve@shop.test ssh-ed25519 AAAA\nbob@shop.test namespaces="marginal-gate" ${KEY}\n`,
    );
  });
  it('refuses one’s own key and what is no key or address', async () => {
    typed = ['bob@shop.test', KEY];
    await assert.rejects(setUpSecondPerson({ ...nobody, isOwn: async () => 'key' }), /your own key/);
    typed = ['*@shop.test'];
    await assert.rejects(setUpSecondPerson(other), /one person/);
    typed = ['bob@shop.test', '-----BEGIN OPENSSH PRIVATE KEY-----'];
    await assert.rejects(setUpSecondPerson(other), /private key/);
    typed = ['bob@shop.test', 'AAAA'];
    await assert.rejects(setUpSecondPerson(other), /public SSH key/);
    typed = [undefined];
    await setUpSecondPerson(other);
    assert.equal(vscode.disk.get(FILE), undefined);
  });
});
