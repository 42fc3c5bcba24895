import type { HookDialect } from '../hookCall.ts';
import { fieldsOf, textField, toldTools } from './hookFields.ts';
import { readCall } from './readCall.ts';
import { GEMINI_MOMENTS, geminiCliReplies } from './replies/geminiCli.ts';
import { mcpNamed } from './serverTool.ts';

export const geminiCliDialect: HookDialect = {
  ...geminiCliReplies,
  read: (event, body) =>
    readCall(
      {
        agent: 'gemini-cli',
        moments: GEMINI_MOMENTS,
        tools: (_event, fields) => {
          const context = fieldsOf(fields.mcp_context);
          const [server, name] = [textField(context, 'server_name'), textField(context, 'tool_name')];
          return toldTools(fields).map((tool) =>
            server !== undefined && name !== undefined ? { server, name, input: tool.input } : mcpNamed(tool),
          );
        },
      },
      event,
      body,
    ),
};
