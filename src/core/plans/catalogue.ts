/**
 * Plans to pick from. A number stands here only where its vendor publishes it; limits of subscriptions are not published
 * in tokens or credits, so none is given. Vendors change plans often: every entry can be overruled in the settings.
 */
import type { PlanOffer, PlanWindow } from './plan.ts';

const GITHUB = 'github/docs data/variables/copilot.yml at 033f542 (CC BY 4.0)';
/** Day on which all sources were read. */
const DATE = '2026-11-26';
const FLEX = 'GitHub may change the flexible part of it from month to month.';
const COPILOT = ['copilot', 'copilot-cli', 'copilot-chat'];

const copilot = { kind: 'pool', agents: COPILOT, overage: 'list', zone: 'utc', source: GITHUB, date: DATE } as const;

const FIVE_HOURS: PlanWindow = { window: '5h', label: '5-hour window' };
const WEEK: PlanWindow = { window: 'week', label: 'Weekly window' };
const subscription = { kind: 'windows', windows: [FIVE_HOURS, WEEK], overage: 'list', zone: 'local' } as const;
const UNPUBLISHED = 'Its limits are not published in tokens: shares are shown where the agent records them.';

const claude = {
  ...subscription,
  agents: ['claude-code'],
  source: 'support.anthropic.com, article 11014257',
  date: DATE,
  note: UNPUBLISHED,
} as const;
const chatgpt = {
  ...subscription,
  agents: ['codex'],
  source: 'developers.openai.com/codex/pricing',
  date: DATE,
  note: UNPUBLISHED,
} as const;

export const PLAN_OFFERS: readonly PlanOffer[] = [
  {
    ...copilot,
    id: 'copilot-free',
    label: 'GitHub Copilot Free',
    overage: 'none',
    note: 'GitHub doesn’t publish its credits: enter what your account’s page shows.',
  },
  { ...copilot, id: 'copilot-pro', label: 'GitHub Copilot Pro', creditsPerSeat: 1_500, note: FLEX },
  { ...copilot, id: 'copilot-pro-plus', label: 'GitHub Copilot Pro+', creditsPerSeat: 7_000, note: FLEX },
  { ...copilot, id: 'copilot-max', label: 'GitHub Copilot Max', creditsPerSeat: 20_000, note: FLEX },
  { ...copilot, id: 'copilot-business', label: 'GitHub Copilot Business', creditsPerSeat: 1_900, pooled: true },
  { ...copilot, id: 'copilot-enterprise', label: 'GitHub Copilot Enterprise', creditsPerSeat: 3_900, pooled: true },
  { ...claude, id: 'claude-pro', label: 'Claude Pro' },
  { ...claude, id: 'claude-max-5x', label: 'Claude Max (5×)' },
  { ...claude, id: 'claude-max-20x', label: 'Claude Max (20×)' },
  { ...chatgpt, id: 'chatgpt-plus', label: 'ChatGPT Plus' },
  { ...chatgpt, id: 'chatgpt-pro', label: 'ChatGPT Pro' },
  { ...chatgpt, id: 'chatgpt-business', label: 'ChatGPT Business' },
  {
    id: 'pay-as-you-go',
    label: 'Pay as you go (an API key)',
    kind: 'metered',
    agents: [],
    overage: 'list',
    zone: 'utc',
    source: 'paid by what is used',
    date: DATE,
  },
  {
    id: 'own',
    label: 'Another plan, with your own numbers',
    kind: 'pool',
    agents: [],
    overage: 'none',
    zone: 'local',
    source: 'your setting',
    date: DATE,
  },
];

export function planOffer(id: string): PlanOffer | undefined {
  return PLAN_OFFERS.find((offer) => offer.id === id);
}
