/**
 * The two tools with which `@marginal /do` edits: VS Code's own edit tools serve its own chat only. They are language model
 * tools, so that VS Code asks the developer in its own words and remembers what was allowed; they stand in no picker, so no
 * other chat's prompt carries them. Only files of the workspace, and never through a link that leads out of it.
 */
import * as vscode from 'vscode';
import { fenced } from '../core/chatText/fenced.ts';
import { escapeMarkdown } from '../core/markdown.ts';

export const CREATE_FILE = 'marginal_createFile';
export const REPLACE_TEXT = 'marginal_strReplace';

interface CreateInput {
  readonly path: string;
  readonly content: string;
}

interface ReplaceInput {
  readonly path: string;
  readonly oldText: string;
  readonly newText: string;
}

/** What is shown of a text in a question. */
const MOST_SHOWN = 2_000;

export interface EditToolsParts {
  /** Whether a file really lies in a folder, links followed. */
  readonly liesWithin: (file: string, folder: string) => Promise<boolean>;
}

export function registerEditTools({ liesWithin }: EditToolsParts): vscode.Disposable {
  return vscode.Disposable.from(
    vscode.lm.registerTool<CreateInput>(CREATE_FILE, {
      // What can't be done is refused before anybody is asked.
      prepareInvocation: async ({ input }) => {
        const name = vscode.workspace.asRelativePath(await fileOf(input.path, liesWithin));
        return {
          invocationMessage: plain(`Creating ${name}`),
          ...(isSettled(name)
            ? {}
            : { confirmationMessages: question(`Create ${name}?`, fenced(shown(input.content))) }),
        };
      },
      invoke: async ({ input }) => {
        const uri = await fileOf(input.path, liesWithin);
        if (await exists(uri))
          throw new Error(`${input.path} exists already: use ${REPLACE_TEXT}, or choose another name.`);
        const edit = new vscode.WorkspaceEdit();
        edit.createFile(uri, { contents: new TextEncoder().encode(String(input.content)) });
        await applied(edit, input.path);
        return said(`Created ${input.path}.`);
      },
    }),
    vscode.lm.registerTool<ReplaceInput>(REPLACE_TEXT, {
      prepareInvocation: async ({ input }) => {
        const name = vscode.workspace.asRelativePath(await fileOf(input.path, liesWithin));
        return {
          invocationMessage: plain(`Editing ${name}`),
          confirmationMessages: question(
            `Edit ${name}?`,
            `${fenced(shown(input.oldText))}\n\nbecomes\n\n${fenced(shown(input.newText))}`,
          ),
        };
      },
      invoke: async ({ input }) => {
        const uri = await fileOf(input.path, liesWithin);
        const document = await vscode.workspace.openTextDocument(uri);
        if (document.isDirty) throw new Error(`${input.path} has changes that aren't saved: its developer is at it.`);
        const edit = new vscode.WorkspaceEdit();
        edit.replace(uri, onlyPlace(document, String(input.oldText)), String(input.newText));
        await applied(edit, input.path);
        await document.save();
        return said(`Edited ${input.path}.`);
      },
    }),
  );
}

/** A new file that nothing runs by itself: not in a hidden folder (hooks, CI, editor settings). */
function isSettled(name: string): boolean {
  return !name.split(/[\\/]/).some((part) => part.startsWith('.') && part !== '.');
}

function plain(text: string): vscode.MarkdownString {
  return new vscode.MarkdownString(escapeMarkdown(text));
}

function question(title: string, message: string): { title: string; message: vscode.MarkdownString } {
  return { title, message: new vscode.MarkdownString(message) };
}

function shown(text: string): string {
  const whole = String(text);
  return whole.length <= MOST_SHOWN ? whole : `${whole.slice(0, MOST_SHOWN)}\n…`;
}

function said(text: string): vscode.LanguageModelToolResult {
  return new vscode.LanguageModelToolResult([new vscode.LanguageModelTextPart(text)]);
}

/** The file that a model means; throws where it isn't the workspace's. */
async function fileOf(name: unknown, liesWithin: EditToolsParts['liesWithin']): Promise<vscode.Uri> {
  const [first] = vscode.workspace.workspaceFolders ?? [];
  if (typeof name !== 'string' || name === '') throw new Error('`path` is missing: name a file of the workspace.');
  if (!first) throw new Error('No folder is open: there is nothing that could be edited.');
  if (!vscode.workspace.isTrusted)
    throw new Error('This workspace is not trusted: its developer has to trust it first.');
  const { scheme, authority } = first.uri;
  // Joining takes the dots out of a path.
  const uri = ABSOLUTE.test(name)
    ? vscode.Uri.joinPath(vscode.Uri.file(name).with({ scheme, authority }), '.')
    : vscode.Uri.joinPath(first.uri, name);
  const folder = vscode.workspace.getWorkspaceFolder(uri);
  const isInside = folder && (uri.scheme !== 'file' || (await liesWithin(uri.fsPath, folder.uri.fsPath)));
  if (!isInside) throw new Error(`${name} is outside of the workspace: only its files can be edited.`);
  return uri;
}

const ABSOLUTE = /^([a-z]:)?[\\/]/i;

async function exists(uri: vscode.Uri): Promise<boolean> {
  return vscode.workspace.fs.stat(uri).then(
    () => true,
    () => false,
  );
}

/** Throws where the text isn't there, or is there more than once. */
function onlyPlace(document: vscode.TextDocument, oldText: string): vscode.Range {
  const text = document.getText();
  const at = oldText === '' ? -1 : text.indexOf(oldText);
  if (at < 0) throw new Error('`oldText` is not in the file: read the file and copy the text as it is there.');
  if (text.indexOf(oldText, at + 1) >= 0)
    throw new Error('`oldText` is in the file more than once: take more of the lines around it.');
  return new vscode.Range(document.positionAt(at), document.positionAt(at + oldText.length));
}

async function applied(edit: vscode.WorkspaceEdit, name: string): Promise<void> {
  if (!(await vscode.workspace.applyEdit(edit))) throw new Error(`VS Code could not edit ${name}.`);
}
