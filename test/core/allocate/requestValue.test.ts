import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import type { Valued } from '../../../src/core/allocate/choose.ts';
import { expectedOf, type Prices } from '../../../src/core/allocate/objective.ts';
import type { RequestOption, RequestQuestion } from '../../../src/core/allocate/outlook.ts';
import { quoteRequest } from '../../../src/core/allocate/requestQuote.ts';
import { type RequestKnowledge, type RequestSituation, valueRequest } from '../../../src/core/allocate/requestValue.ts';
import { DEFAULT_VALUE_SETTINGS } from '../../../src/core/allocate/taskValue.ts';
import { TENTHS } from '../../../src/core/forecast/runConformal.ts';
import { requestFeatures } from '../../../src/core/quality/requestFeatures.ts';
import { learnOutcome, newRequestLearner } from '../../../src/core/quality/requestLearner.ts';
import { seededRandom } from '../../../src/core/quality/seededRandom.ts';
import { localOption, option, question } from '../../app/allocation/requests.ts';
import { CREDIT, FREE, prices } from './predictions.ts';

const AT = Date.UTC(2026, 10, 26, 10);
const CASH: Prices = { kappa: 1, beta: 0, lambda: 0.1, rho: 1 };

function knowledge(more: Partial<RequestKnowledge> = {}): RequestKnowledge {
  return {
    learner: newRequestLearner(),
    speeds: {},
    outputs: {},
    steps: {},
    costFactors: { chat: 1, agent: 1 },
    quoteTails: { chat: TENTHS, agent: TENTHS },
    evidence: { outcomes: 0, settled: false },
    stepsOf: () => 0,
    ...more,
  };
}

function situation(more: Partial<RequestSituation> = {}): RequestSituation {
  return {
    at: AT,
    settings: { value: DEFAULT_VALUE_SETTINGS, limits: [] },
    prices: CASH,
    creditOf: () => undefined,
    leftNanoCredits: undefined,
    learningNanoCredits: 0,
    random: seededRandom(1),
    ...more,
  };
}

/** Some of the models have shown what they can do. */
const learners = fc
  .array(fc.record({ model: fc.nat({ max: 4 }), success: fc.boolean() }), { maxLength: 30 })
  .map((outcomes) => {
    const learner = newRequestLearner();
    for (const { model, success } of outcomes)
      learnOutcome(learner, { features: requestFeatures('fix it'), model: `model-${model}`, success, day: 20_000 });
    return learner;
  });

const options: fc.Arbitrary<readonly RequestOption[]> = fc
  .array(
    fc.record({
      dollars: fc.double({ min: 0, max: 75, noNaN: true }),
      local: fc.boolean(),
      privacy: fc.constantFrom(undefined, 0, 5 * CREDIT, Number.POSITIVE_INFINITY),
      barred: fc.constantFrom(undefined, undefined, undefined, 'a rule forbids it'),
    }),
    { minLength: 1, maxLength: 5 },
  )
  .map((list) =>
    list.map(({ dollars, local, privacy, barred }, index) => ({
      ...(local ? localOption(`model-${index}`) : option(`model-${index}`, dollars)),
      ...(local ? {} : { privacyNanoCredits: privacy }),
      barred,
    })),
  );

const questions: fc.Arbitrary<RequestQuestion> = fc
  .record({
    options,
    credits: fc.integer({ min: 0, max: 3000 }),
    inputTokens: fc.integer({ min: 0, max: 200_000 }),
    toolsOffered: fc.constantFrom(0, 12),
    mayStop: fc.boolean(),
    observesFailure: fc.boolean(),
    stays: fc.boolean(),
  })
  .map(({ credits, toolsOffered, stays, ...rest }) =>
    question({
      ...rest,
      valueNanoCredits: credits * CREDIT,
      features: requestFeatures('Fix the failing test in src/parser.ts', { toolsOffered }),
      previous: stays
        ? { optionId: rest.options[0]?.id ?? '', cachedTokens: rest.inputTokens, at: AT - 1000, sameRun: true }
        : undefined,
    }),
  );

const USED: Readonly<Record<'beta' | 'lambda' | 'rho', (choice: Valued) => number>> = {
  beta: ({ prediction: { cost, local } }) => (local || !cost ? 0 : expectedOf(cost)),
  lambda: ({ prediction }) => prediction.waitSeconds * CREDIT,
  rho: ({ prediction }) => prediction.riskNanoCredits,
};
const ROUNDING = 4;
const creditsOf = ({ prediction: { cost } }: Valued) => (cost ? expectedOf(cost) : 0);

describe('valueRequest', () => {
  it('terms sum to net, and what is taken is among the candidates', () => {
    fc.assert(
      fc.property(questions, learners, prices, (asked, learner, at) => {
        const { decision, taken, takenId, propensities } = valueRequest(
          knowledge({ learner }),
          asked,
          situation({ prices: at }),
        );
        for (const { terms, net } of decision.candidates)
          if (terms) assert.equal(net, terms.value + terms.cost + terms.wait + terms.risk);
        assert.ok(decision.candidates.some(({ use }) => use === taken));
        assert.equal(takenId === undefined, taken.kind === 'stop');
        assert.equal(propensities.length, 1);
      }),
    );
  });

  it('a higher shadow price never raises the use of what it prices', () => {
    fc.assert(
      fc.property(
        questions,
        learners,
        prices,
        fc.constantFrom('beta' as const, 'lambda' as const, 'rho' as const),
        fc.double({ min: 0, max: 20, noNaN: true }),
        (asked, learner, at, price, rise) => {
          // What following costs depends on the prices too: ΔQ isn't the same then.
          const plain = { ...asked, observesFailure: false };
          const used = (some: Prices) =>
            USED[price](valueRequest(knowledge({ learner }), plain, situation({ prices: some })).decision.choice);
          const [before, after] = [used(at), used({ ...at, [price]: at[price] + rise })];
          assert.ok(after <= before || (after - before) * rise <= ROUNDING, `${before} -> ${after}`);
        },
      ),
      { numRuns: 500 },
    );
  });

  it('stops where every net is negative and it may; where an answer is due, the best answers, and it says so', () => {
    fc.assert(
      fc.property(questions, learners, prices, (asked, learner, at) => {
        const { decision, taken, note } = valueRequest(knowledge({ learner }), asked, situation({ prices: at }));
        const open = decision.candidates.filter(({ use, barred }) => use.kind !== 'stop' && barred === undefined);
        const isWorthIt = open.some(({ net = 0 }) => net > 0);
        assert.equal(decision.choice.use.kind === 'stop', !isWorthIt);
        if (isWorthIt) assert.equal(note, undefined);
        else if (asked.mayStop || open.length === 0) assert.equal(taken.kind, 'stop');
        else {
          assert.equal(taken, open[0]?.use);
          assert.match(note ?? '', /none is worth its cost/);
        }
      }),
    );
  });

  it('what is taken fits what is left of the budget, own hardware aside', () => {
    fc.assert(
      fc.property(questions, fc.integer({ min: 0, max: 100 }), fc.boolean(), (asked, left, mayExplore) => {
        const { decision, taken, step } = valueRequest(
          knowledge(),
          { ...asked, mayExplore },
          situation({ leftNanoCredits: left * CREDIT, learningNanoCredits: 1000 * CREDIT }),
        );
        const { prediction, barred } = decision.candidates.find(({ use }) => use === taken) ?? decision.choice;
        assert.equal(barred, undefined);
        assert.ok(taken.kind === 'stop' || prediction.local || (step && step.p90 <= left * CREDIT));
      }),
    );
  });

  it('the chances with which something is taken sum to 1, and no trial costs more than the learning budget has', () => {
    fc.assert(
      fc.property(questions, learners, fc.nat({ max: 50 }), fc.nat(), (asked, learner, budget, seed) => {
        const { decision, taken, explored, propensities } = valueRequest(
          knowledge({ learner }),
          { ...asked, mayExplore: true, previous: undefined },
          situation({ learningNanoCredits: budget * CREDIT, random: seededRandom(seed) }),
        );
        const sum = propensities.reduce((all, { propensity }) => all + propensity, 0);
        assert.ok(Math.abs(sum - 1) < 1e-9, `${sum}`);
        const chance = propensities.find(({ use }) => JSON.stringify(use) === JSON.stringify(taken))?.propensity ?? 0;
        assert.ok(chance > 0);
        const tried = decision.candidates.find(({ use }) => use === taken);
        assert.ok(tried);
        if (explored && decision.choice.use.kind !== 'stop')
          assert.ok(creditsOf(tried) - creditsOf(decision.choice) <= budget * CREDIT + ROUNDING);
      }),
    );
  });

  it('inside a run it stays with its model unless another gains more than switching loses', () => {
    const learner = newRequestLearner();
    const options = [option('one', 3), option('two', 2.9)];
    const asked = question({ options, inputTokens: 100_000, valueNanoCredits: 100 * CREDIT });
    const stays = { optionId: 'there/one', cachedTokens: 95_000, at: AT - 10_000, sameRun: true };
    const fresh = valueRequest(knowledge({ learner }), asked, situation());
    const inRun = valueRequest(knowledge({ learner }), { ...asked, previous: stays }, situation());
    assert.equal(fresh.takenId, 'there/two');
    assert.equal(inRun.takenId, 'there/one');
    // After a pause the cache is gone, and with it the reason to stay.
    const later = { ...asked, previous: { ...stays, at: AT - 3_600_000 } };
    assert.equal(valueRequest(knowledge({ learner }), later, situation()).takenId, 'there/two');
  });

  it('a folder that must not leave the machine is answered here or not at all', () => {
    const never = { privacyNanoCredits: Number.POSITIVE_INFINITY };
    const options = [option('cloud', 1, never), localOption('own')];
    const { takenId, decision } = valueRequest(knowledge(), question({ options }), situation());
    assert.equal(takenId, 'here/own');
    assert.match(decision.candidates.at(-1)?.barred ?? '', /never goes to a cloud/);
    const alone = valueRequest(knowledge(), question({ options: options.slice(0, 1) }), situation());
    assert.equal(alone.takenId, undefined);
    assert.match(alone.note ?? '', /within the limits/);
  });

  it('an unknown price comes after every known one, never as 0', () => {
    const options = [option('unpriced', 0, { price: undefined }), option('priced', 50)];
    assert.equal(valueRequest(knowledge(), question({ options }), situation()).takenId, 'there/priced');
    const alone = valueRequest(knowledge(), question({ options: options.slice(0, 1) }), situation());
    assert.equal(alone.takenId, 'there/unpriced');
    assert.equal(alone.step, undefined);
    assert.match(alone.note ?? '', /unknown price/);
  });

  it('a plan that pays for a model charges its own price, and bars what it has no credits for', () => {
    const options = [option('pool', 3), option('cash', 3)];
    const paid = situation({
      creditOf: ({ model }) =>
        model === 'pool' ? { credit: { kappa: 0, beta: 0 }, leftNanoCredits: 1000 * CREDIT } : undefined,
    });
    assert.equal(valueRequest(knowledge(), question({ options }), paid).takenId, 'there/pool');
    const empty = situation({ creditOf: () => ({ leftNanoCredits: 0 }) });
    assert.match(
      valueRequest(knowledge(), question({ options }), empty).decision.candidates.at(-1)?.barred ?? '',
      /plan/,
    );
  });

  it('where failures are seen, a cheap model first is worth the try', () => {
    const options = [option('cheap', 0.2), option('dear', 60)];
    const learner = newRequestLearner({
      priorOf: (model) => ({ passRate: model === 'dear' ? 90 : 40 }),
    });
    const asked = question({ options, inputTokens: 20_000, valueNanoCredits: 1500 * CREDIT });
    const once = valueRequest(knowledge({ learner }), asked, situation());
    const seen = valueRequest(knowledge({ learner }), { ...asked, observesFailure: true }, situation());
    assert.equal(once.takenId, 'there/dear');
    assert.equal(seen.takenId, 'there/cheap');
    const after = { ...asked, observesFailure: true, failed: ['cheap'] };
    const left = valueRequest(knowledge({ learner }), { ...after, options: options.slice(1) }, situation());
    assert.ok(left.menu[0] && left.menu[0].success < (once.menu.at(-1)?.success ?? 0));
  });
});

describe('quoteRequest', () => {
  it('tells what a whole run would cost by policy: more steps where tools are offered', () => {
    const agent = question({ features: requestFeatures('Fix it', { toolsOffered: 20 }) });
    const chat = question({ features: requestFeatures('Fix it') });
    const [first] = quoteRequest(knowledge(), agent, situation());
    const [alone] = quoteRequest(knowledge(), chat, situation());
    assert.ok(first?.cost && alone?.cost);
    assert.deepEqual([alone.steps.p50, alone.steps.p90], [1, 1]);
    assert.ok(first.steps.p90 > first.steps.p50 && first.steps.p50 > 1);
    assert.ok(first.cost.p10 < first.cost.p50 && first.cost.p50 < first.cost.p90);
    assert.ok(first.cost.p50 > alone.cost.p50);
    assert.equal(quoteRequest(knowledge(), chat, situation()).length, 3);
  });

  it('is empty where no model of known price can be had', () => {
    const options = [option('unpriced', 0, { price: undefined })];
    assert.deepEqual(quoteRequest(knowledge(), question({ options }), situation({ prices: FREE })), []);
  });
});
