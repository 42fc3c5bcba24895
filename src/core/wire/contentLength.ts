/** JSON-RPC messages framed by a `Content-Length` header, as language servers and agents' runtimes speak it on stdio. */

/** A message as bytes to write. */
export function framed(message: unknown): Uint8Array {
  const body = new TextEncoder().encode(JSON.stringify(message));
  const head = new TextEncoder().encode(`Content-Length: ${body.length}\r\n\r\n`);
  const bytes = new Uint8Array(head.length + body.length);
  bytes.set(head);
  bytes.set(body, head.length);
  return bytes;
}

export interface FrameReader {
  /** Takes the next bytes; returns the messages that are whole by now. Throws RangeError beyond `mostBytes`. */
  take(bytes: Uint8Array): readonly unknown[];
}

/** What isn't framed, or isn't JSON, is skipped. `mostBytes`: in all. */
export function frameReader(mostBytes: number): FrameReader {
  let held = new Uint8Array(0);
  let taken = 0;
  return {
    take(bytes) {
      taken += bytes.length;
      if (taken > mostBytes) throw new RangeError(`More than ${mostBytes} bytes.`);
      const joined = new Uint8Array(held.length + bytes.length);
      joined.set(held);
      joined.set(bytes, held.length);
      held = joined;
      const messages: unknown[] = [];
      for (;;) {
        const end = endOfHead(held);
        if (end < 0) return messages;
        const head = new TextDecoder().decode(held.slice(0, end));
        const length = /(?:^|\n)content-length:[ \t]*(\d{1,9})[ \t]*(?:\r|$)/i.exec(head)?.[1];
        if (length === undefined) {
          held = held.slice(end + 4);
          continue;
        }
        const from = end + 4;
        if (held.length < from + Number(length)) return messages;
        const message = parsed(held.slice(from, from + Number(length)));
        if (message !== undefined) messages.push(message);
        held = held.slice(from + Number(length));
      }
    },
  };
}

/** Where the empty line after the headers begins; -1: not there yet. */
function endOfHead(bytes: Uint8Array): number {
  for (let at = bytes.indexOf(CR); at >= 0; at = bytes.indexOf(CR, at + 1)) {
    if (bytes[at + 1] === LF && bytes[at + 2] === CR && bytes[at + 3] === LF) return at;
  }
  return -1;
}

const CR = 13;
const LF = 10;

function parsed(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder().decode(bytes));
  } catch {
    return undefined;
  }
}
