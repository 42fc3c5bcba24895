import type { Action } from '../../risk/action.ts';
import type { HookDialect } from '../hookCall.ts';
import { type Fields, fieldsOf, textField } from './hookFields.ts';
import { type NamedTool, readCall } from './readCall.ts';
import { CLINE_MOMENTS, clineReplies } from './replies/cline.ts';

export const clineDialect: HookDialect = {
  ...clineReplies,
  read: (event, body) =>
    readCall(
      {
        agent: 'cline',
        moments: CLINE_MOMENTS,
        tools,
        actions: commands,
        session: (fields) =>
          textField(fieldsOf(fields.sessionContext), 'rootSessionId') ?? textField(fields, 'taskId', 'task_id'),
        // Everyone has an id; who has a parent is a sub-agent.
        subagent: (fields) =>
          textField(fields, 'parent_agent_id') === undefined ? undefined : textField(fields, 'agent_id'),
        prompt: ({ userPromptSubmit, prompt }) => fieldsOf(userPromptSubmit).prompt ?? prompt,
        result: ({ postToolUse, tool_result }) =>
          postToolUse === undefined ? tool_result : withoutInput(fieldsOf(postToolUse)),
      },
      event,
      body,
    ),
};

/** The editor’s Cline tells parameters as texts, the CLI the input itself beside them. */
function tools(_event: string, fields: Fields): readonly NamedTool[] {
  const whole = fieldsOf(fields.tool_call ?? fields.tool_result);
  const told = fieldsOf(fields.preToolUse ?? fields.postToolUse);
  const name = textField(whole, 'name') ?? textField(told, 'toolName', 'tool');
  return name === undefined ? [] : [{ name, input: whole.input ?? told.parameters ?? {} }];
}

function withoutInput({ parameters: _, ...result }: Fields): Fields {
  return result;
}

/** `run_commands` takes several: each a line, or a program with its words. */
function commands({ name, input }: NamedTool, cwd: string | undefined): readonly Action[] | undefined {
  if (name !== 'run_commands') return undefined;
  const given = fieldsOf(input);
  const all = Array.isArray(input) ? input : (given.commands ?? given.command ?? given.cmd ?? input);
  const lines = (Array.isArray(all) ? all : [all]).map(line);
  // What isn't understood stays a call of a tool that nobody knows.
  if (lines.length === 0 || !lines.every((each) => each !== undefined)) return undefined;
  return lines.map((command) => ({ kind: 'shell', command, ...(cwd !== undefined && { cwd }) }));
}

function line(value: unknown): string | undefined {
  if (typeof value === 'string') return value;
  const { command, args } = fieldsOf(value);
  if (typeof command !== 'string') return undefined;
  if (!Array.isArray(args)) return args === undefined ? command : undefined;
  return args.every((word) => typeof word === 'string')
    ? [command, ...args.map((word) => `'${word.replaceAll("'", `'\\''`)}'`)].join(' ')
    : undefined;
}
