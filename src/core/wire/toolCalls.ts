import type { JsonObject, ReplyPart } from '../chat.ts';
import { createTextPieces } from '../textPieces.ts';
import { isJsonObject, parseJsonObject } from './json.ts';
import { garbled, type ReplyStep } from './reply.ts';

/** Longest input of one call, and the longest of all calls of a reply that are still open, in characters. */
export const MOST_INPUT_CHARACTERS = 16 * 1024 * 1024;
export const MOST_OPEN_CHARACTERS = 64 * 1024 * 1024;
/** Agents call a few dozen tools at once at the very most. */
export const MOST_CALLS = 1000;
/** Vendors allow 64 to 128 characters for a tool's name. */
const MOST_NAME_CHARACTERS = 1024;
const SHOWN_NAME_CHARACTERS = 64;

/** Gives each tool call of one reply an id of its own: the vendor's, or one made from the reply's id and the position. */
export function createCallIds(): (vendorId: string | undefined, replyId: string) => string {
  const used = new Set<string>();
  return (vendorId, replyId) => {
    const base = vendorId || `call_${replyId.replace(/[^A-Za-z0-9_-]/g, '')}_${used.size}`;
    let id = base;
    for (let copy = 2; used.has(id); copy += 1) id = `${base}_${copy}`;
    used.add(id);
    return id;
  };
}

/** Collects the text of a JSON object that comes in pieces; each character is looked at once. */
export interface JsonCollector {
  push(piece: string): void;
  /** The outermost brace has closed. */
  isComplete(): boolean;
  /** Longer than a call's input may be; the rest isn't kept. */
  isTooLong(): boolean;
  text(): string;
}

export function createJsonCollector(mostCharacters = MOST_INPUT_CHARACTERS): JsonCollector {
  const pieces = createTextPieces(mostCharacters);
  let depth = 0;
  let inString = false;
  let escaped = false;
  let complete = false;

  function scan(piece: string): void {
    for (let index = 0; index < piece.length; index += 1) {
      const character = piece[index];
      if (escaped) escaped = false;
      else if (inString) {
        if (character === '\\') escaped = true;
        else if (character === '"') inString = false;
      } else if (character === '"') inString = true;
      else if (character === '{' || character === '[') depth += 1;
      else if (character === '}' || character === ']') {
        depth -= 1;
        if (depth === 0) complete = true;
      }
    }
  }

  return {
    push(piece) {
      pieces.push(piece);
      scan(piece);
    },
    isComplete: () => complete,
    isTooLong: () => pieces.length() > mostCharacters,
    text: pieces.text,
  };
}

/** A tool's input from its JSON text; blank text is a call without input; undefined where it isn't a JSON object. */
export function parseToolInput(text: string): JsonObject | undefined {
  return text.trim() === '' ? {} : parseJsonObject(text);
}

/** The call, or the fault that names the tool whose arguments are not a JSON object. */
export function toolCallStep(callId: string, name: string, input: unknown): ReplyStep {
  if (name.length > MOST_NAME_CHARACTERS) return endlessToolCall(name);
  const call: ReplyPart | undefined = isJsonObject(input) ? { kind: 'toolCall', callId, name, input } : undefined;
  return call ?? garbledToolCall(name);
}

export function garbledToolCall(name: string): ReplyStep {
  return garbled(
    name === '' ? 'a tool call without a name' : `arguments of the tool call ${shown(name)} that are not JSON`,
  );
}

export function endlessToolCall(name: string): ReplyStep {
  return garbled(
    name === '' ? 'a tool call without an end' : `arguments of the tool call ${shown(name)} without an end`,
  );
}

export const TOO_MANY_CALLS: ReplyStep = garbled(`more than ${MOST_CALLS} tool calls`);

function shown(name: string): string {
  return name.replace(/\s+/g, ' ').slice(0, SHOWN_NAME_CHARACTERS);
}
