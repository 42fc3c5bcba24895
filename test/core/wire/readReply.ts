/** Reads replies whole, cut and damaged. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import type { ReplyReader, ReplyStep } from '../../../src/core/wire/reply.ts';

/** A recorded or documented body; see test/fixtures/providers/README.md. */
export function fixture(path: string): Uint8Array {
  return readFileSync(new URL(`../../fixtures/providers/${path}`, import.meta.url));
}

/** Without fields that are undefined. */
export function bare<Value>(value: Value): Value {
  return JSON.parse(JSON.stringify(value)) as Value;
}

export function readAll(reader: ReplyReader, chunks: readonly (Uint8Array | string)[]): readonly ReplyStep[] {
  return [...chunks.flatMap((chunk) => reader.push(chunk)), ...reader.end()];
}

export function textOf(steps: readonly ReplyStep[]): string {
  return steps.map((step) => (step.kind === 'text' ? step.text : '')).join('');
}

function isLast(step: ReplyStep | undefined): boolean {
  return step?.kind === 'finished' || step?.kind === 'fault';
}

/** In two pieces, cut anywhere, a body reads as it does whole; cut off anywhere, it reads as far and then as broken off. */
export function assertReadsInPieces(createReader: () => ReplyReader, body: Uint8Array): void {
  const whole = readAll(createReader(), [body]);
  const content = whole.filter((step) => !isLast(step));
  const ending = whole.at(-1);
  assert.ok(isLast(ending));
  for (let cut = 0; cut <= body.length; cut += 1) {
    const [head, tail] = [body.subarray(0, cut), body.subarray(cut)];
    assert.deepEqual(readAll(createReader(), [head, tail]), whole, `in two at byte ${cut}`);
    const steps = readAll(createReader(), [head]);
    const got = steps.filter((step) => !isLast(step));
    const last = steps.at(-1);
    assert.deepEqual(got, content.slice(0, got.length), `cut off at byte ${cut}`);
    if (last?.kind === 'fault' && ending?.kind !== 'fault')
      assert.equal(last.fault, 'brokenOff', `cut off at byte ${cut}`);
    if (last?.kind !== 'finished') continue;
    assert.equal(got.length, content.length, `finished too early, cut off at byte ${cut}`);
    assert.equal(last.reason, ending?.kind === 'finished' ? ending.reason : undefined);
  }
  const bytes = [...body].map((byte) => Uint8Array.of(byte));
  assert.deepEqual(readAll(createReader(), bytes), whole, 'byte by byte');
}

/** Whatever comes, the reader doesn't throw and ends in exactly one `finished` or fault. */
export function assertNeverThrows(createReader: () => ReplyReader, bodies: readonly Uint8Array[]): void {
  const noise = fc.array(fc.uint8Array({ maxLength: 40 }), { maxLength: 6 });
  const damaged = fc
    .tuple(fc.constantFrom(...bodies), fc.array(fc.tuple(fc.nat(), fc.integer({ min: 0, max: 255 })), { maxLength: 8 }))
    .map(([body, damages]) => {
      const copy = Uint8Array.from(body);
      for (const [at, byte] of damages) copy[at % copy.length] = byte;
      return [copy];
    });
  const shaped = fc
    .array(fc.jsonValue())
    .map((values) => [
      new TextEncoder().encode(
        values.map((value) => `data: ${JSON.stringify(value)}\n\n${JSON.stringify(value)}\n`).join(''),
      ),
    ]);
  fc.assert(
    fc.property(fc.oneof(noise, damaged, shaped), (chunks) => {
      const steps = readAll(createReader(), chunks);
      assert.ok(isLast(steps.at(-1)));
      assert.equal(steps.filter(isLast).length, 1);
    }),
    { numRuns: 300 },
  );
}

/** Random cuts of a text, also inside a character. */
export function chunked(body: string): fc.Arbitrary<readonly Uint8Array[]> {
  const bytes = new TextEncoder().encode(body);
  return fc.array(fc.nat(bytes.length), { maxLength: 8 }).map((cuts) => {
    const places = [0, ...cuts.toSorted((a, b) => a - b), bytes.length];
    return places.slice(1).map((end, index) => bytes.subarray(places[index], end));
  });
}
