/** Knows lines by how their agent begins them: one look tells of most of a log's bytes that nobody need look at them. */
import { Buffer } from 'node:buffer';
import { current, edition, placeOf, tableMemory, tableRoom } from './scanner.ts';

/** What stands next in a line: one of some texts; or a key whose value is a text without escapes, or a whole number, and a comma. */
export type Step =
  | { readonly texts: readonly string[] }
  | { readonly key: string; readonly of: 'text' | 'number'; readonly isOptional: boolean };

/** One of these. */
export function either(...texts: readonly string[]): Step {
  return { texts };
}

/** A field: `key` with what stands before it, and its colon. */
export function textField(key: string): Step {
  return { key, of: 'text', isOptional: false };
}

/** It may be absent. */
export function optionalText(key: string): Step {
  return { key, of: 'text', isOptional: true };
}

/** As `optionalText`, of a whole number. */
export function optionalNumber(key: string): Step {
  return { key, of: 'number', isOptional: true };
}

/** A step as src/assembly/scan/beginning.ts reads it. */
interface Written {
  readonly wants: number;
  readonly text: string;
  /** Steps that are skipped where it is there. */
  readonly skips: number;
}

const DONE = 0;
const BYTES = 1;
const FIELD = { text: 2, number: 3 } as const;
const OPTIONAL = 4;
const STEP_BYTES = 16;
/** No beginning is longer; of a line that lies elsewhere no more need be copied. */
const MOST_BYTES = 4_096;

/** Whether a line, the bytes from `start` to `end`, begins with these steps. */
export function beginning(...steps: readonly Step[]): (bytes: Uint8Array, start: number, end: number) => boolean {
  let known: { readonly edition: number; readonly place: number } | undefined;
  return (bytes, start, end) => {
    if (known?.edition !== edition) known = tableOf(steps.flatMap(writtenOf));
    const stop = Math.min(end, start + MOST_BYTES);
    const at = placeOf(bytes, start, stop);
    return current.functions.beginningOf(known.place, at, at + stop - start) !== 0;
  };
}

function writtenOf(step: Step): readonly Written[] {
  if ('key' in step) return [{ wants: FIELD[step.of] + (step.isOptional ? OPTIONAL : 0), text: step.key, skips: 0 }];
  const last = step.texts.length - 1;
  return step.texts.map((text, index) => ({
    wants: BYTES + (index < last ? OPTIONAL : 0),
    text,
    skips: last - index,
  }));
}

function tableOf(steps: readonly Written[]): { readonly edition: number; readonly place: number } {
  const texts = steps.map(({ text }) => Buffer.from(text));
  const place = tableRoom(STEP_BYTES * (steps.length + 1) + texts.reduce((sum, { length }) => sum + length, 0));
  const { words, bytes } = tableMemory();
  let textPlace = place + STEP_BYTES * (steps.length + 1);
  for (const [index, { wants, skips }] of steps.entries()) {
    const text = texts[index] as Buffer;
    words.set([wants, textPlace, text.length, skips], (place + STEP_BYTES * index) / 4);
    bytes.set(text, textPlace);
    textPlace += text.length;
  }
  words[(place + STEP_BYTES * steps.length) / 4] = DONE;
  return { edition, place };
}
