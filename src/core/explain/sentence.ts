/** Why a prompt cost so much, in plain English: its biggest causes with their figures, and what to do about the first that has a remedy. */
import { formatCredits, formatMoneySum, type NanoCredits } from '../money.ts';
import { counted, wholeNumber } from '../wholeNumber.ts';
import type { Cause, CausePart, RunExplanation, UnsplitReason } from './explainRun.ts';
import type { MissCause } from './series.ts';

export interface ReasonText {
  readonly sentence: string;
  /** One sentence; undefined: none is known for these causes. */
  readonly remedy: string | undefined;
}

/** A cause is named when it makes up this share of the credits, and the first in any case. */
const LEAST_NAMED = 0.12;
const MOST_NAMED = 3;
/** Sub-agents are mentioned from this share on. */
const LEAST_SUBAGENTS = 0.25;

export const CAUSE_LABELS: Readonly<Record<Cause, { readonly name: string; readonly meaning: string }>> = {
  standing: {
    name: 'standing prompt',
    meaning:
      'what the session’s first request carries already and every later one repeats: instructions, tools, the first message',
  },
  resent: { name: 're-sent context', meaning: 'what was said before, sent again with each step' },
  cacheMisses: {
    name: 'cache misses',
    meaning: 'context that was sent before and was paid as new again, as the vendor’s cache no longer held it',
  },
  cacheWrites: {
    name: 'cache writes',
    meaning: 'messages and replies written to the vendor’s cache for the first time',
  },
  toolResults: { name: 'tool results', meaning: 'what tools returned, the first time it was sent' },
  freshInput: { name: 'fresh input', meaning: 'messages and replies sent for the first time' },
  output: { name: 'output', meaning: 'answers and tool calls; thinking too where the vendor doesn’t tell it apart' },
  reasoning: { name: 'reasoning', meaning: 'output spent on thinking' },
  unsplit: { name: 'unsplit', meaning: 'what these credits were for isn’t known' },
};

/** The sentence of an explained run. */
export function reasonText(explanation: RunExplanation): ReasonText {
  const { cost, parts } = explanation;
  const unknown =
    cost.unknown === 0 ? '' : `; ${wholeNumber(cost.unknown)} ${cost.unknown === 1 ? 'call' : 'calls'} of unknown cost`;
  if (cost.nanoCredits === 0 && parts.length === 0 && cost.unknown > 0 && explanation.unpriced.length > 0) {
    return {
      sentence: `No price is known for ${explanation.unpriced.join(', ')}, so what this prompt cost isn’t either.`,
      remedy: 'Give its price in Marginal’s settings, under Prices; what the ledger holds is then priced with it.',
    };
  }
  if (cost.nanoCredits === 0) {
    const nothing = cost.unknown > 0 ? 'Nobody reported what this prompt cost' : 'It cost nothing';
    return { sentence: `${nothing}${cost.unknown > 0 && parts.length > 0 ? unknown : ''}.`, remedy: undefined };
  }
  const named = biggest(parts, cost.nanoCredits);
  const mark = explanation.confidence === 'estimated' || cost.confidence === 'estimated' ? '≈ ' : '';
  const credits = (part: CausePart) => `${mark}${formatCredits(part.nanoCredits)}`;
  const [first, ...others] = named;
  if (!first) return { sentence: `It cost ${formatMoneySum(cost)}.`, remedy: undefined };
  const total = formatMoneySum({ ...cost, unknown: 0 });
  if (first.cause === 'unsplit' && others.length === 0) {
    return { sentence: `${total}: ${UNSPLIT[explanation.unsplit ?? 'tokens']}${unknown}.`, remedy: undefined };
  }
  const sentence = [
    `${capital(headline(first, explanation))}: ${credits(first)} of ${total}`,
    ...others.map((part) => `${credits(part)} cr ${clause(part, explanation)}`),
    ...subagents(explanation),
  ].join('; ');
  return { sentence: `${sentence}${unknown}.`, remedy: named.map((part) => remedy(part, explanation)).find(Boolean) };
}

function biggest(parts: readonly CausePart[], total: NanoCredits): readonly CausePart[] {
  return parts
    .filter(({ nanoCredits }) => nanoCredits > 0)
    .sort((a, b) => b.nanoCredits - a.nanoCredits)
    .filter(({ nanoCredits }, index) => index === 0 || nanoCredits >= total * LEAST_NAMED)
    .slice(0, MOST_NAMED);
}

/** The cause as the sentence's beginning. */
function headline(part: CausePart, explanation: RunExplanation): string {
  const steps = counted(part.steps, 'step');
  const each = tokensText((part.tokens ?? 0) / Math.max(1, part.steps));
  switch (part.cause) {
    case 'standing':
      return `${steps} sent the standing prompt of ${tokensText(explanation.standingTokens || (part.tokens ?? 0))} tokens`;
    case 'resent':
      return `${steps} re-sent ${each} tokens of context${part.steps === 1 ? '' : ' each'}`;
    case 'cacheMisses':
      return `${tokensText(part.tokens ?? 0)} tokens that had been sent before were paid as new${when(explanation, 'headline')}`;
    case 'cacheWrites':
      return `${tokensText(part.tokens ?? 0)} new tokens were written to the cache`;
    case 'toolResults':
      return `tools returned ${tokensText(part.tokens ?? 0)} tokens${mostAfter(explanation)}`;
    case 'freshInput':
      return `${tokensText(part.tokens ?? 0)} tokens were sent for the first time`;
    case 'output':
      return `${tokensText(part.tokens ?? 0)} tokens of output`;
    case 'reasoning':
      return `${tokensText(part.tokens ?? 0)} tokens of thinking`;
    case 'unsplit':
      return UNSPLIT[explanation.unsplit ?? 'tokens'];
  }
}

/** The cause after its figure: `12 cr after the cache expired at step 17`. */
function clause(part: CausePart, explanation: RunExplanation): string {
  switch (part.cause) {
    case 'cacheMisses':
      return when(explanation, 'clause') || 'for context that was paid as new again';
    case 'standing':
      return `for the standing prompt of ${tokensText(explanation.standingTokens || (part.tokens ?? 0))} tokens`;
    case 'resent':
      return `to re-send ${tokensText((part.tokens ?? 0) / Math.max(1, part.steps))} tokens of context in ${counted(part.steps, 'step')}`;
    case 'cacheWrites':
      return `to write ${tokensText(part.tokens ?? 0)} new tokens to the cache`;
    case 'toolResults':
      return `for ${tokensText(part.tokens ?? 0)} tokens that tools returned${mostAfter(explanation)}`;
    case 'freshInput':
      return `for ${tokensText(part.tokens ?? 0)} tokens sent for the first time`;
    case 'output':
      return `for ${tokensText(part.tokens ?? 0)} tokens of output`;
    case 'reasoning':
      return `for ${tokensText(part.tokens ?? 0)} tokens of thinking`;
    case 'unsplit':
      return `that can’t be split (${UNSPLIT[explanation.unsplit ?? 'tokens']})`;
  }
}

const UNSPLIT: Readonly<Record<UnsplitReason, string>> = {
  total: 'only the whole prompt’s cost is known, not its steps',
  tokens: 'nobody reported which tokens it paid for',
  price: 'no price by token is known for this model',
  seconds: 'it ran on own hardware, which costs by the second and not by the token',
};

const MISS_WORDS: Readonly<Record<MissCause, { readonly headline: string; readonly clause: string }>> = {
  expired: { headline: ' after the cache expired', clause: 'after the cache expired' },
  switched: { headline: ' after the model was switched', clause: 'after the model was switched' },
  unknown: { headline: ', as the cache no longer held them', clause: 'for context that the cache no longer held' },
};

/** `after the cache expired at step 17`; empty where no step stands out. Names the dearest cause. */
function when({ misses }: RunExplanation, place: 'headline' | 'clause'): string {
  const byCause = Map.groupBy(misses, ({ why }) => why);
  const sum = (cause: MissCause) => (byCause.get(cause) ?? []).reduce((all, miss) => all + miss.nanoCredits, 0);
  const cause = [...byCause.keys()].sort((a, b) => sum(b) - sum(a))[0];
  if (cause === undefined) return '';
  const steps = (byCause.get(cause) ?? []).map(({ step }) => step);
  const places = steps.length === 1 ? `step ${steps[0]}` : `${steps.length} steps, first at step ${steps[0]}`;
  return `${MISS_WORDS[cause][place]} at ${places}`;
}

function mostAfter({ tools }: RunExplanation): string {
  return tools[0] === undefined ? '' : tools.length === 1 ? ` (${tools[0]})` : `, most of them ${tools[0]}`;
}

function subagents({ subagents: { count, cost }, cost: total }: RunExplanation): readonly string[] {
  if (count === 0 || cost.nanoCredits < total.nanoCredits * LEAST_SUBAGENTS) return [];
  return [`${formatMoneySum({ ...cost, unknown: 0 })} of it in ${counted(count, 'sub-agent')}`];
}

function remedy({ cause }: CausePart, { misses, standingTokens, tools }: RunExplanation): string | undefined {
  switch (cause) {
    case 'resent':
      return standingTokens > 0
        ? `Start a new chat when the topic changes: it begins at ${tokensText(standingTokens)} tokens again.`
        : 'Start a new chat when the topic changes: its context begins small again.';
    case 'cacheMisses':
      if (misses.some(({ why }) => why === 'expired'))
        return 'After a break, start a new chat rather than going on in a long one: the cache holds a chat for minutes only.';
      if (misses.some(({ why }) => why === 'switched'))
        return 'Pick the model at the start of a chat: a switch pays for its whole context again.';
      return undefined;
    case 'standing':
      return 'Switch off tools and MCP servers that this work doesn’t need, and shorten instruction files.';
    case 'toolResults':
      return `Ask for less at once: a range of lines or a filter keeps ${tools[0] === undefined ? 'results' : `what ${tools[0]} returns`} short.`;
    case 'reasoning':
      return 'Pick less thinking for this kind of work, beside the model’s name.';
    case 'cacheWrites':
    case 'freshInput':
    case 'output':
    case 'unsplit':
      return undefined;
  }
}

/** `812`, `38k`, `1.2M`. */
function tokensText(tokens: number): string {
  if (tokens < 1_000) return Math.round(tokens).toString();
  if (tokens < 9_950) return `${(tokens / 1_000).toFixed(1).replace('.0', '')}k`;
  if (tokens < 999_500) return `${Math.round(tokens / 1_000)}k`;
  return `${(tokens / 1e6).toFixed(1).replace('.0', '')}M`;
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
