import type { Action } from '../../risk/action.ts';
import type { HookDialect } from '../hookCall.ts';
import { type Fields, plainEvent, textField, toldTools } from './hookFields.ts';
import { type NamedTool, readCall, toldSession } from './readCall.ts';
import { CURSOR_MOMENTS, cursorReplies } from './replies/cursor.ts';

/** From its documents: it can't be run here. */
export const cursorDialect: HookDialect = {
  ...cursorReplies,
  read: (event, body) =>
    readCall(
      {
        agent: 'cursor',
        moments: CURSOR_MOMENTS,
        tools,
        actions: mcpAction,
        session: (fields) => textField(fields, 'conversation_id') ?? toldSession(fields),
        subagent: (fields) => textField(fields, 'subagent_id'),
        result: ({ output, result_json, tool_output, tool_response }) =>
          output ?? result_json ?? tool_output ?? tool_response,
      },
      event,
      body,
    ),
};

function tools(event: string, fields: Fields): readonly NamedTool[] | undefined {
  switch (plainEvent(event)) {
    case 'beforeshellexecution':
    case 'aftershellexecution': {
      const command = textField(fields, 'command');
      return command === undefined ? [] : [{ name: 'Shell', input: { command } }];
    }
    case 'beforereadfile':
    case 'beforetabfileread': {
      const path = textField(fields, 'file_path');
      return path === undefined ? [] : [{ name: 'Read', input: { file_path: path } }];
    }
    case 'afterfileedit':
    case 'aftertabfileedit': {
      const path = textField(fields, 'file_path');
      return path === undefined ? [] : [{ name: 'Edit', input: { file_path: path, edits: fields.edits } }];
    }
    case 'beforemcpexecution':
    case 'aftermcpexecution':
      return toldTools(fields).map(({ name, input }) => ({ name: `MCP:${name}`, input }));
    case 'subagentstart':
      return [{ name: 'Task', input: {} }];
    case 'pretooluse': {
      const told = toldTools(fields);
      // Both have an event of their own, which tells more and decides: one action is asked about once.
      return told.some(({ name }) => name === 'Shell' || name.startsWith('MCP:')) ? undefined : told;
    }
    default:
      return toldTools(fields);
  }
}

/** Its MCP events tell a tool’s own name and how its server is reached, not what the server is called. */
function mcpAction(tool: NamedTool, cwd: string | undefined): readonly Action[] | undefined {
  if (!tool.name.startsWith('MCP:')) return undefined;
  return [
    { kind: 'tool', server: 'MCP', name: tool.name.slice(4), input: tool.input, ...(cwd !== undefined && { cwd }) },
  ];
}
