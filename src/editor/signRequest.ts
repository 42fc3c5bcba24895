/** `Marginal: Sign a Request…`, the other person's side: shows what a copied request asks for, signs it, copies the signature. */
import * as vscode from 'vscode';
import { readRequest, requestInWords, type TwoPeopleRequest } from '../core/gate/twoPeople.ts';
import type { RequestSigner, SigningKey } from '../ports.ts';

/** Longer than this isn't read in a dialog: it is shown in an editor beside it. */
const DIALOG_LINES = 24;
const DIALOG_CHARS = 1_500;
const SIGN = 'Choose a Key and Sign…';
const IN_TERMINAL = 'Sign in the Terminal';

export async function signRequest(signer: RequestSigner, now: () => number): Promise<void> {
  const request = readRequest(await vscode.env.clipboard.readText());
  if (!request) {
    throw new Error(
      'There is no request on the clipboard. Copy the whole of it, from its BEGIN line to its END line, and run this command again.',
    );
  }
  if (now() >= request.expires) throw new Error('The request’s time is over: ask for a new one.');
  if (!(await agreed(request, now()))) return;
  const key = await pickKey(await signer.keys());
  if (!key) return;
  const signature = await signedWith(signer, request, key);
  if (signature === undefined) return;
  await vscode.env.clipboard.writeText(signature);
  void vscode.window.showInformationMessage(
    `Signed with ${nameOf(key)}. The signature is on the clipboard: send it back, and it counts once.`,
  );
}

async function agreed(request: TwoPeopleRequest, at: number): Promise<boolean> {
  const words = requestInWords(request, at);
  const long = words.length > DIALOG_CHARS || words.split('\n').length > DIALOG_LINES;
  if (long) {
    const document = await vscode.workspace.openTextDocument({ content: words, language: 'plaintext' });
    await vscode.window.showTextDocument(document, { preview: true });
  }
  const detail = long
    ? 'What it asks for is too long for a dialog: it stands in the editor behind this one. Cancel to read it first, and run this command again to sign.'
    : words;
  const answer = await vscode.window.showWarningMessage(
    'Sign this request?',
    {
      modal: true,
      detail: `${detail}\n\nSign only what you would do yourself: your signature allows it, and nobody asks again.`,
    },
    SIGN,
  );
  return answer === SIGN;
}

async function pickKey(keys: readonly SigningKey[]): Promise<SigningKey | undefined> {
  if (keys.length === 0) {
    throw new Error(
      'There is no SSH key on this machine that could sign: make one with ssh-keygen -t ed25519, and let its public half be added to the repository’s signers.',
    );
  }
  const items = keys.map((key) => ({
    key,
    label: nameOf(key),
    description: [key.path ?? 'in the ssh-agent', key.preferred && 'git signs with it'].filter(Boolean).join(', '),
    detail: `${key.type} ${key.fingerprint}`,
  }));
  const picked = await vscode.window.showQuickPick(items, { title: 'Sign with which key?', ignoreFocusOut: true });
  return picked?.key;
}

async function signedWith(
  signer: RequestSigner,
  request: TwoPeopleRequest,
  key: SigningKey,
): Promise<string | undefined> {
  const signed = await vscode.window.withProgress(
    {
      location: vscode.ProgressLocation.Notification,
      title: `Signing with ${nameOf(key)}: touch it, if it is a security key`,
    },
    () => signer.sign(request, key),
  );
  if (signed.kind === 'signed') return signed.signature;
  const answer = await vscode.window.showWarningMessage(
    `${nameOf(key)} has a passphrase.`,
    {
      modal: true,
      detail: `It is typed in a terminal, never here. Or add the key to your ssh-agent (ssh-add ${key.path?.replace(/\.pub$/, '') ?? ''}) and run this command again.`,
    },
    IN_TERMINAL,
  );
  return answer === IN_TERMINAL ? signer.signIn(request, key, runInTerminal) : undefined;
}

/** The program itself is the terminal's process: no shell reads its arguments. */
async function runInTerminal(program: string, args: readonly string[]): Promise<void> {
  const terminal = vscode.window.createTerminal({
    name: 'Sign a request',
    shellPath: program,
    shellArgs: [...args],
    isTransient: true,
  });
  terminal.show();
  await new Promise<void>((resolve) => {
    const closed = vscode.window.onDidCloseTerminal((each) => {
      if (each !== terminal) return;
      closed.dispose();
      resolve();
    });
  });
}

function nameOf({ comment, fingerprint }: SigningKey): string {
  return comment === '' ? fingerprint : comment;
}
