import type { Cause } from '../../src/core/explain/explainRun.ts';
import { CAUSE_LABELS } from '../../src/core/explain/sentence.ts';
import { figureText, moneyText, sureness } from '../../src/core/status/moneyText.ts';
import { counted } from '../../src/core/wholeNumber.ts';
import type { DashboardWhy } from '../../src/protocol/dashboardReasons.ts';
import { type Child, h } from './dom.ts';
import { momentText, shortTokensText, subagentText, tokensText } from './format.ts';

/** Why the run that is shown cost what it did: the sentence, a bar, and on demand the figures and the session's tree. */
export function whyPanel(runId: string, why: DashboardWhy | undefined, open: boolean): Child {
  if (!why) return undefined;
  const total = why.parts.reduce((sum, { nanoCredits }) => sum + nanoCredits, 0);
  return h(
    'div',
    { class: 'why', 'data-key': 'why' },
    h(
      'p',
      {},
      h('span', { class: 'sentence' }, why.sentence),
      why.remedy !== undefined && h('span', { class: 'remedy' }, ` ${why.remedy}`),
      why.unpriced !== undefined && ' ',
      why.unpriced !== undefined &&
        h(
          'button',
          { class: 'link', 'data-action': 'openSettings', 'data-setting': 'marginal.prices' },
          'Give a price…',
        ),
    ),
    total > 0 &&
      h(
        'div',
        { class: 'causes', 'aria-hidden': 'true' },
        ...why.parts
          .filter(({ nanoCredits }) => nanoCredits > 0)
          .map(({ cause, nanoCredits }) =>
            h('div', {
              class: `cause ${cause}`,
              'data-key': cause,
              vars: { share: nanoCredits / total },
              title: `${CAUSE_LABELS[cause].name}: ${figureText(nanoCredits, why.confidence)} cr`,
            }),
          ),
      ),
    h(
      'button',
      { class: 'link', 'data-action': 'toggleWhy', 'aria-expanded': open ? 'true' : 'false', 'aria-controls': 'why' },
      open ? 'Hide the figures' : 'Show the figures',
    ),
    h(
      'div',
      { id: 'why', hidden: !open },
      ...(open ? [causeTable(why, total), why.session && sessionTree(why.session, runId)] : []),
    ),
  );
}

function causeTable({ parts, confidence, cost }: DashboardWhy, total: number): HTMLElement {
  return h(
    'table',
    { class: 'groups', 'data-key': 'causes' },
    h('caption', { class: 'spoken' }, 'What the prompt’s credits were for'),
    h(
      'thead',
      {},
      h(
        'tr',
        {},
        h('th', { scope: 'col' }, confidence === 'estimated' ? 'What for (split estimated)' : 'What for'),
        h('th', { scope: 'col', class: 'right', title: 'Tokens paid for, as often as they were' }, 'Tokens'),
        h('th', { scope: 'col', class: 'right' }, 'Credits'),
        h('th', { scope: 'col', class: 'right' }, 'Share'),
      ),
    ),
    h(
      'tbody',
      {},
      ...parts.map(({ cause, nanoCredits, tokens }) =>
        h(
          'tr',
          { 'data-key': cause },
          h('th', { scope: 'row', title: CAUSE_LABELS[cause].meaning }, swatch(cause), CAUSE_LABELS[cause].name),
          h('td', { class: 'right', title: tokensText(tokens) }, shortTokensText(tokens)),
          h('td', { class: 'right strong' }, figureText(nanoCredits, confidence)),
          h('td', { class: 'right' }, total > 0 ? partText(nanoCredits / total) : ''),
        ),
      ),
      h(
        'tr',
        { class: 'sum' },
        h('th', { scope: 'row' }, 'all'),
        h('td', {}),
        h('td', { class: 'right strong', title: sureness(cost) }, moneyText(cost).replace(' cr', '')),
        h('td', {}),
      ),
    ),
  );
}

/** Rounded; a small part is no nothing. */
function partText(share: number): string {
  return share > 0 && share < 0.005 ? '< 1 %' : `${Math.round(share * 100)} %`;
}

function swatch(cause: Cause): HTMLElement {
  return h('span', { class: `swatch cause ${cause}`, 'aria-hidden': 'true' });
}

function sessionTree({ total, runs, rest }: NonNullable<DashboardWhy['session']>, runId: string): HTMLElement {
  return h(
    'div',
    { class: 'tree', 'data-key': 'tree' },
    h('h3', {}, `The session: ${moneyText(total)}`),
    rest && h('p', { class: 'quiet' }, `${counted(rest.runs, 'earlier prompt')}: ${moneyText(rest.cost)}`),
    h(
      'ul',
      {},
      ...runs.map(({ id, at, calls, own, total: ofRun, subagents }) =>
        h(
          'li',
          { 'data-key': id },
          node(
            id === runId
              ? h('span', { class: 'current', 'aria-current': 'true' }, `${momentText(at)} (this prompt)`)
              : h('button', { class: 'link', 'data-action': 'showRun', 'data-run': id }, momentText(at)),
            `${counted(calls, 'step')}${subagents.length > 0 ? ` · ${moneyText(own)} without its sub-agents` : ''}`,
            moneyText(ofRun),
          ),
          subagents.length > 0 &&
            h(
              'ul',
              {},
              ...subagents.map((agent) =>
                h(
                  'li',
                  { 'data-key': agent.id },
                  node(
                    h('span', { title: agent.id }, subagentText(agent.id)),
                    counted(agent.calls, 'step'),
                    moneyText(agent.total),
                  ),
                ),
              ),
            ),
        ),
      ),
    ),
  );
}

function node(name: HTMLElement, steps: string, money: string): HTMLElement {
  return h('div', { class: 'node' }, name, h('span', { class: 'quiet' }, steps), h('span', { class: 'strong' }, money));
}
