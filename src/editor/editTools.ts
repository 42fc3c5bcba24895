/**
 * The two tools with which `@marginal /do` edits: VS Code's own edit tools serve its own chat only. They are language model
 * tools, so that VS Code asks the developer in its own words and remembers what was allowed; they stand in no picker, so no
 * other chat's prompt carries them. Only files of the workspace, and never through a link that leads out of it.
 */
import * as vscode from 'vscode';
import { fenced } from '../core/chatText/fenced.ts';
import { escapeMarkdown } from '../core/markdown.ts';
import type { EditAction } from '../core/risk/action.ts';
import type { GateApi } from '../ports.ts';

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
  /** What the gate thinks of an edit. */
  readonly explain: GateApi['explainAction'];
}

export interface EditTools extends vscode.Disposable {
  /**
   * The edit that a tool would make with this input; undefined: none of these tools. Rejects with a sentence for the model where
   * it can't be made: that is told before anybody is asked.
   */
  editOf(tool: string, input: unknown): Promise<EditAction | undefined>;
  /** While `work` goes on, the developer isn't asked about this edit again: they have just agreed to it. */
  agreed<Result>(edit: EditAction, work: () => Promise<Result>): Promise<Result>;
}

export function registerEditTools({ liesWithin, explain }: EditToolsParts): EditTools {
  const agreedTo = new Set<string>();

  async function creation({ path, content }: CreateInput) {
    const uri = await fileOf(path, liesWithin);
    if (await exists(uri)) throw new Error(`${path} exists already: use ${REPLACE_TEXT}, or choose another name.`);
    return { uri, edit: editAction(uri, { after: String(content) }) };
  }

  async function replacement({ path, oldText, newText }: ReplaceInput) {
    const uri = await fileOf(path, liesWithin);
    const document = await vscode.workspace.openTextDocument(uri);
    if (document.isDirty) throw new Error(`${path} has changes that aren't saved: its developer is at it.`);
    const place = onlyPlace(document, String(oldText));
    return { uri, document, place, edit: editAction(uri, { before: String(oldText), after: String(newText) }) };
  }

  /** What the developer is asked; undefined: nothing, `asked` being what is asked about by itself. Throws where a rule forbids it. */
  async function confirmation(edit: EditAction, title: string, text: string, asked: boolean) {
    if (agreedTo.has(keyOf(edit))) return undefined;
    const { toolConfirmation } = await import('../core/gate/toolConfirmation.ts');
    const { refusal, note } = toolConfirmation(await explain(edit).catch(() => undefined));
    if (refusal !== undefined) throw new Error(refusal);
    if (note === undefined && !asked) return undefined;
    return question(title, note === undefined ? text : `${escapeMarkdown(note)}\n\n${text}`);
  }

  const tools = vscode.Disposable.from(
    vscode.lm.registerTool<CreateInput>(CREATE_FILE, {
      // What can't be done is refused before anybody is asked.
      prepareInvocation: async ({ input }) => {
        const { uri, edit } = await creation(input);
        const name = vscode.workspace.asRelativePath(uri);
        const asks = await confirmation(edit, `Create ${name}?`, fenced(shown(input.content)), !isSettled(name));
        return { invocationMessage: plain(`Creating ${name}`), ...(asks && { confirmationMessages: asks }) };
      },
      invoke: async ({ input }) => {
        const { uri } = await creation(input);
        const edit = new vscode.WorkspaceEdit();
        edit.createFile(uri, { contents: new TextEncoder().encode(String(input.content)) });
        await applied(edit, input.path);
        return said(`Created ${input.path}.`);
      },
    }),
    vscode.lm.registerTool<ReplaceInput>(REPLACE_TEXT, {
      prepareInvocation: async ({ input }) => {
        const { uri, edit } = await replacement(input);
        const name = vscode.workspace.asRelativePath(uri);
        const text = `${fenced(shown(input.oldText))}\n\nbecomes\n\n${fenced(shown(input.newText))}`;
        const asks = await confirmation(edit, `Edit ${name}?`, text, true);
        return { invocationMessage: plain(`Editing ${name}`), ...(asks && { confirmationMessages: asks }) };
      },
      invoke: async ({ input }) => {
        const { uri, document, place } = await replacement(input);
        const edit = new vscode.WorkspaceEdit();
        edit.replace(uri, place, String(input.newText));
        await applied(edit, input.path);
        await document.save();
        return said(`Edited ${input.path}.`);
      },
    }),
  );
  return {
    async editOf(tool, input) {
      if (tool === CREATE_FILE) return (await creation(input as CreateInput)).edit;
      return tool === REPLACE_TEXT ? (await replacement(input as ReplaceInput)).edit : undefined;
    },
    async agreed(edit, work) {
      const key = keyOf(edit);
      agreedTo.add(key);
      try {
        return await work();
      } finally {
        agreedTo.delete(key);
      }
    },
    dispose: () => tools.dispose(),
  };
}

function editAction(uri: vscode.Uri, texts: Pick<EditAction, 'before' | 'after'>): EditAction {
  const cwd = vscode.workspace.getWorkspaceFolder(uri)?.uri.fsPath;
  return { kind: 'edit', path: uri.fsPath, ...texts, ...(cwd !== undefined && { cwd }) };
}

function keyOf({ path, before, after }: EditAction): string {
  return JSON.stringify([path, before, after]);
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
