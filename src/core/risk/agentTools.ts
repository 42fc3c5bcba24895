/**
 * The tools that coding agents bring along, as the actions that they are. Names and inputs: Claude Code and Codex as their
 * hooks tell them, Gemini CLI and Qwen Code (docs/tools), Copilot CLI, VS Code's own chat tools, Cursor, Cline, Roo, OpenCode,
 * Continue. A name that several of them share means the same in each.
 */

import type { Action, ShellDialect, ToolAction } from './action.ts';
import { patchEdits } from './patch.ts';
import { holdsKeys } from './shell/guarded.ts';

/** Read from the input, whatever the agent calls them. */
const PATHS = [
  'file_path',
  'filePath',
  'filepath',
  'path',
  'target_file',
  'notebook_path',
  'absolute_path',
  'file',
  'uri',
  'filename',
  'relative_path',
  'dirPath',
];
const OLD = ['old_string', 'oldString', 'old_str', 'oldText', 'old_text', 'search', 'old_source'];
const NEW = ['new_string', 'newString', 'new_str', 'newText', 'new_text', 'replace', 'replacement', 'new_source'];
const WHOLE = ['content', 'contents', 'file_text', 'fileText', 'text', 'code'];
const COMMANDS = ['command', 'cmd', 'commandLine', 'command_line', 'script', 'input'];
const FOLDERS = ['workdir', 'working_directory', 'workingDirectory', 'cwd', 'directory', 'dir_path', 'dir'];
const PATCHES = ['input', 'patch', 'patchText', 'patch_text', 'diff', 'command', 'patchContent'];

type Meaning =
  | 'shell'
  | 'typed'
  | 'kill'
  | 'write'
  | 'edit'
  | 'part'
  | 'delete'
  | 'move'
  | 'patch'
  | 'folder'
  | 'read'
  | 'draft'
  | 'commit'
  | 'viewer';

/** Names without case and marks. */
const MEANINGS: Readonly<Record<Meaning, string>> = {
  shell:
    'bash shell sh zsh terminal powershell pwsh cmd localshell execcommand shellcommand unifiedexec containerexec runshellcommand runinterminal runterminalcmd runterminalcommand executecommand executeshell runcommand shellexec exec bashtool attemptcompletion createandruntask executebash runbash runcommands monitor',
  // Keys that are sent to a program that runs already: what it makes of them isn't known, but most are shells.
  typed: 'writestdin writebash sendtoterminal writepowershell sendinput terminalinput',
  kill: 'killshell killbash stopbash killterminal stoppowershell killprocess taskstop',
  write: 'write writefile createfile create writetofile createnewfile newfile builtincreatenewfile saveFile savefile',
  edit: 'edit multiedit replace strreplace replacestringinfile multireplacestringinfile searchreplace searchandreplace replaceinfile editnotebook editfiles strreplacebasededittool',
  // Only the new text of the changed part is told.
  part: 'inserteditintofile editfile editexistingfile singlefindandreplace insertcontent notebookedit editnotebookfile applydiff appendtofile insert',
  delete: 'deletefile deletefiles removefile unlink deletepath deletedirectory removedirectory',
  move: 'movefile renamefile move rename',
  patch: 'applypatch patch',
  folder: 'createdirectory mkdir makedirectory',
  viewer: 'strreplaceeditor editor texteditor',
  read: 'read readfile readmanyfiles view viewimage glob grep ls list listdir listdirectory listfiles listcodedefinitionnames searchfiles searchfilecontent grepsearch filesearch textsearch semanticsearch codebasesearch codebase search greptool rg findfiles bashoutput readbash readpowershell getterminaloutput terminallastcommand terminalselection awaitterminal taskoutput listbash listpowershell listshells getchangedfiles changes geterrors problems usages listcodeusages githubrepo websearch googlewebsearch webfetch fetch fetchwebpage fetchurl fetchrules lsp notebookread readnotebook readnotebookcelloutput copilotgetnotebooksummary getnotebooksummary viewsubdirectory readcurrentlyopenfile viewdiff listmcpresources listmcpresourcestool readmcpresource readmcpresourcetool accessmcpresource toolsearch reportintent think sequentialthinking skill activateskill useskill slashcommand askuserquestion askuser askfollowupquestion vscodeaskquestions requestuserinput confirmation exitplanmode enterplanmode planmoderespond plan updateplan todowrite todoread writetodos updatetodo updatetodolist managetodolist todos taskcreate taskupdate taskget tasklist attempt finish completetask submit readlints getprojectsetupinfo getvscodeapi vscodeapi getsearchviewresults searchworkspacesymbols testfailure getpythonenvironmentdetails getpythonexecutablecommand resolvememoryfileuri fetchcopilotclidocumentation codebaseinvestigator sleep wait waitagent structuredoutput switchmode enterworktree browsersnapshot opensimplebrowser openbrowserpage',
  draft:
    'task agent runsubagent spawnagent newtask subagent delegate memory savememory storememory updatememory runtests runtest testrunner createworkspace createnewworkspace createnewjupyternotebook exitworktree closeagent resumeagent sendmessage handoff sql',
  commit:
    'installextension runvscodecommand executevscodecommand installpythonpackages configurepythonenvironment runnotebookcell browseraction configurenotebook notebookinstallpackages',
};

const BY_NAME: ReadonlyMap<string, Meaning> = new Map(
  (Object.entries(MEANINGS) as [Meaning, string][]).flatMap(([meaning, names]) =>
    names.split(' ').map((name) => [name.toLowerCase(), meaning] as const),
  ),
);

/** What one of an agent's own tools does. `class`: it is no shell command and no edit. */
export type ToolMeaning =
  | { readonly kind: 'actions'; readonly actions: readonly Action[] }
  | { readonly kind: 'class'; readonly class: 'read' | 'draft' | 'commit' | 'irreversible'; readonly reason: string };

/** Undefined: no agent's own tool, by its name and input. */
export function agentTool(action: ToolAction): ToolMeaning | undefined {
  const name = plainName(action.name);
  const meaning = BY_NAME.get(name);
  const input = record(action.input);
  const cwd = text(input, FOLDERS) ?? action.cwd;
  const at = cwd !== undefined ? { cwd } : {};
  if (name === 'paralleltooluse' || name === 'parallel' || name === 'batch')
    return calls(list(input, ['tool_uses', 'toolCalls', 'tool_calls', 'invocations']), action);
  switch (meaning) {
    case undefined:
      return undefined;
    case 'shell': {
      const command = commandOf(action.input);
      if (command !== undefined) return actions({ kind: 'shell', command, ...at, ...dialect(name, input) });
      const task = record(input.task);
      const taskCommand = commandOf(task);
      if (taskCommand !== undefined) {
        const words = [
          taskCommand,
          ...(Array.isArray(task.args) ? task.args.filter((each) => typeof each === 'string') : []),
        ];
        return actions({ kind: 'shell', command: words.join(' '), ...at });
      }
      return name === 'attemptcompletion' || name === 'create' || name === 'monitor'
        ? reads()
        : untold('runs a command that isn’t told');
    }
    case 'typed': {
      const typed = text(input, ['chars', 'input', 'text', 'command', 'data']);
      if (typed === undefined || typed.trim() === '') return reads();
      return actions({ kind: 'shell', command: typed.replace(/\n+$/, ''), ...at, ...dialect(name, input) });
    }
    case 'kill':
      return { kind: 'class', class: 'draft', reason: 'ends a command that the agent itself started' };
    case 'write': {
      const path = pathOf(input);
      const after = text(input, WHOLE);
      if (path === undefined) return untold('writes a file that isn’t told');
      return actions({ kind: 'edit', path, ...own(action), ...(after !== undefined && { after }) });
    }
    case 'edit':
    case 'part':
      return edits(input, action, meaning === 'part');
    case 'viewer': {
      const verb = typeof input.command === 'string' ? input.command : '';
      if (verb === 'view' || verb === 'undo_edit') return verb === 'view' ? reads() : edits(input, action, true);
      return verb === 'create' ? agentTool({ ...action, name: 'create' }) : edits(input, action, verb === 'insert');
    }
    case 'delete': {
      const paths = [
        ...strings(input, ['paths', 'files', 'filePaths']),
        ...((pathOf(input) ?? text(input, ['directory'])) ? [pathOf(input) ?? text(input, ['directory']) ?? ''] : []),
      ];
      if (paths.length === 0) return untold('deletes a file that isn’t told');
      return actions({
        kind: 'shell',
        command: `rm ${name.includes('directory') || input.recursive === true ? '-r ' : ''}-- ${paths.map(quoted).join(' ')}`,
        ...own(action),
      });
    }
    case 'move': {
      const from = text(input, ['source', 'from', 'old_path', 'oldPath', 'src', ...PATHS]);
      const to = text(input, ['destination', 'to', 'new_path', 'newPath', 'dest', 'target']);
      if (from === undefined || to === undefined) return untold('moves a file that isn’t told');
      return actions({ kind: 'shell', command: `mv -- ${quoted(from)} ${quoted(to)}`, ...own(action) });
    }
    case 'patch': {
      const patch = typeof action.input === 'string' ? action.input : commandOrPatch(input);
      const found = patch === undefined ? [] : patchEdits(patch, action.cwd);
      return found.length > 0 ? { kind: 'actions', actions: found } : untold('changes files that aren’t told');
    }
    case 'folder':
      return { kind: 'class', class: 'draft', reason: 'makes a folder' };
    case 'read': {
      const path = pathOf(input);
      return path !== undefined && holdsKeys(path)
        ? untold(`reads ${path}, with which anyone can speak as an agent’s hook`)
        : reads();
    }
    case 'draft':
      return { kind: 'class', class: 'draft', reason: 'changes only what the agent keeps for itself' };
    case 'commit':
      return { kind: 'class', class: 'commit', reason: 'acts in the editor beyond the files of the workspace' };
  }
}

function own({ cwd }: ToolAction): { readonly cwd?: string } {
  return cwd !== undefined ? { cwd } : {};
}

/** `functions.apply_patch`, `copilot_runInTerminal`, `builtin_edit_existing_file` -> `applypatch`, `runinterminal`, `editexistingfile`. */
function plainName(name: string): string {
  return name
    .replace(/^(?:functions|multi_tool_use|tools?|builtin|copilot|vscode|vscode_core)[._/](?=\w)/i, '')
    .replace(/^(?:copilot|builtin)_?(?=[A-Z_])/, '')
    .replace(/[^a-z\d]/gi, '')
    .toLowerCase();
}

function actions(...all: readonly Action[]): ToolMeaning {
  return { kind: 'actions', actions: all };
}

function reads(): ToolMeaning {
  return { kind: 'class', class: 'read', reason: 'only reads' };
}

function untold(reason: string): ToolMeaning {
  return { kind: 'class', class: 'irreversible', reason };
}

function calls(all: readonly unknown[], action: ToolAction): ToolMeaning {
  const found = all.map((each): Action => {
    const call = record(each);
    const name = text(call, ['recipient_name', 'tool_name', 'toolName', 'name']) ?? '';
    return {
      kind: 'tool',
      name,
      input: call.parameters ?? call.args ?? call.arguments ?? call.input ?? {},
      ...own(action),
    };
  });
  return found.length > 0 ? { kind: 'actions', actions: found } : untold('calls tools that aren’t told');
}

function edits(input: Readonly<Record<string, unknown>>, action: ToolAction, part: boolean): ToolMeaning {
  const path = pathOf(input);
  const several = list(input, ['edits', 'replacements', 'changes', 'diffs']);
  if (several.length > 0) {
    const found = several.flatMap((each) => {
      const one = record(each);
      const inner = edits({ ...one, ...(pathOf(one) === undefined && path !== undefined && { path }) }, action, true);
      return inner.kind === 'actions' ? inner.actions : [];
    });
    return found.length === several.length
      ? { kind: 'actions', actions: found }
      : untold('changes a file that isn’t told');
  }
  if (path === undefined) return untold('changes a file that isn’t told');
  const diff = text(input, ['diff', 'patch']);
  if (diff !== undefined) {
    const blocks = searchBlocks(diff);
    if (blocks.length > 0)
      return { kind: 'actions', actions: blocks.map((block) => ({ kind: 'edit', path, ...own(action), ...block })) };
    const patched = patchEdits(diff, action.cwd);
    if (patched.length > 0) return { kind: 'actions', actions: patched };
  }
  if (input.edit_mode === 'delete') return actions({ kind: 'edit', path, ...own(action), before: '', after: '' });
  const before = text(input, OLD);
  const after = text(input, NEW) ?? text(input, [...WHOLE, 'code_edit', 'newCode', 'changes', 'insert_text']);
  if (before === undefined && after === undefined) return actions({ kind: 'edit', path, ...own(action) });
  // An edit whose old text isn't told replaces a part of which nobody knows more; an empty one makes a new file or adds.
  return actions({
    kind: 'edit',
    path,
    ...own(action),
    ...(before !== undefined || part ? { before: before ?? '' } : {}),
    ...(after !== undefined && { after }),
  });
}

/** Cline's and Roo's `<<<<<<< SEARCH`, `=======`, `>>>>>>> REPLACE`; Cline's newer marks are dashes and plusses. */
function searchBlocks(diff: string): { readonly before: string; readonly after: string }[] {
  const blocks =
    /^(?:<{3,}|-{3,}) SEARCH[^\n]*\n(?:(?::\w+:[^\n]*|-{7,})\n)*([\s\S]*?)^={3,}\n([\s\S]*?)^(?:>{3,}|\+{3,}) REPLACE/gm;
  return [...diff.matchAll(blocks)].map(([, before = '', after = '']) => ({ before, after }));
}

/** As Codex's hook tells it: the patch itself, or the shell command `apply_patch <<'EOF'`. */
function commandOrPatch(input: Readonly<Record<string, unknown>>): string | undefined {
  const found = text(input, PATCHES);
  if (found !== undefined) return found;
  const words = input.command;
  return Array.isArray(words) ? words.filter((word) => typeof word === 'string').at(-1) : undefined;
}

function commandOf(input: unknown): string | undefined {
  if (typeof input === 'string') return input;
  const fields = record(input);
  for (const name of COMMANDS) {
    const value = fields[name];
    if (typeof value === 'string') return value;
    if (Array.isArray(value) && value.length > 0 && value.every((word) => typeof word === 'string'))
      return fromWords(value);
  }
  return undefined;
}

/** `["bash", "-lc", "git status"]` is the script itself; other lists are words. */
function fromWords(words: readonly string[]): string {
  return words.map(quoted).join(' ');
}

function quoted(word: string): string {
  return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`;
}

function dialect(name: string, input: Readonly<Record<string, unknown>>): { readonly shell?: ShellDialect } {
  const shell = typeof input.shell === 'string' ? input.shell.toLowerCase() : '';
  if (/powershell|pwsh/.test(name) || /powershell|pwsh/.test(shell)) return { shell: 'powershell' };
  return name === 'cmd' || /(?:^|[\\/])cmd(?:\.exe)?$/.test(shell) ? { shell: 'cmd' } : {};
}

function pathOf(input: Readonly<Record<string, unknown>>): string | undefined {
  const path = text(input, PATHS);
  if (path === undefined || !/^file:\/\//i.test(path)) return path;
  const local = path.replace(/^file:\/\/[^/]*/i, '').replace(/^\/(?=[a-z](?::|%3a))/i, '');
  try {
    return decodeURIComponent(local);
  } catch {
    return local;
  }
}

export function record(value: unknown): Readonly<Record<string, unknown>> {
  if (typeof value === 'string' && /^\s*\{/.test(value)) {
    try {
      return record(JSON.parse(value) as unknown);
    } catch {
      return {};
    }
  }
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Record<string, unknown>) : {};
}

function text(input: Readonly<Record<string, unknown>>, names: readonly string[]): string | undefined {
  for (const name of names) {
    const value = input[name];
    if (typeof value === 'string') return value;
  }
  return undefined;
}

function list(input: Readonly<Record<string, unknown>>, names: readonly string[]): readonly unknown[] {
  for (const name of names) {
    const value = input[name];
    if (Array.isArray(value)) return value;
  }
  return [];
}

function strings(input: Readonly<Record<string, unknown>>, names: readonly string[]): string[] {
  return list(input, names).filter((each) => typeof each === 'string');
}
