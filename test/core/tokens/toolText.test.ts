import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { JsonObject } from '../../../src/core/chat.ts';
import { toolAsJson, toolsAsDeclarations } from '../../../src/core/tokens/toolText.ts';

test('tools are written as the published declarations', () => {
  const text = toolsAsDeclarations([
    { name: 'get_location', description: 'Gets the location of the user.' },
    {
      name: 'get_current_weather',
      description: 'Gets the current weather in the provided location.',
      inputSchema: {
        type: 'object',
        properties: {
          location: { type: 'string', description: 'The city and state, e.g. San Francisco, CA' },
          format: { type: 'string', enum: ['celsius', 'fahrenheit'], default: 'celsius' },
          days: { type: 'array', items: { type: 'integer' } },
          place: { type: ['object', 'null'], properties: { x: { type: 'number' } }, required: ['x'] },
        },
        required: ['location'],
      },
    },
  ]);
  assert.equal(
    text,
    `# Tools

## functions

namespace functions {

// Gets the location of the user.
type get_location = () => any;

// Gets the current weather in the provided location.
type get_current_weather = (_: {
// The city and state, e.g. San Francisco, CA
location: string,
format?: "celsius" | "fahrenheit", // default: "celsius"
days?: number[],
place?: {
x: number,
} | null,
}) => any;

} // namespace functions`,
  );
});

test('a tool as JSON holds its schema', () => {
  assert.equal(
    toolAsJson({ name: 'ls', description: 'Lists.' }),
    '{"name":"ls","description":"Lists.","input_schema":{"type":"object","properties":{}}}',
  );
});

test('any JSON for a schema is written without an error', () => {
  fc.assert(
    fc.property(fc.dictionary(fc.string(), fc.jsonValue()), fc.jsonValue(), (schema, property) => {
      for (const inputSchema of [schema, { type: 'object', properties: { x: property } }] as JsonObject[]) {
        assert.ok(toolsAsDeclarations([{ name: 'tool', description: '', inputSchema }]).includes('type tool = ('));
      }
    }),
  );
});

test('a schema that refers to itself without end is cut', () => {
  const schema: Record<string, unknown> = { type: 'array' };
  schema.items = schema;
  const tool = { name: 'tool', description: '', inputSchema: { type: 'object', properties: { x: schema } } };
  assert.ok(toolsAsDeclarations([tool as never]).length < 1000);
});
