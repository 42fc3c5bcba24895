/** What VS Code's model picker says of a model: the line beside its name and the text on hover. */
import type { TokenPrice } from '../chat.ts';
import { escapeMarkdown } from '../markdown.ts';
import { formatCredits } from '../money.ts';
import { dollarsPerMillion, priceOfKind } from '../prices/cost.ts';
import type { Candidate } from './candidate.ts';
import { thousands } from './fits.ts';

const SECONDS_PER_HOUR = 3600;

/** `$1.25`, `$0.075`, `$10`: as price lists write it. */
function dollars(nanoCreditsPerToken: number): string {
  return `$${Number(dollarsPerMillion(nanoCreditsPerToken).toPrecision(4))}`;
}

/** `$1.25 in · $10 out per M · cloud`, `local · ≈ 0.3 cr/h`, `price unknown · cloud`. */
export function detail({ price, local, demo }: Pick<Candidate, 'price' | 'local' | 'demo'>): string {
  if (demo) return 'demonstration · plays a script';
  const place = local ? 'local' : 'cloud';
  if (!price) return `price unknown · ${place}`;
  if (price.rate.kind === 'seconds')
    return `${place} · ≈ ${formatCredits(price.rate.nanoCreditsPerSecond * SECONDS_PER_HOUR)} cr/h`;
  const first = price.rate.tiers[0]?.price;
  if (!first) return `price unknown · ${place}`;
  if (first.fresh === 0 && first.text === 0) return `no charge · ${place}`;
  return `${dollars(first.fresh)} in · ${dollars(first.text)} out per M · ${place}`;
}

/** VS Code reads the hover as Markdown, in which a single line break is none. */
const PARAGRAPH = '\n\n';

/** Paragraphs for the hover. What comes from outside (names, sources) is escaped: it is shown, never interpreted. */
export function tooltip(candidate: Candidate): string {
  const { model, endpointLabel, local, demo, strength } = candidate;
  const { contextTokens, maxOutputTokens } = model;
  const places = demo
    ? 'a demonstration that plays a script; no model answers'
    : local
      ? 'on your own hardware'
      : model.remoteHost
        ? `in the cloud (passed on to ${escapeMarkdown(model.remoteHost)})`
        : 'in the cloud';
  return [
    `${escapeMarkdown(model.displayName ?? model.name)} on ${escapeMarkdown(endpointLabel)}, ${places}`,
    ...(local && model.resident !== undefined ? [residency(model.resident)] : []),
    ...(demo ? [] : priceLines(candidate)),
    contextTokens === undefined
      ? 'Context: not known'
      : `Context: ${thousands(contextTokens)} tokens${maxOutputTokens ? `, at most ${thousands(maxOutputTokens)} of output` : ''}`,
    `Tools: ${yesNo(model.tools)} · Images: ${yesNo(model.images)} · Thinking: ${yesNo(model.thinking)}`,
    ...(demo ? [] : [strengthLine(strength)]),
  ].join(PARAGRAPH);
}

const residency = (resident: boolean) => (resident ? 'Loaded now' : 'Not loaded: the first answer waits until it is');

const yesNo = (able: boolean | undefined) => (able === undefined ? 'not known' : able ? 'yes' : 'no');

function priceLines({ price, model }: Candidate): string[] {
  if (!price) return [`Price: unknown. Give one in the setting marginal.prices for "${escapeMarkdown(model.name)}"`];
  const from = `Source: ${escapeMarkdown(price.source)}${price.date ? `, ${escapeMarkdown(price.date)}` : ''}`;
  if (price.rate.kind === 'seconds') {
    const hour = formatCredits(price.rate.nanoCreditsPerSecond * SECONDS_PER_HOUR);
    return [`Cost: about ${hour} credits an hour of work (electricity and the hardware's share)`, from];
  }
  const lines = price.rate.tiers.map(({ inputTokensAbove, price: tier }) => {
    const when = inputTokensAbove === 0 ? '' : `above ${thousands(inputTokensAbove)} input tokens `;
    return `Price per million tokens: ${when}${kinds(tier)}`;
  });
  return [...lines, from];
}

function kinds(price: TokenPrice): string {
  const parts = [`${dollars(price.fresh)} in`];
  if (price.cacheRead !== undefined) parts.push(`${dollars(price.cacheRead)} cached`);
  if (price.cacheWrite !== undefined) parts.push(`${dollars(price.cacheWrite)} written to cache`);
  if (price.cacheWriteHour !== undefined) parts.push(`${dollars(price.cacheWriteHour)} for an hour`);
  parts.push(`${dollars(price.text)} out`);
  if (price.reasoning !== undefined && price.reasoning !== price.text)
    parts.push(`${dollars(priceOfKind(price, 'reasoning'))} thinking`);
  return parts.join(' · ');
}

function strengthLine(strength: Candidate['strength']): string {
  if (!strength) return 'Strength at code: not known';
  const share = `${strength.basis === 'measured' ? '' : '≈ '}${Math.round(strength.passRate)} %`;
  const matched = escapeMarkdown(strength.matchedAs);
  const because = {
    measured: `measured ${strength.date} as ${matched}`,
    inherited: `estimated from ${matched}, measured ${strength.date}`,
    price: `no measurement: guessed from ${matched}`,
    parameters: `no measurement: guessed from ${matched}`,
  }[strength.basis];
  return `Strength at code: ${share} of the Aider polyglot exercises (${because})`;
}
