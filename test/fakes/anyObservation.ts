/** Arbitrary observations, with any text and any number in them. */
import fc from 'fast-check';
import type { Observation } from '../../src/core/ledger/event.ts';
import { USAGE_KINDS } from '../../src/core/usage.ts';

const EDGES = [0, -0, 9, 10, 99_999_999, 1e8, 1e8 + 1, 123_456_789_012, 1e16, 1e21, 0.5, -1, Number.NaN, Infinity];
const { MAX_SAFE_INTEGER: MOST } = Number;

const number = fc.oneof(
  { weight: 6, arbitrary: fc.nat() },
  { weight: 3, arbitrary: fc.maxSafeNat() },
  { weight: 1, arbitrary: fc.double() },
  { weight: 1, arbitrary: fc.constantFrom(...EDGES, MOST, MOST + 1) },
);
const text = fc.oneof(
  { weight: 6, arbitrary: fc.string({ unit: fc.constantFrom(...'abcXYZ019:_-/. ~\u007f'), maxLength: 70 }) },
  { weight: 1, arbitrary: fc.string({ maxLength: 40 }) },
  { weight: 1, arbitrary: fc.string({ unit: fc.constantFrom('a', '"', '\\', '\n', '\u001f'), maxLength: 40 }) },
  { weight: 1, arbitrary: fc.string({ unit: fc.constantFrom('é', '日', '😀', '\ud83d', '\ude00'), maxLength: 9 }) },
);
const maybe = <Value>(value: fc.Arbitrary<Value>) => fc.option(value, { nil: undefined });
const few = fc.constantFrom('one', 'two', 'three');

const facts = fc.record(
  {
    agent: few,
    sessionId: few,
    runId: few,
    parentRunId: few,
    taskId: few,
    subagentId: few,
    model: few,
    servedModel: few,
    folder: text,
    billable: fc.boolean(),
  },
  { requiredKeys: ['agent'], noNullPrototype: true },
);

const anyFields = fc.record(
  {
    kind: fc.constantFrom('settled', 'settled', 'failed'),
    at: number,
    callId: text,
    source: few,
    facts,
    identities: maybe(fc.array(text, { maxLength: 4 })),
    scope: maybe(fc.constantFrom('step', 'run')),
    usage: maybe(
      fc.record(Object.fromEntries(USAGE_KINDS.map((kind) => [kind, number])), {
        requiredKeys: [],
        noNullPrototype: true,
      }),
    ),
    usageBasis: maybe(fc.constantFrom('reported', 'counted')),
    billedNanoCredits: fc.option(number, { freq: 9, nil: undefined }),
    cost: maybe(
      fc.record(
        {
          nanoCredits: number,
          confidence: fc.constantFrom('billed', 'priced', 'estimated', 'unknown'),
          priceBook: few,
          pricedAt: fc.constantFrom(1, 2),
        },
        { requiredKeys: ['confidence'], noNullPrototype: true },
      ),
    ),
    latency: fc.option(fc.constant({ totalMs: 7 }), { freq: 9, nil: undefined }),
    tools: maybe(fc.array(fc.constantFrom('Read', 'Edit', '"'), { maxLength: 3 })),
    finish: maybe(fc.constantFrom('stop', 'toolCalls')),
    fault: fc.constantFrom('unreachable', 'unauthorized', 'other'),
  },
  { noNullPrototype: true },
);

/** Of an id with two parts, as Claude Code's: most identities are these behind words of their own. */
export const anyNames = fc
  .record({ parts: fc.tuple(text, text), end: fc.constantFrom('', '', 'x', undefined), of: few })
  .map(({ parts: [first, second], end, of }) => ({
    callId: `${of}:${first}:${second}`,
    identities: [`message:${first}`, end === undefined ? `request:${second.slice(0, -1)}!` : `request:${second}${end}`],
  }));

/** What is `undefined` is left out, as importers do. */
export const anyObservation: fc.Arbitrary<Observation> = fc
  .tuple(anyFields, maybe(anyNames))
  .map(([{ fault, ...fields }, names]) => {
    const all = { ...fields, ...names, ...(fields.kind === 'failed' ? { fault } : {}) };
    return Object.fromEntries(Object.entries(all).filter(([, value]) => value !== undefined)) as unknown as Observation;
  });
