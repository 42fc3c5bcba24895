/** `Marginal: Set Up a Second Person…`: adds somebody to the repository's signers, and opens the file to be committed. */
import * as vscode from 'vscode';
import { allowedSigners, publicKey } from '../core/gate/sshKeys.ts';
import { NAMESPACE } from '../core/gate/twoPeople.ts';
import type { RequestSigner } from '../ports.ts';

const HEAD = `# Who may sign deployments that agents ask for, as ssh-keygen reads it (man ssh-keygen, ALLOWED SIGNERS).
# It counts as the default branch of the remote has it. Marginal: Set Up a Second Person… adds a line.
`;

export async function setUpSecondPerson(signer: RequestSigner): Promise<void> {
  const folder = await pickFolder();
  if (!folder) return;
  const principal = await vscode.window.showInputBox({
    title: 'Set Up a Second Person: who?',
    prompt: 'Their e-mail address, as it stands in their commits.',
    placeHolder: 'bob@example.com',
    ignoreFocusOut: true,
    validateInput: (value) =>
      /^[^\s"',*?!#]+@[^\s"',*?!#]+$/.test(value.trim()) ? undefined : 'An e-mail address of one person.',
  });
  if (principal === undefined) return;
  const pasted = await vscode.window.showInputBox({
    title: 'Set Up a Second Person: which key?',
    prompt: `The public key of ${principal.trim()}: the line in their ~/.ssh/id_ed25519.pub.`,
    placeHolder: 'ssh-ed25519 AAAA…',
    ignoreFocusOut: true,
    validateInput: (value) =>
      /PRIVATE KEY/.test(value)
        ? 'This is a private key: ask for the public one, and for a new pair.'
        : publicKey(value)
          ? undefined
          : 'A public SSH key: its type, and a long word that begins with AAAA.',
  });
  const key = pasted === undefined ? undefined : publicKey(pasted);
  if (!key) return;
  const line = `${key.type} ${key.key}`;
  const own = await signer.isOwn({ key: line, principal: principal.trim() }, folder.uri.fsPath);
  if (own) {
    throw new Error(
      `This is your own ${own}: a second person is somebody else, and your own signature never counts. Nothing was changed.`,
    );
  }
  const file = vscode.Uri.joinPath(folder.uri, '.marginal', 'allowed_signers');
  const before = await textOf(file);
  const known = allowedSigners(before ?? '').some(
    (each) => each.key === key.key && each.principals.includes(principal.trim()),
  );
  if (!known) {
    const start = before === undefined ? HEAD : before === '' || before.endsWith('\n') ? before : `${before}\n`;
    const text = `${start}${principal.trim()} namespaces="${NAMESPACE}" ${line}\n`;
    await vscode.workspace.fs.writeFile(file, new TextEncoder().encode(text));
  }
  await vscode.window.showTextDocument(await vscode.workspace.openTextDocument(file));
  void vscode.window.showInformationMessage(
    `${principal.trim()} ${known ? 'stands in' : 'was added to'} .marginal/allowed_signers. Commit it and bring it to the remote’s default branch: it counts from there, for runs that begin later.`,
  );
}

async function pickFolder(): Promise<vscode.WorkspaceFolder | undefined> {
  const folders = (vscode.workspace.workspaceFolders ?? []).filter(({ uri }) => uri.scheme === 'file');
  if (folders.length === 0) throw new Error('Open the folder of the repository first.');
  return folders.length === 1
    ? folders[0]
    : vscode.window.showWorkspaceFolderPick({ placeHolder: 'Which repository gets a second person?' });
}

/** Undefined: there is no such file. */
async function textOf(file: vscode.Uri): Promise<string | undefined> {
  try {
    return new TextDecoder().decode(await vscode.workspace.fs.readFile(file));
  } catch (error) {
    if (error instanceof vscode.FileSystemError && error.code === 'FileNotFound') return undefined;
    throw error;
  }
}
