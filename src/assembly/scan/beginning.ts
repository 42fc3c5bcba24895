/** Knows lines by how they begin; importers/beginnings.ts writes the steps. */
import { same } from './bytes';
import { BACKSLASH, byteAt, COMMA, isDigit, QUOTE } from './json';

/** A step: what it asks for, the place and length of its bytes, and how many steps it skips where these stand. */
const WANTS: usize = 0;
const PLACE: usize = 4;
const LENGTH: usize = 8;
const SKIPS: usize = 12;
const STEP_BYTES: usize = 16;

/** The line begins as wanted. */
const DONE: u32 = 0;
/** These bytes. */
const BYTES: u32 = 1;
/** A key with its colon, a text without escapes as its value, and a comma; any other: the same with a whole number as its value. */
const TEXT_FIELD: u32 = 2;
/** A step that needn't be there is told by this bit. */
const OPTIONAL: u32 = 4;

/** Whether a line begins as some steps say. */
export function beginningOf(steps: usize, start: usize, end: usize): bool {
  let at = start;
  let step = steps;
  while (true) {
    const wants = load<u32>(step, WANTS);
    if (wants === DONE) return true;
    const behind = behindStep(wants & ~OPTIONAL, step, at, end);
    if (behind !== 0) {
      at = behind;
      step += load<usize>(step, SKIPS) * STEP_BYTES;
    } else if ((wants & OPTIONAL) === 0) return false;
    step += STEP_BYTES;
  }
}

/** Behind what a step asks for; 0: it isn't there. */
function behindStep(wants: u32, step: usize, start: usize, end: usize): usize {
  const length = load<usize>(step, LENGTH);
  if (start + length > end || !same(start, load<usize>(step, PLACE), length)) return 0;
  const at = start + length;
  if (wants === BYTES) return at;
  return wants === TEXT_FIELD ? behindText(at, end) : behindNumber(at, end);
}

function behindText(start: usize, end: usize): usize {
  if (byteAt(start, end) !== QUOTE) return 0;
  const quote = i8x16.splat(QUOTE);
  const backslash = i8x16.splat(BACKSLASH);
  for (let at = start + 1; at < end; at += 16) {
    const bytes = v128.load(at);
    const found = i8x16.bitmask(v128.or(i8x16.eq(bytes, quote), i8x16.eq(bytes, backslash)));
    if (found === 0) continue;
    const place = at + ctz(found);
    return byteAt(place, end) === QUOTE && byteAt(place + 1, end) === COMMA ? place + 2 : 0;
  }
  return 0;
}

function behindNumber(start: usize, end: usize): usize {
  let at = start;
  while (isDigit(byteAt(at, end))) at += 1;
  return byteAt(at, end) === COMMA ? at + 1 : 0;
}
