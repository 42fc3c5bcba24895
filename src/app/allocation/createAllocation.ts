/** The allocator's request side: what a request is worth with each model, at which prices, and why the last one went where it did. */
import { type AllocationSettings, DEFAULT_ALLOCATION_SETTINGS } from '../../core/allocate/allocationSettings.ts';
import { type AllocatorSetting, pricesAt, startAllocator } from '../../core/allocate/allocatorState.ts';
import { constraintsOf } from '../../core/allocate/constraints.ts';
import type { PricesView } from '../../core/allocate/outlook.ts';
import { quoteRequest } from '../../core/allocate/requestQuote.ts';
import { type RequestKnowledge, type RequestSituation, valueRequest } from '../../core/allocate/requestValue.ts';
import { constraintTexts } from '../../core/allocate/shadowPrices.ts';
import { lambdaFloor } from '../../core/allocate/taskValue.ts';
import { newRequestLearner } from '../../core/quality/requestLearner.ts';
import type { TaskLessons } from '../../core/quality/taskClass.ts';
import type { Clock, WorkerApi } from '../../ports.ts';

export interface AllocationPorts {
  readonly clock: Pick<Clock, 'now'>;
  readonly settings: () => AllocationSettings | undefined;
  /** Percent of a public benchmark; undefined: nothing known. */
  readonly passRateOf: (model: string) => number | undefined;
  /** Uniform in [0, 1). */
  readonly random: () => number;
}

export type Allocation = Pick<
  WorkerApi,
  'valueRequest' | 'quote' | 'prices' | 'lastDecision' | 'taskLessons' | 'correctTask'
>;

export function createAllocation({ clock, settings, passRateOf, random }: AllocationPorts): Allocation {
  const knowledge: RequestKnowledge = {
    learner: newRequestLearner({ priorOf: (model) => ({ passRate: passRateOf(model) }) }),
    speeds: {},
    outputs: {},
    steps: {},
    evidence: { outcomes: 0, settled: false },
    stepsOf: () => 0,
  };
  const lessons: TaskLessons = {};

  function settingOf(): AllocatorSetting {
    const { value } = settings() ?? DEFAULT_ALLOCATION_SETTINGS;
    const constraints = constraintsOf(undefined, { lambdaFloor: lambdaFloor(value) });
    return { constraints, periodAt: () => undefined, draws: () => true };
  }

  function situationNow(): RequestSituation {
    const at = clock.now();
    const setting = settingOf();
    return {
      at,
      settings: settings() ?? DEFAULT_ALLOCATION_SETTINGS,
      prices: pricesAt(startAllocator(setting), at, setting),
      creditOf: () => undefined,
      leftNanoCredits: undefined,
      learningNanoCredits: 0,
      random,
    };
  }

  return {
    valueRequest: async (question) => valueRequest(knowledge, question, situationNow()),
    quote: async (question) => quoteRequest(knowledge, question, situationNow()),
    async prices(): Promise<PricesView> {
      const { at, prices } = situationNow();
      const { constraints } = settingOf();
      const kappa = 'credits are paid as they are used';
      return {
        at,
        prices,
        constraints: { kappa, ...constraintTexts(constraints, { budget: undefined }) },
        history: [],
        leftNanoCredits: undefined,
      };
    },
    lastDecision: async () => undefined,
    taskLessons: async () => lessons,
    correctTask: async () => lessons,
  };
}
