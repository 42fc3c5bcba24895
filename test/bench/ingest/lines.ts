import { closeSync, openSync, readSync } from 'node:fs';

const buffer = Buffer.allocUnsafe(1 << 20);

/** The lines of a file without their line breaks; a view is good until the next one is asked for. */
export function* linesOf(file: string): Generator<Buffer> {
  const handle = openSync(file, 'r');
  try {
    let held = Buffer.alloc(0);
    for (let read = readSync(handle, buffer); read > 0; read = readSync(handle, buffer)) {
      const chunk = held.length > 0 ? Buffer.concat([held, buffer.subarray(0, read)]) : buffer.subarray(0, read);
      let start = 0;
      for (let end = chunk.indexOf(10); end >= 0; end = chunk.indexOf(10, start)) {
        yield chunk.subarray(start, end);
        start = end + 1;
      }
      held = Buffer.from(chunk.subarray(start));
    }
    if (held.length > 0) yield held;
  } finally {
    closeSync(handle);
  }
}
