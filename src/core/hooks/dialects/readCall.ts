import type { GuardedAgent, HookCall, HookMoment } from '../hookCall.ts';
import { actionsOf } from './actionsOf.ts';
import { type Fields, fieldsOf, permissionModeOf, type ToldTool, textField, toldTools } from './hookFields.ts';
import { type Moments, momentOf } from './replies/replyDialect.ts';

/** How an agent differs from the others in what it tells. */
export interface Telling {
  readonly agent: GuardedAgent;
  readonly moments: Moments;
  /** The tools of an event's body; undefined: as most tell them. */
  readonly tools?: (event: string, fields: Fields) => readonly (ToldTool & { readonly server?: string })[];
  readonly subagent?: (fields: Fields) => string | undefined;
}

/** undefined: the event isn't known, or its body isn't what this agent is known to send. */
export function readCall(telling: Telling, event: string, body: unknown): HookCall | undefined {
  if (typeof body !== 'object' || body === null || Array.isArray(body)) return undefined;
  const fields = fieldsOf(body);
  const kind = momentOf(event, telling.moments);
  if (kind === undefined) return undefined;
  const roots = fields.workspace_roots ?? fields.workspaceRoots;
  const cwd = textField(fields, 'cwd') ?? (Array.isArray(roots) && typeof roots[0] === 'string' ? roots[0] : undefined);
  const moment = momentIn(kind, telling, event, fields, cwd);
  if (!moment) return undefined;
  const sessionId = textField(
    fields,
    'session_id',
    'sessionId',
    'conversation_id',
    'conversationId',
    'taskId',
    'task_id',
  );
  const subagentId = telling.subagent ? telling.subagent(fields) : textField(fields, 'agent_id', 'agentId');
  const permissionMode = permissionModeOf(fields);
  const model = textField(fields, 'model') ?? textField(fieldsOf(fields.model), 'id', 'slug');
  return {
    agent: telling.agent,
    event,
    ...(sessionId !== undefined && { sessionId }),
    ...(subagentId !== undefined && { subagentId }),
    ...(cwd !== undefined && { cwd }),
    ...(permissionMode !== undefined && { permissionMode }),
    ...(model !== undefined && { model }),
    moment,
  };
}

function momentIn(
  kind: HookMoment['kind'],
  telling: Telling,
  event: string,
  fields: Fields,
  cwd: string | undefined,
): HookMoment | undefined {
  switch (kind) {
    case 'sessionStart':
    case 'other':
      return { kind };
    case 'prompt': {
      const prompt = fields.prompt ?? fields.user_prompt ?? fields.userPrompt;
      return typeof prompt === 'string' ? { kind, prompt } : undefined;
    }
    case 'beforeTool':
    case 'afterTool': {
      const tools = telling.tools ? telling.tools(event, fields) : toldTools(fields);
      const [first] = tools;
      if (!first) return undefined;
      const toolUseId = textField(fields, 'tool_use_id', 'toolUseId', 'toolCallId', 'tool_call_id');
      const used = {
        ...(toolUseId !== undefined && { toolUseId }),
        tool: first.name,
        input: tools.length > 1 ? tools : first.input,
        actions: tools.flatMap((tool) => actionsOf(tool, cwd)),
      };
      return kind === 'beforeTool' ? { kind, ...used } : { kind, ...used, ...resultOf(event, fields) };
    }
  }
}

function resultOf(event: string, fields: Fields): { readonly result: string; readonly failed?: boolean } {
  const told = fields.tool_response ?? fields.toolResponse ?? fields.tool_output ?? fields.toolResult ?? fields.result;
  const given = fieldsOf(told);
  const error = fields.error ?? given.error;
  const failed =
    /failure/i.test(event) ||
    given.is_error === true ||
    given.isError === true ||
    given.success === false ||
    fields.success === false ||
    /^(?:failure|error|denied)$/.test(textField(given, 'resultType', 'result_type') ?? '') ||
    (error !== undefined && error !== null && error !== '');
  return { result: textIn(told ?? error, 0), ...(failed && { failed }) };
}

/** Every text of a result, one beside the other: what is looked for in it may be in any. */
function textIn(value: unknown, depth: number): string {
  if (typeof value === 'string') return value;
  if (typeof value !== 'object' || value === null || depth > 8) return '';
  return Object.values(value)
    .map((each) => textIn(each, depth + 1))
    .filter((text) => text !== '')
    .join('\n');
}
