/** What the model picker offers: every model of every endpoint, and the policies. */

import { escapeMarkdown } from '../core/markdown.ts';
import type { ContractName } from '../core/route/menu.ts';
import { detail, tooltip } from '../core/route/pickerText.ts';
import type { CatalogModel } from './catalog.ts';

export interface Offer {
  readonly id: string;
  readonly name: string;
  readonly family: string;
  readonly version: string;
  readonly detail: string;
  readonly tooltip: string;
  readonly maxInputTokens: number;
  readonly maxOutputTokens: number;
  readonly tools: boolean;
  readonly images: boolean;
  /** It can be told how much to think. */
  readonly thinking: boolean;
}

export type PolicyName = ContractName;

const POLICY_PREFIX = 'policy/';
/**
 * VS Code needs figures where nobody gives any. Agent mode's instructions and tools alone take about 15,000 tokens: in a
 * context that hardly holds them VS Code has the model summarize the conversation before each step, without end.
 */
const UNKNOWN_CONTEXT_TOKENS = 65_536;
const UNKNOWN_OUTPUT_TOKENS = 4_096;

const POLICIES: readonly {
  readonly policy: PolicyName;
  readonly name: string;
  readonly detail: string;
  readonly tooltip: string;
}[] = [
  {
    policy: 'frugal',
    name: 'Marginal: Frugal',
    detail: 'cheapest that fits',
    tooltip: 'For each request the model that costs least among those that can take it (context, tools, images).',
  },
  {
    policy: 'balanced',
    name: 'Marginal: Balanced',
    detail: 'worth most for its cost',
    tooltip:
      'For each request the model whose chance of success is worth most to you after its cost, its wait and its risk. In a run it stays with a model unless the gain exceeds what switching loses of the cached prefix.',
  },
  {
    policy: 'best',
    name: 'Marginal: Best',
    detail: 'strongest that fits',
    tooltip:
      'For each request the strongest model that can take it, by the Aider polyglot benchmark; where a model is not in it, by its predecessor, size or price.',
  },
];

/** The policy that an offer's id names; undefined: it is a model. */
export function policyOf(offerId: string): PolicyName | undefined {
  return POLICIES.find(({ policy }) => offerId === POLICY_PREFIX + policy)?.policy;
}

/**
 * The offers for a list of models, policies first, each with its contract (a sentence) where there is one. VS Code's own models are only routes of the policies: they stand in
 * the picker already (docs/decisions/2026-11-22-vscode-models-are-routes.md).
 */
export function offersOf(
  models: readonly CatalogModel[],
  contract: (policy: PolicyName) => string | undefined = () => undefined,
): readonly Offer[] {
  if (models.length === 0) return [];
  return [
    ...POLICIES.map((policy) => withContract(policyOffer(policy, models), contract(policy.policy))),
    ...models.filter(({ endpoint }) => !endpoint.id.startsWith('vscode:')).map(modelOffer),
  ];
}

function modelOffer(candidate: CatalogModel): Offer {
  const { model, endpoint } = candidate;
  const context = model.contextTokens ?? UNKNOWN_CONTEXT_TOKENS;
  const maxOutputTokens = Math.min(model.maxOutputTokens ?? UNKNOWN_OUTPUT_TOKENS, Math.floor(context / 2));
  return {
    id: candidate.id,
    name: `${model.displayName ?? model.name} (${endpoint.label})`,
    family: model.name,
    version: model.family ?? model.name,
    detail: detail(candidate),
    tooltip: tooltip(candidate),
    maxInputTokens: context - maxOutputTokens,
    maxOutputTokens,
    // A model that isn't known to call tools is offered for them all the same: without, Agent mode wouldn't list it.
    tools: model.tools ?? true,
    images: model.images ?? false,
    thinking: model.thinking === true && model.takesEffort !== false,
  };
}

function withContract(offer: Offer, contract: string | undefined): Offer {
  return contract === undefined ? offer : { ...offer, tooltip: `${offer.tooltip}\n\n${escapeMarkdown(contract)}` };
}

function policyOffer({ policy, ...words }: (typeof POLICIES)[number], models: readonly CatalogModel[]): Offer {
  const offers = models.map(modelOffer);
  return {
    id: POLICY_PREFIX + policy,
    family: 'marginal-policy',
    version: '1',
    ...words,
    maxInputTokens: Math.max(...offers.map(({ maxInputTokens }) => maxInputTokens)),
    maxOutputTokens: Math.max(...offers.map(({ maxOutputTokens }) => maxOutputTokens)),
    tools: offers.some(({ tools }) => tools),
    images: offers.some(({ images }) => images),
    thinking: offers.some(({ thinking }) => thinking),
  };
}
