import type { Action } from '../../risk/action.ts';
import type { GuardedAgent, HookCall, HookMoment } from '../hookCall.ts';
import { actionsOf } from './actionsOf.ts';
import { type Fields, fieldsOf, permissionModeOf, type ToldTool, textField, toldTools } from './hookFields.ts';
import { type Moments, momentOf } from './replies/replyDialect.ts';

/** How an agent differs from the others in what it tells; what is left out is as most have it. */
export interface Telling {
  readonly agent: GuardedAgent;
  readonly moments: Moments;
  /** undefined: another event of the agent tells more of it, and decides. */
  readonly tools?: (event: string, fields: Fields) => readonly NamedTool[] | undefined;
  /** undefined: no tool of its own that means something else than elsewhere. */
  readonly actions?: (tool: NamedTool, cwd: string | undefined) => readonly Action[] | undefined;
  readonly session?: (fields: Fields) => string | undefined;
  readonly subagent?: (fields: Fields) => string | undefined;
  readonly prompt?: (fields: Fields) => unknown;
  readonly result?: (fields: Fields) => unknown;
}

export interface NamedTool extends ToldTool {
  readonly server?: string;
}

/** undefined: the event isn't known, or its body isn't what this agent is known to send. */
export function readCall(telling: Telling, event: string, body: unknown): HookCall | undefined {
  if (typeof body !== 'object' || body === null || Array.isArray(body)) return undefined;
  const fields = fieldsOf(body);
  const kind = momentOf(event, telling.moments);
  if (kind === undefined) return undefined;
  const cwd = textField(fields, 'cwd') ?? firstText(fields.workspace_roots) ?? firstText(fields.workspaceRoots);
  const subagentId = (telling.subagent ?? toldSubagent)(fields);
  const moment = momentIn(kind, { telling, event, fields, cwd, subagentId });
  if (!moment) return undefined;
  const sessionId = (telling.session ?? toldSession)(fields);
  const permissionMode = permissionModeOf(fields);
  const model = textField(fields, 'model');
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

export function toldSession(fields: Fields): string | undefined {
  return textField(fields, 'session_id', 'sessionId');
}

function toldSubagent(fields: Fields): string | undefined {
  return textField(fields, 'agent_id', 'agentId');
}

function firstText(value: unknown): string | undefined {
  return Array.isArray(value) && typeof value[0] === 'string' ? value[0] : undefined;
}

interface Told {
  readonly telling: Telling;
  readonly event: string;
  readonly fields: Fields;
  readonly cwd: string | undefined;
  readonly subagentId: string | undefined;
}

function momentIn(kind: HookMoment['kind'], told: Told): HookMoment | undefined {
  const { telling, fields, cwd } = told;
  switch (kind) {
    case 'sessionStart':
    case 'other':
      return { kind };
    case 'prompt': {
      // What an agent tells its sub-agent is no word of the developer's.
      if (told.subagentId !== undefined) return { kind: 'other' };
      const prompt = telling.prompt ? telling.prompt(fields) : fields.prompt;
      return typeof prompt === 'string' ? { kind, prompt } : undefined;
    }
    case 'beforeTool':
    case 'afterTool': {
      const tools = telling.tools ? telling.tools(told.event, fields) : toldTools(fields);
      if (tools === undefined) return { kind: 'other' };
      const [first] = tools;
      if (!first) return undefined;
      const toolUseId = textField(fields, 'tool_use_id', 'toolUseId', 'toolCallId', 'tool_call_id');
      const used = {
        ...(toolUseId !== undefined && { toolUseId }),
        tool: first.name,
        input: tools.length > 1 ? tools : first.input,
        actions: tools.flatMap((tool) => telling.actions?.(tool, cwd) ?? actionsOf(tool, cwd)),
      };
      return kind === 'beforeTool' ? { kind, ...used } : { kind, ...used, ...resultOf(told) };
    }
  }
}

function resultOf({ telling, event, fields }: Told): { readonly result: string; readonly failed?: boolean } {
  const given = telling.result
    ? telling.result(fields)
    : (fields.tool_response ?? fields.tool_result ?? fields.toolResult ?? fields.tool_output);
  const { is_error, isError, success, error: inner, ...rest } = fieldsOf(given);
  const error = fields.error ?? inner;
  const failed =
    /failure/i.test(event) ||
    is_error === true ||
    isError === true ||
    success === false ||
    /^(?:failure|error|denied|rejected)$/.test(textField(rest, 'result_type', 'resultType') ?? '') ||
    (error !== undefined && error !== null && error !== '');
  return { result: textIn(given ?? error, 0), ...(failed && { failed }) };
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
