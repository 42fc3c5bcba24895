import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import {
  addMoney,
  type Confidence,
  dollarsToNanoCredits,
  formatCredits,
  formatMoneySum,
  joinMoney,
  type MoneySum,
  NANO_PER_CREDIT,
  NO_MONEY,
  surer,
  weaker,
} from '../../src/core/money.ts';

const confidences: readonly Confidence[] = ['billed', 'priced', 'estimated', 'unknown'];
const confidence = fc.constantFrom(...confidences);
const part = fc.record({ nano: fc.option(fc.integer({ min: 0, max: 1e12 }), { nil: undefined }), confidence });

function sumOf(parts: readonly { nano: number | undefined; confidence: Confidence }[]): MoneySum {
  return parts.reduce((sum, each) => addMoney(sum, each.nano, each.confidence), NO_MONEY);
}

test('of two confidences the weaker is one of them, and not surer than either', () => {
  fc.assert(
    fc.property(confidence, confidence, (a, b) => {
      const result = weaker(a, b);
      assert.ok(result === a || result === b);
      assert.ok(!surer(result, a) && !surer(result, b));
      assert.equal(result, weaker(b, a));
    }),
  );
  assert.ok(surer('billed', 'priced') && surer('priced', 'estimated') && surer('estimated', 'unknown'));
  assert.ok(!surer('priced', 'priced'));
});

test('a sum counts what nobody knows instead of taking it for 0', () => {
  assert.deepEqual(
    sumOf([
      { nano: 5, confidence: 'billed' },
      { nano: undefined, confidence: 'billed' },
    ]),
    {
      nanoCredits: 5,
      confidence: 'billed',
      unknown: 1,
    },
  );
  assert.deepEqual(sumOf([{ nano: 5, confidence: 'unknown' }]), { ...NO_MONEY, unknown: 1 });
  assert.deepEqual(sumOf([{ nano: 0, confidence: 'estimated' }]), {
    nanoCredits: 0,
    confidence: 'estimated',
    unknown: 0,
  });
});

test('sums of parts join to the sum of all, in any grouping and order', () => {
  fc.assert(
    fc.property(fc.array(part), fc.array(part), fc.array(part), (a, b, c) => {
      const all = sumOf([...a, ...b, ...c]);
      assert.deepEqual(joinMoney(joinMoney(sumOf(a), sumOf(b)), sumOf(c)), all);
      assert.deepEqual(joinMoney(sumOf(a), joinMoney(sumOf(c), sumOf(b))), all);
      assert.deepEqual(joinMoney(all, NO_MONEY), all);
      const known = [...a, ...b, ...c].filter((each) => each.nano !== undefined && each.confidence !== 'unknown');
      assert.equal(all.unknown + known.length, a.length + b.length + c.length);
    }),
  );
});

test('dollars become whole nano-credits', () => {
  assert.equal(dollarsToNanoCredits(0.01), NANO_PER_CREDIT);
  assert.equal(dollarsToNanoCredits(3e-6), 300_000); // $3 per million tokens, one token
  assert.equal(dollarsToNanoCredits(0.1 + 0.2), 30 * NANO_PER_CREDIT);
  assert.equal(dollarsToNanoCredits(1e-12), 0);
});

test('credits as a person reads them', () => {
  const shown: readonly (readonly [number, string])[] = [
    [0, '0'],
    [-0, '0'],
    [1e-9, '< 0.001'],
    [0.000_999_9, '< 0.001'],
    [0.001, '0.001'],
    [0.004, '0.004'],
    [0.0126, '0.013'],
    [0.384, '0.38'],
    [0.994, '0.99'],
    [0.996, '1.0'],
    [1, '1.0'],
    [3.84, '3.8'],
    [9.94, '9.9'],
    [9.96, '10'],
    [38.4, '38'],
    [1240.4, '1,240'],
    [1_234_567, '1,234,567'],
    [-0.0004, '> −0.001'],
    [-3.84, '−3.8'],
    [-1240, '−1,240'],
  ];
  for (const [credits, text] of shown) assert.equal(formatCredits(credits * NANO_PER_CREDIT), text, String(credits));
});

test('a figure that is not 0 never reads as 0, and a greater one never reads as less', () => {
  const read = (text: string) => Number(text.replace('< 0.001', '0.0005').replaceAll(',', ''));
  const amount = fc.oneof(
    fc.integer({ min: 1, max: 1e7 }),
    fc.integer({ min: 1, max: 1e11 }),
    fc.integer({ min: 1, max: 9e15 }),
  );
  fc.assert(
    fc.property(amount, amount, (a, b) => {
      assert.ok(read(formatCredits(a)) > 0, formatCredits(a));
      const [less, more] = a < b ? [a, b] : [b, a];
      assert.ok(read(formatCredits(less)) <= read(formatCredits(more)));
      const size = a / NANO_PER_CREDIT;
      if (size >= 0.001)
        assert.ok(Math.abs(read(formatCredits(a)) - size) <= size * 0.0501, `${size}: ${formatCredits(a)}`);
    }),
    { numRuns: 2000 },
  );
});

test('a sum shows how sure it is', () => {
  const nanoCredits = 184 * NANO_PER_CREDIT;
  assert.equal(formatMoneySum({ nanoCredits, confidence: 'billed', unknown: 0 }), '184 cr');
  assert.equal(formatMoneySum({ nanoCredits, confidence: 'priced', unknown: 0 }), '184 cr');
  assert.equal(formatMoneySum({ nanoCredits, confidence: 'estimated', unknown: 0 }), '≈ 184 cr');
  assert.equal(formatMoneySum({ nanoCredits, confidence: 'billed', unknown: 2 }), '184 cr + ?');
  assert.equal(formatMoneySum({ nanoCredits, confidence: 'estimated', unknown: 1 }), '≈ 184 cr + ?');
});
