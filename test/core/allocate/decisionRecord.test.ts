import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { choose } from '../../../src/core/allocate/choose.ts';
import { decisionRecord, readCandidates } from '../../../src/core/allocate/decisionRecord.ts';
import { explore } from '../../../src/core/allocate/explore.ts';
import { eventSchemas } from '../../../src/core/ledger/event.ts';
import { answer, CREDIT, FREE, predictions, prices } from './predictions.ts';

const { decisionSchema } = eventSchemas();

describe('decisionRecord', () => {
  it('fits the ledger’s event, and is read back as it was written', () => {
    fc.assert(
      fc.property(predictions, prices, fc.double({ min: 0, max: 0.999, noNaN: true }), (list, at, chance) => {
        const decision = choose(list, { valueNanoCredits: 50 * CREDIT, prices: at });
        const record = decisionRecord(decision, explore(decision, { chance, learningNanoCredits: CREDIT }));
        const event = JSON.parse(
          JSON.stringify({
            kind: 'decision',
            callId: 'd',
            at: 1,
            source: 'marginal',
            facts: { agent: 'vscode-chat' },
            ...record,
          }),
        );
        const { candidates } = decisionSchema.parse(event);
        const read = readCandidates(candidates);
        assert.deepEqual(read, event.candidates);
        const chances = read.reduce((sum, each) => sum + (each.propensity ?? 0), 0);
        assert.ok(Math.abs(chances - 1) < 1e-9);
      }),
    );
  });

  it('says that something else was tried', () => {
    const decision = choose([answer('small', 0.5, 1), answer('large', 0.5, 1.1)], {
      valueNanoCredits: 50 * CREDIT,
      prices: { ...FREE, kappa: 1 },
    });
    const tried = decisionRecord(decision, explore(decision, { chance: 0, learningNanoCredits: CREDIT }));
    assert.equal(tried.choice, 'large');
    assert.match(tried.reason, /^Answer with small.*Something else was tried/);
    assert.equal(decisionRecord(decision).choice, 'small');
  });

  it('candidates that can’t be read are left out, and lose none beside them', () => {
    assert.deepEqual(readCandidates([{ nothing: 1 }, { use: { kind: 'stop' }, quality: 0 }, 'x']), [
      { use: { kind: 'stop' }, quality: 0 },
    ]);
    assert.deepEqual(readCandidates(undefined), []);
  });
});
