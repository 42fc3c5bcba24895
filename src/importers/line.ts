/** What readers of line-based logs share: a cheap look at the bytes, and careful steps into what JSON.parse gives. */
import { Buffer } from 'node:buffer';
import type { LineResult } from '../ports.ts';

export type JsonObject = Readonly<Record<string, unknown>>;

/** A line that tells nothing of model calls. */
export const NOTHING: LineResult = { observations: [] };

/** A needle for {@link contains}: bytes that a line must have to be worth parsing. */
export function needle(text: string): Buffer {
  return Buffer.from(text);
}

/** Whether the line has the needle's bytes; decodes and copies nothing. */
export function contains(line: Uint8Array, bytes: Buffer): boolean {
  return asBuffer(line).includes(bytes);
}

/** The line's text; bytes that aren't UTF-8 become U+FFFD. */
export function textOf(line: Uint8Array): string {
  return asBuffer(line).toString('utf8');
}

/** The JSON object in a line; undefined where there is none. Never throws. */
export function parseObject(line: Uint8Array): JsonObject | undefined {
  return objectIn(parseValue(textOf(line)));
}

/** The value that a text is the JSON of; undefined where it is none. Never throws. */
export function parseValue(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

export function objectIn(value: unknown): JsonObject | undefined {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as JsonObject) : undefined;
}

/** A text that isn't empty. */
export function textIn(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}

export function numberIn(value: unknown): number | undefined {
  return typeof value === 'number' && Number.isFinite(value) ? value : undefined;
}

export function listIn(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

/** Epoch milliseconds of an ISO time, or of SQLite's `YYYY-MM-DD HH:MM:SS`, which is UTC. */
export function instantIn(value: unknown): number | undefined {
  if (typeof value !== 'string') return undefined;
  const at = instantOf(value);
  if (at !== undefined) return at;
  const iso = value[10] === ' ' && /^\d{4}-\d\d-\d\d \d\d:\d\d/.test(value) ? `${value.replace(' ', 'T')}Z` : value;
  const parsed = Date.parse(iso);
  return Number.isNaN(parsed) ? undefined : parsed;
}

let latestDay = '';
let latestDayAt = 0;

/** Of a time as most logs write it, `YYYY-MM-DDTHH:MM:SS.mmmZ`, on the day of the one before; undefined: it is another. */
function instantOf(text: string): number | undefined {
  if (text.length !== 24 || text[10] !== 'T' || text[13] !== ':' || text[16] !== ':' || text[19] !== '.')
    return undefined;
  if (text[23] !== 'Z') return undefined;
  const hours = digitsAt(text, 11, 2);
  const minutes = digitsAt(text, 14, 2);
  const seconds = digitsAt(text, 17, 2);
  const milliseconds = digitsAt(text, 20, 3);
  // A text that has no digits there is no number either.
  if (!(hours < 24 && minutes < 60 && seconds < 60 && milliseconds < 1000)) return undefined;
  if (!text.startsWith(latestDay) || latestDay === '') {
    const day = text.slice(0, 10);
    const dayAt = Date.parse(`${day}T00:00:00.000Z`);
    if (Number.isNaN(dayAt)) return undefined;
    [latestDay, latestDayAt] = [day, dayAt];
  }
  return latestDayAt + ((hours * 60 + minutes) * 60 + seconds) * 1000 + milliseconds;
}

/** NaN where other characters stand there. */
function digitsAt(text: string, start: number, length: number): number {
  let value = 0;
  for (let index = start; index < start + length; index += 1) {
    const digit = text.charCodeAt(index) - 0x30;
    if (digit < 0 || digit > 9) return Number.NaN;
    value = value * 10 + digit;
  }
  return value;
}

/** The object without its undefined members, so that equal observations are deeply equal whatever made them. */
export function compact<T extends object>(object: T): T {
  let isFull = true;
  for (const key in object) if (object[key] === undefined) isFull = false;
  if (isFull) return object;
  const full: Partial<T> = {};
  for (const key in object) if (object[key] !== undefined) full[key] = object[key];
  return full as T;
}

/** The same memory. */
export function asBuffer(line: Uint8Array): Buffer {
  return Buffer.isBuffer(line) ? line : Buffer.from(line.buffer, line.byteOffset, line.byteLength);
}
