import type { Json, JsonObject } from '../chat.ts';

/** Parsed JSON, or undefined where the text isn't JSON (`null` is JSON). */
export function parseJson(text: string): Json | undefined {
  try {
    return JSON.parse(text) as Json;
  } catch {
    return undefined;
  }
}

export function isJsonObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The object that a text holds; undefined where it isn't a JSON object. */
export function parseJsonObject(text: string): JsonObject | undefined {
  const value = parseJson(text);
  return isJsonObject(value) ? value : undefined;
}

/** The object without its undefined fields: vendors take a field that is there as meant. */
export function withoutUndefined<T extends object>(value: T): JsonObject {
  return Object.fromEntries(Object.entries(value).filter(([, field]) => field !== undefined)) as JsonObject;
}
