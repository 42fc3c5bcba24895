import { formatCredits, type NanoCredits } from '../money.ts';
import { cost } from '../prices/cost.ts';
import type { TaskSize } from '../quality/taskClass.ts';
import type { Candidate, RequestNeed } from './candidate.ts';
import { fits } from './fits.ts';

export type { Candidate, RequestNeed } from './candidate.ts';

type Policy = 'frugal' | 'best' | 'prior';

/** A candidate that may serve the request, with what decided its place. */
interface Ranked<C extends Candidate = Candidate> {
  readonly candidate: C;
  /** Expected cost of this request; undefined: unknown. */
  readonly nanoCredits: NanoCredits | undefined;
  /** What isn't known about whether it fits; undefined: it fits. */
  readonly doubt: string | undefined;
}

/** What a policy chose, and the whole of why. */
export interface RouteChoice<C extends Candidate = Candidate> {
  readonly policy: Policy;
  /** undefined: none can serve the request; `excluded` says why. */
  readonly choice: C | undefined;
  readonly runnerUp: C | undefined;
  /** {@link describe}: one sentence for a person. */
  readonly reason: string;
  /** All that may serve it, the chosen first. */
  readonly ranked: readonly Ranked<C>[];
  readonly excluded: readonly { readonly candidate: C; readonly why: string }[];
}

/**
 * The cheapest model for the request at hand. An unknown price comes after every known one, never as 0; own hardware
 * comes first only by being cheaper. Equal costs: the stronger, then by name.
 */
export function chooseFrugal<C extends Candidate>(candidates: readonly C[], need: RequestNeed): RouteChoice<C> {
  return choose('frugal', candidates, need, (a, b) => byCost(a, b) || byStrength(a, b));
}

/** The strongest model by the public table and its fallbacks. Equally strong: the cheaper, then by name. */
export function chooseBest<C extends Candidate>(candidates: readonly C[], need: RequestNeed): RouteChoice<C> {
  return choose('best', candidates, need, (a, b) => byStrength(a, b) || byCost(a, b));
}

/** How strong a model must be for a task of this size, as a share of the strongest that could be had. */
const LEAST_STRENGTH: Readonly<Record<TaskSize, number>> = { simple: 0.4, medium: 0.6, complex: 0.8 };

/** What Balanced does where nothing weighs the request: the cheapest of those that are strong enough for its size. */
export function choosePrior<C extends Candidate>(
  candidates: readonly C[],
  need: RequestNeed,
  size: TaskSize = 'medium',
): RouteChoice<C> {
  const least = LEAST_STRENGTH[size];
  const [strongest] = chooseBest(candidates, need).ranked;
  const bar = least * (strongest?.candidate.strength?.passRate ?? 0);
  const strong = candidates.map((candidate) => {
    const isWeak = bar > 0 && (candidate.strength?.passRate ?? -1) < bar;
    return isWeak ? { ...candidate, barred: candidate.barred ?? 'not strong enough for the task' } : candidate;
  });
  const route = choose('prior', strong, need, (a, b) => byCost(a, b) || byStrength(a, b));
  const share = `at least ${Math.round(least * 100)} % as strong as the strongest`;
  return route.choice ? { ...route, reason: `Of those ${share}: ${route.reason}` } : route;
}

/** Every candidate with what stands against it, given how a policy ranked them: doubts and demonstrations only where nothing else is there. */
export function standings<C extends Candidate>({ ranked, excluded }: RouteChoice<C>): readonly Standing<C>[] {
  const [first] = ranked;
  return [
    ...ranked.map(({ candidate, doubt, ...rest }) => ({
      candidate,
      barred:
        first && rank({ candidate, doubt, ...rest }) > rank(first)
          ? candidate.demo
            ? 'it only plays a script'
            : doubt
          : undefined,
    })),
    ...excluded.map(({ candidate, why }) => ({ candidate, barred: why })),
  ];
}

export interface Standing<C extends Candidate = Candidate> {
  readonly candidate: C;
  /** undefined: it can be had. */
  readonly barred: string | undefined;
}

type Order = (a: Ranked, b: Ranked) => number;

/** Those whose fit isn't known come only after all that fit, and demonstrations after everything real. */
function choose<C extends Candidate>(
  policy: Policy,
  candidates: readonly C[],
  need: RequestNeed,
  order: Order,
): RouteChoice<C> {
  const ranked: Ranked<C>[] = [];
  const excluded: { candidate: C; why: string }[] = [];
  for (const candidate of candidates) {
    const { fit, why } = fits(candidate.model, need);
    if (candidate.barred !== undefined) excluded.push({ candidate, why: candidate.barred });
    else if (candidate.healthy === false) excluded.push({ candidate, why: `${candidate.endpointLabel} is down` });
    else if (candidate.trouble !== undefined) excluded.push({ candidate, why: candidate.trouble });
    else if (fit === 'no') excluded.push({ candidate, why });
    else {
      const doubt = fit === 'unknown' ? why : undefined;
      ranked.push({ candidate, nanoCredits: expectedCost(candidate, need), doubt });
    }
  }
  ranked.sort((a, b) => rank(a) - rank(b) || order(a, b) || byName(a, b));
  const outcome = { policy, choice: ranked[0]?.candidate, runnerUp: ranked[1]?.candidate, ranked, excluded };
  return { ...outcome, reason: describe(outcome) };
}

const rank = ({ candidate, doubt }: Ranked) => (candidate.demo ? 2 : 0) + (doubt === undefined ? 0 : 1);

function byCost(a: Ranked, b: Ranked): number {
  const [x, y] = [a, b].map(
    ({ nanoCredits = Number.POSITIVE_INFINITY, candidate: { privacyNanoCredits = 0 } }) =>
      nanoCredits + privacyNanoCredits,
  ) as [number, number];
  return x === y ? 0 : x - y;
}

function byStrength(a: Ranked, b: Ranked): number {
  return (b.candidate.strength?.passRate ?? -1) - (a.candidate.strength?.passRate ?? -1);
}

/** Code units, not a locale's order: the same everywhere. */
function byName(a: Ranked, b: Ranked): number {
  const [x, y] = [a, b].map(({ candidate }) => `${candidate.model.name}\n${candidate.endpointId}`);
  return x === y || x === undefined || y === undefined ? 0 : x < y ? -1 : 1;
}

/** A small machine with an 8B model: what own hardware is taken to do until it was measured. */
const USUAL_SPEED = { prefillTokensPerSecond: 300, decodeTokensPerSecond: 20 };

/** Nano-credits that the request will probably cost, nothing cached; undefined: unknown price. */
export function expectedCost(candidate: Candidate, need: RequestNeed): NanoCredits | undefined {
  const { prefillTokensPerSecond, decodeTokensPerSecond } = candidate.speed ?? USUAL_SPEED;
  const { inputTokens, expectedOutputTokens } = need;
  const seconds = inputTokens / prefillTokensPerSecond + expectedOutputTokens / decodeTokensPerSecond;
  return cost({ fresh: inputTokens, text: expectedOutputTokens }, candidate.price, { seconds });
}

const nameOf = ({ candidate }: Ranked) => `${candidate.model.name} on ${candidate.endpointLabel}`;
const creditsOf = ({ nanoCredits, candidate: { privacyNanoCredits = 0 } }: Ranked) => {
  const cost = nanoCredits === undefined ? 'price unknown' : `${formatCredits(nanoCredits)} credits`;
  return privacyNanoCredits > 0 ? `${cost} and ${formatCredits(privacyNanoCredits)} for privacy` : cost;
};

const BASIS = {
  measured: 'measured',
  inherited: 'estimated from an earlier model of its line',
  price: 'guessed from its price',
  parameters: 'guessed from its size',
} as const;

function strengthOf({ candidate: { strength } }: Ranked): string {
  if (!strength) return 'strength unknown';
  const sign = strength.basis === 'measured' ? '' : '≈ ';
  return `${sign}${Math.round(strength.passRate)} % of the Aider polyglot exercises, ${BASIS[strength.basis]}`;
}

/**
 * One sentence for a person: "qwen3:8b on Ollama: cheapest of 4 that fit (0.002 credits; next gpt-5-mini on OpenAI,
 * 0.4 credits)." Without a choice it says what stood in the way and what to do.
 */
export function describe({ policy, ranked, excluded }: Omit<RouteChoice, 'reason'>): string {
  const [choice, runnerUp] = ranked;
  if (!choice) {
    const reasons = excluded.slice(0, 3).map(({ candidate, why }) => `${candidate.model.name}: ${why}`);
    const more = excluded.length > 3 ? `; and ${excluded.length - 3} more` : '';
    if (excluded.length === 0) return 'No model is set up: add a model endpoint.';
    const remedy = excluded.some(({ candidate }) => candidate.barred !== undefined)
      ? 'start or add a model that your rules allow, or change them in the settings (Allocator)'
      : 'shorten it, or add another model endpoint';
    return `No model can take this request (${reasons.join('; ')}${more}): ${remedy}.`;
  }
  const facts = (one: Ranked) => (policy !== 'best' ? creditsOf(one) : `${strengthOf(one)}; ${creditsOf(one)}`);
  const superlative = policy === 'best' ? 'strongest' : 'cheapest';
  const fitting = ranked.filter(({ doubt, candidate }) => doubt === undefined && !candidate.demo).length;
  const next = runnerUp ? `; next ${nameOf(runnerUp)}, ${facts(runnerUp)}` : '';
  const down = new Set(excluded.filter(({ candidate }) => candidate.healthy === false).map(({ why }) => why));
  const tail = down.size > 0 ? ` ${[...down].join(', ')}.` : '';
  const standing = choice.candidate.demo
    ? 'only the demonstration is there'
    : choice.doubt !== undefined
      ? `none is known to fit, and of this one ${choice.doubt}`
      : fitting === 1
        ? 'the only one that fits'
        : `${superlative} of ${fitting} that fit`;
  return `${nameOf(choice)}: ${standing} (${facts(choice)}${next}).${tail}`;
}
