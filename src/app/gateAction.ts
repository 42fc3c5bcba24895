/** One action to its verdict: fetches what the core would like to know, and asks it again. */
import type { Action } from '../core/risk/action.ts';
import { reachesFurther } from '../core/risk/action.ts';
import { classify } from '../core/risk/classify.ts';
import { type FactAnswer, type FactQuestion, factKey } from '../core/risk/facts.ts';
import type { ShellParser } from '../core/risk/shellTree.ts';
import type { Verdict } from '../core/risk/verdict.ts';
import type { Clock, FactsPort } from '../ports.ts';
import { patiently } from './patiently.ts';

export interface GateActionParts {
  readonly facts: FactsPort;
  readonly parse: ShellParser;
  readonly clock: Pick<Clock, 'elapsed'>;
}

export interface GateLimits {
  /** Times that the core is asked again: a script may name a script. */
  readonly rounds?: number;
  readonly questions?: number;
  /** For all facts together. */
  readonly patienceMs?: number;
}

const ROUNDS = 8;
const QUESTIONS = 200;
const PATIENCE_MS = 1500;
const UNANSWERED: FactAnswer = { kind: 'unanswered' };
/** What is assumed of a path that nobody could look at. */
const WORST_PATH: FactAnswer = {
  kind: 'path',
  exists: true,
  tracked: false,
  clean: false,
  ignored: false,
  untrackedFiles: 1,
  modifiedFiles: 1,
};

/**
 * Never rejects. Facts that can't be had in time count as the worst that they could be: what would destroy something if the path
 * held unsaved work is judged as if it did.
 */
export async function gateAction(
  action: Action,
  { facts: port, parse, clock }: GateActionParts,
  { rounds = ROUNDS, questions: most = QUESTIONS, patienceMs = PATIENCE_MS }: GateLimits = {},
): Promise<Verdict> {
  const end = clock.elapsed() + patienceMs;
  const facts = new Map<string, FactAnswer>();
  const missing: FactQuestion[] = [];
  const asking = new AbortController();
  let classified = classify(action, facts, parse);
  for (let round = 0; classified.needs.length > 0; round++) {
    const open = new Map(classified.needs.map((question) => [factKey(question), question]));
    const left = end - clock.elapsed();
    const late = round >= rounds || left <= 0;
    const answers = [...open].map(async ([key, question], index): Promise<void> => {
      const answer =
        late || facts.size + index >= most ? undefined : await patiently(answered(port, question, asking.signal), left);
      facts.set(key, answer ?? UNANSWERED);
      if (answer === undefined || (answer.kind === 'unanswered' && question.kind === 'path')) missing.push(question);
    });
    await Promise.all(answers);
    classified = classify(action, facts, parse);
    // Nothing more is looked up: what is asked for now has no answer either.
    if (late && round > rounds + 2) break;
  }
  asking.abort();
  missing.push(...classified.needs);
  return missing.length === 0 ? classified.verdict : worstOf(action, facts, missing, parse);
}

async function answered(port: FactsPort, question: FactQuestion, signal: AbortSignal): Promise<FactAnswer | undefined> {
  try {
    return await port.answer(question, signal);
  } catch {
    // A port that fails has not answered; the verdict is the worst that the answer could have led to.
    return undefined;
  }
}

/** The further of what holds without the missing facts, and with the worst of them. */
function worstOf(
  action: Action,
  facts: ReadonlyMap<string, FactAnswer>,
  missing: readonly FactQuestion[],
  parse: ShellParser,
): Verdict {
  const without = classify(action, facts, parse).verdict;
  const paths = missing.filter(({ kind }) => kind === 'path');
  if (paths.length === 0) return without;
  const worst = new Map([...facts, ...paths.map((question) => [factKey(question), WORST_PATH] as const)]);
  const feared = classify(action, worst, parse).verdict;
  if (!reachesFurther(feared.class, without.class)) return without;
  return { ...feared, reason: `${feared.reason} (what is there could not be looked up)` };
}
