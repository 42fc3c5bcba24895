import { contains, needle } from './line.ts';
import { current, edition, offsetOf, placeOf, tableMemory, tableRoom } from './scanner.ts';

/** Whether a text of two bytes or more stands anywhere in a line, the bytes from `start` to `end`. Decodes and copies nothing. */
export function holds(text: string): (bytes: Uint8Array, start: number, end: number) => boolean {
  const wanted = needle(text);
  let known: { readonly edition: number; readonly place: number } | undefined;

  function written() {
    const place = tableRoom(wanted.length);
    tableMemory().bytes.set(wanted, place);
    return { edition, place };
  }

  return (bytes, start, end) => {
    if (offsetOf(bytes) < 0) return contains(bytes.subarray(start, end), wanted);
    if (known?.edition !== edition) known = written();
    const at = placeOf(bytes, start, end);
    return current.functions.contains(known.place, wanted.length, at, at + end - start) !== 0;
  };
}
