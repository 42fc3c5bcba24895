/** Conversations and replies for the properties of the wire formats. */
import fc from 'fast-check';
import type { ChatMessage, ChatPart, ChatRequest, Json, JsonObject, ReplyPart } from '../../../src/core/chat.ts';

/** With letters, so that no format takes it for blank. */
export const text = fc
  .tuple(fc.constantFrom('a', 'ß', '語', '🙂'), fc.string({ unit: 'binary', maxLength: 12 }))
  .map(([a, b]) => a + wellFormed(b));

function wellFormed(value: string): string {
  return value.toWellFormed();
}

const json: fc.Arbitrary<Json> = fc
  .jsonValue({ maxDepth: 2 })
  .map((value) => JSON.parse(JSON.stringify(value)) as Json);
export const input: fc.Arbitrary<JsonObject> = fc
  .array(fc.tuple(fc.stringMatching(/^[a-z]{1,6}$/), json), { maxLength: 3 })
  .map((entries) => Object.fromEntries(entries) as JsonObject);
const toolName = fc.constantFrom('read_file', 'run', 'edit');
const PNG = [0x89, 0x50, 0x4e, 0x47];
const image = fc
  .uint8Array({ maxLength: 9 })
  .map((bytes) => ({ kind: 'image' as const, mimeType: 'image/png', data: Uint8Array.from([...PNG, ...bytes]) }));
const textPart = text.map((value) => ({ kind: 'text' as const, text: value }));

export interface Features {
  /** How thinking of earlier turns can stand in the format. */
  readonly thinking?: 'text' | 'signed';
  readonly isError?: boolean;
  readonly efforts?: readonly ChatRequest['reasoningEffort'][];
  readonly required?: boolean;
}

interface Round {
  readonly said: readonly ChatPart[];
  readonly thought: readonly ChatPart[];
  readonly answer: readonly ChatPart[];
  readonly calls: readonly {
    readonly name: string;
    readonly input: JsonObject;
    readonly result: string;
    readonly isError: boolean;
  }[];
}

function round({ thinking }: Features): fc.Arbitrary<Round> {
  const thought: fc.Arbitrary<ChatPart> =
    thinking === 'signed'
      ? fc.oneof(
          fc.record({ kind: fc.constant('thinking' as const), text, signature: fc.constant('c2ln') }),
          fc.constant({ kind: 'thinking' as const, text: '', redacted: 'b3BhcXVl' }),
        )
      : text.map((value) => ({ kind: 'thinking' as const, text: value }));
  return fc.record({
    said: fc.tuple(textPart, fc.array(image, { maxLength: 2 })).map(([first, images]) => [first, ...images]),
    thought: thinking ? fc.array(thought, { maxLength: 1 }) : fc.constant([]),
    answer: fc.array(textPart, { maxLength: 1 }),
    calls: fc.array(fc.record({ name: toolName, input, result: text, isError: fc.boolean() }), { maxLength: 3 }),
  });
}

function toMessages(rounds: readonly Round[], features: Features): ChatMessage[] {
  return rounds.flatMap(({ said, thought, answer, calls }, turn): ChatMessage[] => {
    const spoken = answer.length === 0 && calls.length === 0 ? [{ kind: 'text' as const, text: 'ok' }] : answer;
    const callIds = calls.map((_, index) => `call_${turn}_${index}`);
    return [
      { role: 'user', content: said },
      {
        role: 'assistant',
        content: [
          ...thought,
          ...spoken,
          ...calls.map((call, index) => ({
            kind: 'toolCall' as const,
            callId: callIds[index] ?? '',
            name: call.name,
            input: call.input,
          })),
        ],
      },
      ...(calls.length > 0
        ? [
            {
              role: 'user' as const,
              content: calls.map((call, index) => ({
                kind: 'toolResult' as const,
                callId: callIds[index] ?? '',
                content: [{ kind: 'text' as const, text: call.result }],
                ...(features.isError && call.isError ? { isError: true } : {}),
              })),
            },
          ]
        : []),
    ];
  });
}

/** Conversations in the shape in which a format gives them back unchanged. */
export function plainRequest(features: Features): fc.Arbitrary<ChatRequest> {
  return fc
    .record({
      model: fc.constantFrom('m', 'qwen3:8b', 'anthropic/claude'),
      system: fc.option(text, { nil: undefined }),
      rounds: fc.array(round(features), { maxLength: 3 }),
      last: text,
      tools: fc.array(
        fc.record({
          name: toolName,
          description: text,
          inputSchema: fc.option(
            input.map((properties) => ({ type: 'object', properties, required: ['x'] })),
            { nil: undefined },
          ),
        }),
        { maxLength: 2 },
      ),
      required: fc.boolean(),
      maxOutputTokens: fc.integer({ min: 1, max: 9000 }),
      temperature: fc.option(fc.constantFrom(0, 0.5, 1), { nil: undefined }),
      reasoningEffort: fc.constantFrom(...(features.efforts ?? [undefined])),
    })
    .map(({ system, rounds, last, required, ...rest }) => ({
      ...rest,
      messages: [
        ...(system === undefined
          ? []
          : [{ role: 'system' as const, content: [{ kind: 'text' as const, text: system }] }]),
        ...toMessages(rounds, features),
        // Two user turns in a row are one in some formats.
        ...((rounds.at(-1)?.calls.length ?? 0) > 0
          ? []
          : [{ role: 'user' as const, content: [{ kind: 'text' as const, text: last }] }]),
      ],
      toolMode: features.required && required && rest.tools.length > 0 ? ('required' as const) : ('auto' as const),
    }));
}

const anyText = fc.oneof(text, fc.constantFrom('', ' ', '\n')).map((value) => ({ kind: 'text' as const, text: value }));
const mark = fc.constant({ kind: 'cacheMark' as const });
const callId = fc.constantFrom('c1', 'c2', 'c3', 'with space:1');

/** Any conversation that the types allow, sensible or not. */
export const anyRequest: fc.Arbitrary<ChatRequest> = fc.record({
  model: fc.constant('m'),
  messages: fc.array(
    fc.oneof(
      fc.record({ role: fc.constant('system' as const), content: fc.array(fc.oneof(anyText, mark), { maxLength: 3 }) }),
      fc.record({
        role: fc.constant('user' as const),
        content: fc.array(
          fc.oneof(
            anyText,
            image,
            mark,
            fc.record({
              kind: fc.constant('toolResult' as const),
              callId,
              content: fc.array(fc.oneof(anyText, image), { maxLength: 2 }),
            }),
          ),
          { maxLength: 4 },
        ),
      }),
      fc.record({
        role: fc.constant('assistant' as const),
        content: fc.array(
          fc.oneof(
            anyText,
            mark,
            fc.record({ kind: fc.constant('toolCall' as const), callId, name: toolName, input }),
            text.map((value) => ({ kind: 'thinking' as const, text: value })),
            text.map((value) => ({ kind: 'thinking' as const, text: value, signature: 'c2ln' })),
          ),
          { maxLength: 4 },
        ),
      }),
    ),
    { maxLength: 6 },
  ),
  tools: fc.array(fc.record({ name: toolName, description: fc.string() }), { maxLength: 2 }),
  toolMode: fc.constantFrom('auto' as const, 'required' as const),
  maxOutputTokens: fc.option(fc.integer({ min: 1, max: 9000 }), { nil: undefined }),
});

/** What was said, called, answered and shown, in order, without what a format may choose: blanks and who stands where. */
export function substance(request: ChatRequest): Record<string, readonly string[]> {
  const said: Record<string, string> = { system: '', user: '', assistant: '' };
  const calls: string[] = [];
  const results: string[] = [];
  const images: string[] = [];
  const bare = (value: string) => value.replace(/\s/g, '');
  for (const { role, content } of request.messages) {
    for (const part of content) {
      if (part.kind === 'text') said[role] += bare(part.text);
      if (part.kind === 'image') images.push(part.data.toString());
      if (part.kind === 'toolCall') calls.push(JSON.stringify([part.callId, part.name, part.input]));
      if (part.kind !== 'toolResult') continue;
      const texts = part.content.filter((inner) => inner.kind === 'text').map((inner) => bare(inner.text));
      results.push(`${part.callId}: ${texts.join('')}`);
    }
  }
  return { calls, results, images, said: Object.values(said) };
}

const count = fc.integer({ min: 0, max: 1_000_000 });
const maybe = fc.option(count, { nil: undefined });

/** Replies as a stream brings them. */
export function reply(features: {
  readonly thinking: 'text' | 'signed';
  readonly usageKinds: readonly ('cacheRead' | 'cacheWrite' | 'cacheWriteHour' | 'reasoning')[];
  readonly reasons: readonly ('stop' | 'length' | 'contentFilter' | 'other')[];
}): fc.Arbitrary<readonly ReplyPart[]> {
  const thinking: fc.Arbitrary<ReplyPart[]> = text.chain((value) =>
    features.thinking === 'signed'
      ? fc.constantFrom<ReplyPart[]>(
          [
            { kind: 'thinking', text: value },
            { kind: 'thinking', text: '', signature: 'c2ln' },
          ],
          [{ kind: 'thinking', text: '', redacted: 'b3BhcXVl' }],
        )
      : fc.constant<ReplyPart[]>([{ kind: 'thinking', text: value }]),
  );
  const call: fc.Arbitrary<ReplyPart> = fc.record({
    kind: fc.constant('toolCall' as const),
    callId: fc.constant(''),
    name: toolName,
    input,
  });
  return fc
    .record({
      thinking: fc.array(thinking, { maxLength: 2 }),
      texts: fc.array(text, { maxLength: 4 }),
      calls: fc.array(call, { maxLength: 3 }),
      reason: fc.constantFrom(...features.reasons),
      fresh: count,
      text: count,
      kinds: fc.tuple(maybe, maybe, maybe, maybe),
    })
    .map(({ thinking: thoughts, texts, calls, reason, fresh, text: tokens, kinds }) => {
      const usage: Record<string, number> = { fresh, text: tokens };
      for (const [index, kind] of features.usageKinds.entries()) {
        const figure = kinds[index];
        if (figure !== undefined) usage[kind] = figure;
      }
      return [
        ...thoughts.flat(),
        ...texts.map((value): ReplyPart => ({ kind: 'text', text: value })),
        ...calls.map((part, index) => ({ ...part, callId: `call_${index}` }) as ReplyPart),
        {
          kind: 'finished',
          reason: calls.length > 0 ? 'toolCalls' : reason,
          usage,
          responseId: 'r1',
          servedModel: 'm',
        },
      ];
    });
}
