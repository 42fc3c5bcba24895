import type { JsonObject } from '../chat.ts';

/** What a tool without input is described by: some servers refuse a tool without a schema. */
const NO_INPUT: JsonObject = { type: 'object', properties: {} };

export function toWireSchema(inputSchema: JsonObject | undefined): JsonObject {
  return inputSchema ?? NO_INPUT;
}

/** `schema` is known to be an object or absent. */
export function fromWireSchema(schema: unknown): JsonObject | undefined {
  if (schema === null || schema === undefined) return undefined;
  return JSON.stringify(schema) === JSON.stringify(NO_INPUT) ? undefined : (schema as JsonObject);
}
