/**
 * The developer's own rules, which come before every prediction: where code may not leave (`marginal.privacy`), and which
 * models a kind of task goes to (`marginal.rules`). Both narrow what may be chosen and never widen it.
 */

import type { NanoCredits } from '../money.ts';
import type { TaskKind, TaskSize } from '../quality/taskClass.ts';
import type { Candidate } from './candidate.ts';
import { matchesPattern } from './pathPattern.ts';
import { isAt, type PrivacyPrice, privacyPrice, type RequestPlaces } from './privacy.ts';

/** Thirds of the models that can be had, by their strength. */
export const TIERS = ['light', 'standard', 'strong'] as const;
export type Tier = (typeof TIERS)[number];

export interface Rule {
  /** All that is given must fit; nothing given: every request. */
  readonly when: {
    readonly task?: TaskKind | undefined;
    readonly size?: TaskSize | undefined;
    /** A folder or file, or a glob. */
    readonly folder?: string | undefined;
  };
  /** `local`, `cloud`, a tier, or a model's name (its endpoint's id before it, where several have it: `openai/gpt-5`). */
  readonly use: string;
}

export interface RuleSituation {
  /** undefined: the request is the editor's own, or nothing can be told of it. */
  readonly task: { readonly kind: TaskKind; readonly size: TaskSize } | undefined;
  readonly places: RequestPlaces;
}

/** A candidate as the rules leave it. */
export interface Ruled<C extends Candidate = Candidate> {
  readonly candidate: C;
  /** Why it can't be had; undefined: it can, as far as rules go. */
  readonly barred: string | undefined;
  /** The price of privacy for this request; 0 on own hardware. */
  readonly privacyNanoCredits: NanoCredits;
}

export interface Ruling<C extends Candidate = Candidate> {
  readonly candidates: readonly Ruled<C>[];
  /** What the rules did, a sentence each. */
  readonly notes: readonly string[];
}

/**
 * `never` of a folder bars the cloud, and so does a rule `local`, wherever it stands among the rules; nothing loosens them.
 * The other rules narrow what is left, in their order; one whose models can't be had is passed over, and said so.
 * `canServe`: whether a candidate could take the request now (it is up, and the request fits).
 */
export function applyRules<C extends Candidate>(
  candidates: readonly C[],
  situation: RuleSituation,
  settings: { readonly rules: readonly Rule[]; readonly privacy: readonly PrivacyPrice[] },
  canServe: (candidate: C) => boolean,
): Ruling<C> {
  const bars = new Map<C, string>();
  const notes: string[] = [];
  const price = privacyPrice(settings.privacy, situation.places);
  const bar = (barred: readonly C[], why: string) => {
    for (const each of barred) if (!bars.has(each)) bars.set(each, why);
  };
  if (price?.nanoCredits === 'never')
    bar(candidates.filter(isCloud), `your setting marginal.privacy says never for ${price.pattern}`);
  const fitting = settings.rules.filter(({ when }) => fitsRule(when, situation));
  for (const rule of fitting.filter(({ use }) => use === 'local')) {
    bar(candidates.filter(isCloud), `your rule “${ruleText(rule)}” keeps it here`);
    notes.push(`Your rule “${ruleText(rule)}” holds.`);
  }
  for (const rule of fitting.filter(({ use }) => use !== 'local')) {
    const left = candidates.filter((each) => !bars.has(each));
    const meant = new Set(meantBy(rule.use, left.filter(canServe)));
    if (meant.size === 0) {
      notes.push(`Your rule “${ruleText(rule)}” was passed over: none of its models can be had for this request.`);
      continue;
    }
    bar(
      left.filter((each) => !meant.has(each)),
      `your rule “${ruleText(rule)}” goes first`,
    );
    notes.push(`Your rule “${ruleText(rule)}” holds.`);
  }
  const privacy = price === undefined || price.nanoCredits === 'never' ? 0 : price.nanoCredits;
  return {
    candidates: candidates.map((candidate) => ({
      candidate,
      barred: bars.get(candidate),
      privacyNanoCredits: isCloud(candidate) ? privacy : 0,
    })),
    notes,
  };
}

/** Tells the files that any rule or price of privacy is about. */
export function isNamedBy(
  { privacy, rules }: { readonly privacy: readonly PrivacyPrice[]; readonly rules: readonly Rule[] },
  home: string | undefined,
): (path: string) => boolean {
  const patterns = [...privacy.map(({ pattern }) => pattern), ...rules.flatMap(({ when }) => when.folder ?? [])];
  return (path) => patterns.some((pattern) => matchesPattern(pattern, path, home));
}

const isCloud = ({ local }: Candidate) => !local;

function fitsRule({ task, size, folder }: Rule['when'], situation: RuleSituation): boolean {
  return (
    (task === undefined || task === situation.task?.kind) &&
    (size === undefined || size === situation.task?.size) &&
    (folder === undefined || isAt(folder, situation.places))
  );
}

function meantBy<C extends Candidate>(use: string, candidates: readonly C[]): readonly C[] {
  if (use === 'cloud') return candidates.filter(isCloud);
  if (isTier(use)) return tierOf(use, candidates);
  return candidates.filter(({ model, endpointId }) => use === model.name || use === `${endpointId}/${model.name}`);
}

/** A third of them, at least one; where there are less than three, one may be in two tiers. */
function tierOf<C extends Candidate>(tier: Tier, candidates: readonly C[]): readonly C[] {
  const known = candidates.filter(({ strength, demo }) => strength !== undefined && !demo);
  const sorted = known.toSorted((a, b) => (a.strength?.passRate ?? 0) - (b.strength?.passRate ?? 0));
  const third = sorted.length / 3;
  switch (tier) {
    case 'light':
      return sorted.slice(0, Math.ceil(third));
    case 'standard':
      return sorted.slice(Math.floor(third), Math.ceil(2 * third));
    case 'strong':
      return sorted.slice(Math.floor(2 * third));
  }
}

export function isTier(use: string): use is Tier {
  return (TIERS as readonly string[]).includes(use);
}

/** `test → local`, `fix, complex, ~/work → strong`. */
export function ruleText({ when, use }: Rule): string {
  const conditions = [when.task, when.size, when.folder].filter((each) => each !== undefined);
  return `${conditions.length === 0 ? 'all' : conditions.join(', ')} → ${use}`;
}

/**
 * Why a model that the developer picked by name may not have the request: only where code may not leave. A rule for a kind of
 * task gives way to a pick, a rule for a folder doesn't. undefined: it may.
 */
export function folderBar(
  candidate: Candidate,
  places: RequestPlaces,
  settings: { readonly rules: readonly Rule[]; readonly privacy: readonly PrivacyPrice[] },
): string | undefined {
  const rules = settings.rules.filter(
    ({ when, use }) =>
      use === 'local' && when.folder !== undefined && when.task === undefined && when.size === undefined,
  );
  const none = { task: undefined, places };
  return applyRules([candidate], none, { rules, privacy: settings.privacy }, () => true).candidates[0]?.barred;
}
