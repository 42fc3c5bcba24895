/** The editor's tools that `@marginal /do` offers its model, few and by name, since each is paid for in every request. */
import * as vscode from 'vscode';
import type { DoTools } from '../app/doTask.ts';
import type { JsonObject, ToolDefinition } from '../core/chat.ts';
import { type HookCall, OWN_AGENT } from '../core/hooks/hookCall.ts';
import type { Action } from '../core/risk/action.ts';
import { agentTool } from '../core/risk/agentTools.ts';
import type { GateApi } from '../ports.ts';
import { toolResultText, toToolDefinitions } from './convert.ts';
import { CREATE_FILE, type EditTools, REPLACE_TEXT } from './editTools.ts';

/** They look and change nothing. */
const READ = [
  'copilot_readFile',
  'copilot_listDirectory',
  'copilot_findFiles',
  'copilot_findTextInFiles',
  'copilot_getErrors',
];
const EDIT = [CREATE_FILE, REPLACE_TEXT];
/** VS Code asks before each use. */
const RUN = ['run_in_terminal'];
const OFFERED = [...READ, ...EDIT, ...RUN];

export interface GatedTools {
  readonly answer: GateApi['gateAnswer'];
  readonly edits: Pick<EditTools, 'editOf' | 'agreed'>;
}

/** What is offered. `referenced`: what the developer named with `#` in the prompt is too. */
export function doToolDefinitions(referenced: readonly string[]): readonly ToolDefinition[] {
  const isOffered = ({ name }: vscode.LanguageModelToolInformation) =>
    OFFERED.includes(name) || referenced.includes(name);
  return toToolDefinitions(vscode.lm.tools.filter(isOffered));
}

/** `runId`: approvals for a run hold for what has the same. */
export function doTools(
  token: vscode.ChatParticipantToolToken | undefined,
  referenced: readonly string[],
  { answer, edits }: GatedTools,
  runId: string,
): DoTools {
  const definitions = doToolDefinitions(referenced);
  let uses = 0;

  async function invoke(name: string, input: JsonObject, signal: AbortSignal): Promise<string> {
    const cancellation = new vscode.CancellationTokenSource();
    const cancel = () => cancellation.cancel();
    signal.addEventListener('abort', cancel, { once: true });
    try {
      if (signal.aborted) cancel();
      const result = await vscode.lm.invokeTool(name, { input, toolInvocationToken: token }, cancellation.token);
      return toolResultText(result.content);
    } finally {
      signal.removeEventListener('abort', cancel);
      cancellation.dispose();
    }
  }

  return {
    definitions,
    edits: (name) => EDIT.includes(name),
    async run({ name, input }, signal) {
      if (!definitions.some((each) => each.name === name)) throw new Error(`There is no tool ${name}.`);
      if (READ.includes(name)) return invoke(name, input, signal);
      // What can't be done is refused before anybody is asked.
      const edit = await edits.editOf(name, input);
      const cwd = vscode.workspace.workspaceFolders?.[0]?.uri.fsPath;
      const use = {
        toolUseId: `${runId}/${++uses}`,
        tool: name,
        input,
        actions: edit ? [edit] : actionsOf(name, input, cwd),
      };
      const call: Omit<HookCall, 'event' | 'moment'> = {
        agent: OWN_AGENT,
        sessionId: runId,
        ...(cwd !== undefined && { cwd }),
      };
      const said = await answer({ ...call, event: 'beforeTool', moment: { kind: 'beforeTool', ...use } });
      if (said.kind === 'deny' || said.kind === 'ask') throw new Error(said.reason);
      if (signal.aborted) throw signal.reason;
      const work = () => invoke(name, input, signal);
      const result = await (edit && said.kind === 'allow' ? edits.agreed(edit, work) : work());
      const after = await answer({ ...call, event: 'afterTool', moment: { kind: 'afterTool', ...use, result } }).catch(
        () => undefined,
      );
      return after?.kind === 'pass' && after.context !== undefined ? `${result}\n\n${after.context}` : result;
    },
  };
}

/** What a tool does, where its name and input tell; the gate judges it by them else. */
function actionsOf(name: string, input: JsonObject, cwd: string | undefined): readonly Action[] {
  const meaning = agentTool({ kind: 'tool', name, input, ...(cwd !== undefined && { cwd }) });
  return meaning?.kind === 'actions' ? meaning.actions : [];
}
