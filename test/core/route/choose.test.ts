import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import type { Price } from '../../../src/core/prices/price.ts';
import type { Strength } from '../../../src/core/quality/benchmark.ts';
import {
  type Candidate,
  chooseBest,
  chooseFrugal,
  choosePrior,
  expectedCost,
  type RequestNeed,
  standings,
} from '../../../src/core/route/choose.ts';

const need: RequestNeed = {
  inputTokens: 2_000,
  outputReserveTokens: 1_000,
  expectedOutputTokens: 500,
  tools: true,
  images: false,
};
const tokens = (fresh: number, text: number): Price => ({
  source: 's',
  date: '2026-09-23',
  rate: { kind: 'tokens', tiers: [{ inputTokensAbove: 0, price: { fresh: fresh * 1e5, text: text * 1e5 } }] },
});
const seconds = (creditsPerHour: number): Price => ({
  source: 's',
  date: '2026-11-22',
  rate: { kind: 'seconds', nanoCreditsPerSecond: (creditsPerHour * 1e9) / 3600 },
});
const strength = (passRate: number, basis: Strength['basis'] = 'measured'): Strength => ({
  passRate,
  basis,
  date: '2025-08-23',
  source: 'Aider',
  matchedAs: 'row',
});

const able = { contextTokens: 100_000, tools: true, images: true };
const base = { endpointId: 'openai', endpointLabel: 'OpenAI', local: false };
const mini: Candidate = {
  ...base,
  model: { ...able, name: 'gpt-5-mini' },
  price: tokens(0.25, 2),
  strength: strength(41, 'inherited'),
};
const large: Candidate = {
  ...base,
  model: { ...able, name: 'gpt-5.5' },
  price: tokens(5, 30),
  strength: strength(94, 'inherited'),
};
const own: Candidate = {
  endpointId: 'ollama',
  endpointLabel: 'Ollama',
  local: true,
  model: { ...able, name: 'qwen3:8b' },
  price: seconds(0.3),
  strength: strength(8, 'parameters'),
};
const demo: Candidate = {
  ...base,
  endpointId: 'demo',
  endpointLabel: 'Demo',
  demo: true,
  model: { ...able, name: 'demo' },
  price: tokens(0, 0),
  strength: strength(99),
};
const { price: _price, ...unpriced } = { ...mini, model: { ...able, name: 'mystery' }, strength: strength(60) };
const names = (list: readonly Candidate[]) => list.map(({ model }) => model.name);
const order = (list: readonly { readonly candidate: Candidate }[]) => names(list.map(({ candidate }) => candidate));

describe('chooseFrugal', () => {
  it('takes the least expected cost; an unknown price after every known one, a demonstration last', () => {
    const route = chooseFrugal([demo, unpriced, large, mini, own], need);
    assert.deepEqual(order(route.ranked), ['qwen3:8b', 'gpt-5-mini', 'gpt-5.5', 'mystery', 'demo']);
    assert.equal(route.choice, own);
    assert.equal(route.runnerUp, mini);
  });

  it('takes own hardware only where it is cheaper', () => {
    assert.equal(chooseFrugal([{ ...own, price: seconds(500) }, mini], need).choice, mini);
  });

  it('weighs input and output as the request has them', () => {
    const longIn = { ...mini, model: { ...able, name: 'cheap-in' }, price: tokens(1, 50) };
    const longOut = { ...mini, model: { ...able, name: 'cheap-out' }, price: tokens(2, 10) };
    assert.equal(
      chooseFrugal([longIn, longOut], { ...need, inputTokens: 90_000, expectedOutputTokens: 10 }).choice,
      longIn,
    );
    assert.equal(
      chooseFrugal([longIn, longOut], { ...need, inputTokens: 100, expectedOutputTokens: 900 }).choice,
      longOut,
    );
  });

  it('takes the stronger of two that cost the same', () => {
    const twin = { ...mini, model: { ...able, name: 'aaa' }, strength: strength(10) };
    assert.equal(chooseFrugal([twin, mini], need).choice, mini);
  });
});

describe('chooseBest', () => {
  it('takes the strongest; of unknown strength after the rest, a demonstration last', () => {
    const { strength: _strength, ...untold } = { ...large, model: { ...able, name: 'untold' } };
    assert.deepEqual(order(chooseBest([demo, untold, own, mini, large], need).ranked), [
      'gpt-5.5',
      'gpt-5-mini',
      'qwen3:8b',
      'untold',
      'demo',
    ]);
  });

  it('takes the cheaper of two equally strong, and a known price before an unknown', () => {
    const twin = { ...large, model: { ...able, name: 'aaa' }, price: tokens(6, 30) };
    const { price: _unknown, ...mystery } = { ...large, model: { ...able, name: 'aab' } };
    assert.deepEqual(order(chooseBest([mystery, twin, large], need).ranked), ['gpt-5.5', 'aaa', 'aab']);
  });
});

describe('both', () => {
  it('leave out what cannot take the request or is down, and say why', () => {
    const short = { ...own, model: { ...own.model, contextTokens: 2_048 } };
    const toolless = { ...large, model: { ...large.model, tools: false } };
    const down = { ...mini, healthy: false };
    const route = chooseBest([short, toolless, down, demo], need);
    assert.deepEqual(
      route.excluded.map(({ why }) => why),
      ['needs 3k tokens, takes 2k', 'takes no tools', 'OpenAI is down'],
    );
    assert.equal(route.choice, demo);
  });

  it('take one that is not known to fit only where none is known to, before a demonstration', () => {
    const doubtful = { ...mini, model: { name: 'doubtful', contextTokens: 100_000 } };
    assert.equal(chooseFrugal([doubtful, large], need).choice, large);
    const route = chooseFrugal([doubtful, demo], need);
    assert.equal(route.choice, doubtful);
    assert.match(route.reason, /none is known to fit, and of this one it is not known whether it takes tools/);
  });

  it('keep what the caller puts into a candidate', () => {
    const [mine] = [{ ...mini, id: 'openai/gpt-5-mini' }];
    assert.equal(chooseBest([mine], need).choice?.id, 'openai/gpt-5-mini');
  });
});

describe('the sentence', () => {
  it('of Frugal gives cost and the next', () => {
    assert.equal(
      chooseFrugal([own, mini, large, unpriced], need).reason,
      'qwen3:8b on Ollama: cheapest of 4 that fit (0.0026 credits; next gpt-5-mini on OpenAI, 0.15 credits).',
    );
  });

  it('of Best gives strength, on what it rests, and cost', () => {
    assert.equal(
      chooseBest([own, large], need).reason,
      'gpt-5.5 on OpenAI: strongest of 2 that fit (≈ 94 % of the Aider polyglot exercises, estimated from an earlier model of its line; 2.5 credits; next qwen3:8b on Ollama, ≈ 8 % of the Aider polyglot exercises, guessed from its size; 0.0026 credits).',
    );
  });

  it('names an endpoint that is down', () => {
    assert.equal(
      chooseFrugal([own, { ...mini, healthy: false }], need).reason,
      'qwen3:8b on Ollama: the only one that fits (0.0026 credits). OpenAI is down.',
    );
  });

  it('says what to do where nothing can serve', () => {
    assert.equal(chooseFrugal([], need).reason, 'No model is set up: add a model endpoint.');
    const short = { ...own, model: { ...own.model, contextTokens: 1_000 } };
    assert.equal(
      chooseBest([short], need).reason,
      'No model can take this request (qwen3:8b: needs 3k tokens, takes 1k): shorten it, or add another model endpoint.',
    );
    assert.equal(chooseBest([short], need).choice, undefined);
    assert.match(chooseBest([{ ...mini, healthy: false }], need).reason, /OpenAI is down/);
  });

  it('never calls an unknown price nothing', () => {
    assert.match(chooseFrugal([unpriced], need).reason, /price unknown/);
  });
});

const anyCandidate: fc.Arbitrary<Candidate> = fc
  .record({
    name: fc.constantFrom('a', 'b', 'c', 'd', 'e'),
    endpointId: fc.constantFrom('x', 'y', 'z'),
    contextTokens: fc.constantFrom(undefined, 1_000, 50_000),
    tools: fc.constantFrom(undefined, true, false),
    price: fc.oneof(
      fc.constant(undefined),
      fc.nat(20).map((dollars) => tokens(dollars, dollars * 4)),
      fc.nat(400).map(seconds),
    ),
    demo: fc.constantFrom(undefined, true),
    healthy: fc.constantFrom(undefined, true, false),
    strength: fc.option(
      fc.nat(100).map((rate) => strength(rate)),
      { nil: undefined },
    ),
  })
  .map(({ name, endpointId, contextTokens, tools, ...rest }) => ({
    endpointId,
    endpointLabel: endpointId,
    local: false,
    model: { name, contextTokens, tools },
    ...rest,
  }));
const anyCandidates = fc.uniqueArray(anyCandidate, {
  maxLength: 12,
  selector: ({ model, endpointId }) => `${model.name} ${endpointId}`,
});
const policies = [chooseFrugal, chooseBest];

describe('for any candidates', () => {
  it('every one is either ranked or left out with a reason, and there is a sentence', () => {
    fc.assert(
      fc.property(anyCandidates, (candidates) => {
        for (const policy of policies) {
          const { ranked, excluded, choice, reason } = policy(candidates, need);
          assert.equal(ranked.length + excluded.length, candidates.length);
          assert.ok(excluded.every(({ why }) => why !== ''));
          assert.equal(choice, ranked[0]?.candidate);
          assert.match(reason, /\.$/);
        }
      }),
    );
  });

  it('the order in which they are listed changes nothing', () => {
    fc.assert(
      fc.property(
        anyCandidates.chain((list) =>
          fc.tuple(fc.constant(list), fc.shuffledSubarray(list, { minLength: list.length })),
        ),
        ([list, shuffled]) => {
          for (const policy of policies)
            assert.deepEqual(order(policy(list, need).ranked), order(policy(shuffled, need).ranked));
        },
      ),
    );
  });

  it('none that surely fits and has a known price is cheaper than the frugal choice', () => {
    fc.assert(
      fc.property(anyCandidates, (candidates) => {
        const { ranked } = chooseFrugal(candidates, need);
        const [chosen, ...others] = ranked.filter(({ doubt, candidate }) => doubt === undefined && !candidate.demo);
        for (const { nanoCredits } of others) {
          if (nanoCredits === undefined) continue;
          assert.ok(chosen?.nanoCredits !== undefined && chosen.nanoCredits <= nanoCredits);
        }
      }),
    );
  });

  it('a higher price of one never makes the frugal choice that one where it was not, nor its cost fall', () => {
    fc.assert(
      fc.property(anyCandidates, fc.nat(11), fc.integer({ min: 1, max: 50 }), (candidates, index, rise) => {
        const raised = candidates[index];
        if (raised?.price?.rate.kind !== 'tokens') return;
        const price = raised.price.rate.tiers[0]?.price ?? { fresh: 0, text: 0 };
        const dearer = { ...raised, price: tokens(price.fresh / 1e5 + rise, price.text / 1e5 + rise) };
        const before = chooseFrugal(candidates, need);
        const after = chooseFrugal(candidates.with(index, dearer), need);
        if (after.choice === dearer) assert.equal(before.choice, raised);
        const [costBefore, costAfter] = [before.ranked[0]?.nanoCredits, after.ranked[0]?.nanoCredits];
        assert.equal(costBefore === undefined, costAfter === undefined);
        assert.ok((costAfter ?? 0) >= (costBefore ?? 0));
      }),
    );
  });

  it('one that is down is never chosen', () => {
    fc.assert(
      fc.property(anyCandidates, (candidates) =>
        assert.ok(policies.every((policy) => policy(candidates, need).choice?.healthy !== false)),
      ),
    );
  });
});

describe('expectedCost', () => {
  it('uses the measured speed of own hardware where there is one', () => {
    const fast = { ...own, price: seconds(3_600), speed: { prefillTokensPerSecond: 1_000, decodeTokensPerSecond: 50 } };
    assert.equal(expectedCost(fast, need), 12e9);
  });
});

describe('choosePrior', () => {
  it('takes the cheapest of those that are strong enough for the size of the task', () => {
    const of = (size: 'simple' | 'medium' | 'complex') => choosePrior([own, mini, large], need, size);
    assert.equal(of('simple').choice?.model.name, 'gpt-5-mini');
    assert.equal(of('complex').choice?.model.name, 'gpt-5.5');
    assert.match(
      of('simple').reason,
      /^Of those at least 40 % as strong as the strongest: gpt-5-mini on OpenAI: cheapest of 2/,
    );
  });

  it('always has a choice where Frugal has one', () => {
    fc.assert(
      fc.property(anyCandidates, fc.constantFrom('simple', 'medium', 'complex'), (candidates, size) => {
        const frugal = chooseFrugal(candidates, need).choice;
        assert.equal(choosePrior(candidates, need, size).choice === undefined, frugal === undefined);
      }),
    );
  });
});

describe('standings', () => {
  it('says of each candidate what stands against it; doubts and demonstrations count where something better is there', () => {
    const doubtful = { ...mini, model: { name: 'doubtful', tools: true, images: true } };
    const barred = { ...large, barred: 'a rule' };
    const of = (candidates: readonly Candidate[]) =>
      standings(chooseFrugal(candidates, need)).map(({ candidate, barred: why }) => [candidate.model.name, why]);
    assert.deepEqual(of([mini, doubtful, demo, barred]), [
      ['gpt-5-mini', undefined],
      ['doubtful', 'its context window is not known'],
      ['demo', 'it only plays a script'],
      ['gpt-5.5', 'a rule'],
    ]);
    assert.deepEqual(of([demo]), [['demo', undefined]]);
  });
});

describe('rules and privacy in the choice', () => {
  it('what a rule keeps out is never chosen, and the sentence says what to do', () => {
    const route = chooseFrugal([{ ...mini, barred: 'your rule “x” keeps it here' }], need);
    assert.equal(route.choice, undefined);
    assert.match(route.reason, /your rule “x” keeps it here.*start or add a model that your rules allow/);
  });

  it('the price of privacy counts with the cost, and is said apart', () => {
    const dear = { ...mini, privacyNanoCredits: 5e9 };
    assert.equal(chooseFrugal([dear, { ...own, price: seconds(100) }], need).choice?.model.name, 'qwen3:8b');
    assert.match(chooseFrugal([dear], need).reason, /credits and 5\.0 for privacy/);
  });
});
