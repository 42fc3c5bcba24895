/** What a log of Codex tells of tool calls and of their results; a model call is told after the tools that it called. */
import { exitCodeIn, toolAction } from '../../core/quality/toolAction.ts';
import { lineCalls } from '../callReader.ts';
import { numberIn, objectIn, parseValue, textIn } from '../line.ts';

const CODEX_FAILED = /^\s*(?:error\b|failed\b|unsupported call\b|apply_patch verification failed)/i;

export const codexCalls = lineCalls(['_call"', '_call_output"'], ({ payload }, book) => {
  const { type, call_id: id, name, arguments: told, input, action, output, success } = objectIn(payload) ?? {};
  if (!textIn(id)) return;
  if (type === 'function_call' || type === 'custom_tool_call') {
    const given = typeof told === 'string' ? (parseValue(told) ?? told) : input;
    book.called(undefined, String(id), toolAction(String(name), given, undefined));
  } else if (type === 'local_shell_call') {
    book.called(undefined, String(id), toolAction('shell', action, undefined));
  } else if (type === 'function_call_output' || type === 'custom_tool_call_output') {
    book.resulted(String(id), codexFailed(output, success));
  }
});

/** A text, JSON of a text with its exit code, or an object. */
function codexFailed(output: unknown, success: unknown): boolean | undefined {
  if (typeof success === 'boolean') return !success;
  const parsed = typeof output === 'string' && output.startsWith('{') ? objectIn(parseValue(output)) : objectIn(output);
  const text = typeof output === 'string' ? output : (textIn(parsed?.content) ?? '');
  if (typeof parsed?.success === 'boolean') return !parsed.success;
  const code = numberIn(objectIn(parsed?.metadata)?.exit_code) ?? exitCodeIn(text);
  return code === undefined ? CODEX_FAILED.test(text) || undefined : code !== 0;
}
