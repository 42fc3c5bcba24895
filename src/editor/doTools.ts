/** The editor's tools that `@marginal /do` offers its model, few and by name, since each is paid for in every request. */
import * as vscode from 'vscode';
import type { DoTools } from '../app/doTask.ts';
import type { ToolDefinition } from '../core/chat.ts';
import { toolResultText, toToolDefinitions } from './convert.ts';
import { CREATE_FILE, REPLACE_TEXT } from './editTools.ts';

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

/** `referenced`: what the developer named with `#` in the prompt is offered too. */
export function doTools(token: vscode.ChatParticipantToolToken | undefined, referenced: readonly string[]): DoTools {
  const isOffered = ({ name }: vscode.LanguageModelToolInformation) =>
    OFFERED.includes(name) || referenced.includes(name);
  const definitions: readonly ToolDefinition[] = toToolDefinitions(vscode.lm.tools.filter(isOffered));
  return {
    definitions,
    edits: (name) => EDIT.includes(name),
    async run({ name, input }, signal) {
      if (!definitions.some((each) => each.name === name)) throw new Error(`There is no tool ${name}.`);
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
    },
  };
}
