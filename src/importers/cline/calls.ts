/** What the documents of Cline and its copies tell of tool calls and of their results. */
import type { RunAction } from '../../core/quality/runStep.ts';
import { toolAction } from '../../core/quality/toolAction.ts';
import { callBook, type DocumentCallReader } from '../callReader.ts';
import { contains, listIn, needle, numberIn, objectIn, parseObject, parseValue, textIn } from '../line.ts';
import { clineSessionIdentity, taskIdOf } from './paths.ts';

const TOOL = needle('"tool_');

/** Cline's own runtime: blocks as Anthropic has them. */
export function clineSessionCalls(path: string): DocumentCallReader {
  const { sessionId, subagentId } = clineSessionIdentity(path);
  const book = callBook();
  return {
    item({ bytes }) {
      const message = contains(bytes, TOOL) ? parseObject(bytes) : undefined;
      const step = textIn(message?.id) && `cline:${sessionId}:${subagentId ?? 'main'}:${message?.id}`;
      for (const block of listIn(message?.content)) {
        const { type, id, name, input, tool_use_id: answered, ...result } = objectIn(block) ?? {};
        if (type === 'tool_use' && step && textIn(id))
          book.called(step, String(id), toolAction(String(name), input, undefined));
        else if (type === 'tool_result' && textIn(answered)) book.resulted(String(answered), clineFailed(result));
      }
    },
    end: () => book.changes(),
  };
}

function clineFailed({ is_error: isError, content }: { readonly is_error?: unknown; readonly content?: unknown }) {
  const parts = listIn(content).flatMap((each) => objectIn(each)?.success ?? []);
  return isError === true || parts.includes(false);
}

const TASK_WORDS = ['api_req_started', 'tool', 'command', 'use_mcp_server', 'diff_error', 'error'].map((word) =>
  needle(`"${word}"`),
);

/** The tasks of Cline's extension and its copies: what its tools gave isn't told, but that one failed. */
export const taskCalls =
  (agent: string) =>
  (path: string): DocumentCallReader => {
    const taskId = taskIdOf(path);
    const book = callBook();
    let step: string | undefined;
    let latest: string | undefined;
    return {
      item({ bytes }) {
        const message = TASK_WORDS.some((word) => contains(bytes, word)) ? parseObject(bytes) : undefined;
        const at = numberIn(message?.ts);
        if (!message || at === undefined) return;
        const what = message.say ?? message.ask;
        if (what === 'api_req_started') step = `${agent}:${taskId}:${at}`;
        else if ((what === 'error' || what === 'diff_error') && latest !== undefined) book.resulted(latest, true);
        const text = textIn(message.text);
        if (step === undefined || text === undefined) return;
        const action = taskAction(what, text);
        if (!action) return;
        latest = String(at);
        book.called(step, latest, action);
      },
      end: () => book.changes(),
    };
  };

function taskAction(what: unknown, text: string): RunAction | undefined {
  if (what === 'command') return toolAction('execute_command', { command: text }, undefined);
  if (what !== 'tool' && what !== 'use_mcp_server') return undefined;
  const call = objectIn(parseValue(text));
  const name = textIn(call?.tool) ?? textIn(call?.toolName) ?? textIn(call?.type);
  return name === undefined ? undefined : toolAction(name, call, undefined);
}
