import { createLineSplitter, MAX_LINE_BYTES } from './lines.ts';

/** One server-sent event. `event` is undefined where the server names none. */
export interface ServerSentEvent {
  readonly event: string | undefined;
  readonly data: string;
}

/** Reads server-sent events from a byte stream (WHATWG HTML, "Server-sent events"; a bare CR doesn't end a line). */
export interface SseParser {
  /** The events that this chunk completes; undefined once a line or an event is longer than allowed. */
  push(chunk: Uint8Array | string): readonly ServerSentEvent[] | undefined;
  /** An event at the end of the stream that lacks its blank line; the caller judges whether it is whole. */
  end(): ServerSentEvent | undefined;
  /** A line that belongs to no event stream was seen (an HTML page, say). */
  sawForeignLine(): boolean;
}

const FIELDS = new Set(['data', 'event', 'id', 'retry']);

/** Chunks may be cut at any byte. Comments are skipped; several `data` lines of one event are joined by a line feed. */
export function createSseParser(maxBytes = MAX_LINE_BYTES): SseParser {
  const lines = createLineSplitter(maxBytes);
  let name: string | undefined;
  let data: string[] = [];
  let dataLength = 0;
  let foreign = false;
  let overflow = false;
  let first = true;

  function dispatch(): ServerSentEvent | undefined {
    const event = data.length > 0 ? { event: name, data: data.join('\n') } : undefined;
    name = undefined;
    data = [];
    dataLength = 0;
    return event;
  }

  function take(raw: string, isLast = false): ServerSentEvent | undefined {
    const line = first && raw.startsWith('\uFEFF') ? raw.slice(1) : raw;
    first = false;
    if (line === '') return dispatch();
    const colon = line.indexOf(':');
    if (colon === 0) return undefined;
    const field = colon === -1 ? line : line.slice(0, colon);
    if (!FIELDS.has(field)) {
      const cutOff = isLast && colon === -1 && [...FIELDS].some((known) => known.startsWith(field));
      foreign ||= !cutOff;
      return undefined;
    }
    const value = colon === -1 ? '' : line.slice(line[colon + 1] === ' ' ? colon + 2 : colon + 1);
    if (field === 'event') name = value;
    if (field === 'data') {
      data.push(value);
      // The line feed that joins it counts too: lines without data have no end otherwise.
      dataLength += value.length + 1;
      if (dataLength > maxBytes) overflow = true;
    }
    return undefined;
  }

  return {
    push(chunk) {
      const complete = lines.push(chunk);
      if (complete === undefined) overflow = true;
      const events: ServerSentEvent[] = [];
      for (const line of complete ?? []) {
        const event = take(line);
        if (event !== undefined) events.push(event);
      }
      return overflow ? undefined : events;
    },
    end() {
      const rest = lines.rest();
      return (rest === undefined ? undefined : take(rest, true)) ?? dispatch();
    },
    sawForeignLine: () => foreign,
  };
}
