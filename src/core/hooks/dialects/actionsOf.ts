import type { Action, ToolAction } from '../../risk/action.ts';
import { agentTool } from '../../risk/agentTools.ts';

/** Calls in calls: deeper ones stay tool calls, which the classification judges. */
const MAX_DEPTH = 3;

/** What a tool call does: an agent's own tools are the commands and edits that they stand for, others are told as they are. */
export function actionsOf(
  tool: { readonly name: string; readonly input: unknown; readonly server?: string },
  cwd: string | undefined,
): readonly Action[] {
  return meant(serverSplit({ kind: 'tool', ...tool, ...(cwd !== undefined && { cwd }) }), 0);
}

function meant(action: Action, depth: number): readonly Action[] {
  if (action.kind !== 'tool' || action.server !== undefined || depth > MAX_DEPTH) return [action];
  const meaning = agentTool(action);
  return meaning?.kind === 'actions'
    ? meaning.actions.flatMap((each) => meant(serverSplit(each), depth + 1))
    : [action];
}

/** `mcp__github__create_issue` is the tool `create_issue` of `github`. */
function serverSplit<T extends Action>(action: T): T | ToolAction {
  if (action.kind !== 'tool' || action.server !== undefined) return action;
  const [, server, name] = /^mcp__(.+?)__(.+)$/.exec(action.name) ?? [];
  return server === undefined || name === undefined ? action : { ...action, server, name };
}
