/**
 * What a later request tells of a step's tool calls: their results come back as messages. The ledger has the tools' names
 * alone; this much more is known of requests that pass through Marginal, and of runs that agents' logs tell while they are at
 * work. Hashes and counts, no text.
 */
import type { ChatMessage, ChatPart, ToolCallPart } from '../chat.ts';
import type { RunAction } from './runStep.ts';
import { exitCodeIn, toolAction } from './toolAction.ts';

export interface ToldStep {
  /** The ledger's id of the step that made the calls. */
  readonly callId: string;
  readonly actions: readonly RunAction[];
  /** Characters of their results, and of what else was said after the call; undefined: nobody told all of it. */
  readonly appendedChars?: number | undefined;
}

export interface LatestCalls extends Omit<ToldStep, 'callId' | 'appendedChars'> {
  readonly appendedChars: number;
  /** The tools' names in order, by which the step is known again. */
  readonly tools: readonly string[];
}

/** How VS Code's chat begins a result that is an error. */
const ERROR = /^\s*ERROR while calling tool\b/;
/** A result is looked into this far for the words of a failure. */
const LOOKED_AT = 2000;

/** The calls of the last reply among the messages, with their results; undefined: it called no tools. */
export function latestCalls(messages: readonly ChatMessage[]): LatestCalls | undefined {
  const at = messages.findLastIndex(({ role }) => role === 'assistant');
  const calls = messages[at]?.content.filter((part) => part.kind === 'toolCall') ?? [];
  if (calls.length === 0) return undefined;
  const after = messages.slice(at + 1).flatMap(({ content }) => content);
  return {
    tools: calls.map(({ name }) => name),
    actions: calls.map((call) => actionOf(call, resultOf(call, after))),
    appendedChars: after.reduce((sum, part) => sum + charsOf(part), 0),
  };
}

/** Characters of all that a request says: instructions, context and task. */
export function requestChars(messages: readonly ChatMessage[]): number {
  return messages.flatMap(({ content }) => content).reduce((sum, part) => sum + charsOf(part), 0);
}

function resultOf({ callId }: ToolCallPart, after: readonly ChatPart[]) {
  return after.find((part) => part.kind === 'toolResult' && part.callId === callId);
}

function actionOf({ name, input }: ToolCallPart, result: ChatPart | undefined): RunAction {
  return toolAction(name, input, result && failedOf(result, typeof input.command === 'string'));
}

/** undefined: its words don't say. A command's output without an exit code may be either. */
function failedOf(result: ChatPart, isCommand: boolean): boolean | undefined {
  if (result.kind !== 'toolResult') return undefined;
  if (result.isError !== undefined) return result.isError;
  const text = result.content.map((part) => (part.kind === 'text' ? part.text : '')).join('');
  if (ERROR.test(text.slice(0, LOOKED_AT))) return true;
  if (!isCommand) return false;
  const code = exitCodeIn(text);
  return code === undefined ? undefined : code !== 0;
}

function charsOf(part: ChatPart): number {
  switch (part.kind) {
    case 'text':
      return part.text.length;
    case 'toolCall':
      return part.name.length + JSON.stringify(part.input).length;
    case 'toolResult':
      return part.content.reduce((sum, inner) => sum + charsOf(inner), 0);
    case 'thinking':
    case 'image':
    case 'cacheMark':
      return 0;
  }
}
