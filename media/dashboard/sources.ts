import { agentLabel, CONFIDENCE_MARKS, sourceLabel } from '../../src/core/status/labels.ts';
import { counted } from '../../src/core/wholeNumber.ts';
import type { DashboardState, EndpointHealth } from '../../src/protocol/dashboard.ts';
import { h } from './dom.ts';
import { agoText, listed } from './format.ts';
import { metersRead } from './meters.ts';

/** Where each number comes from: every source with how sure it is, when it was last heard, and what it can't read. */
export function sourcesSection(state: DashboardState, now: number): HTMLElement {
  const heard = new Set(state.sources.map(({ source }) => source));
  const silent = state.imports.filter(({ source, files }) => !heard.has(source) && files > 0);
  const absent = metersRead(state.imports)
    .filter(({ files, sources }) => files === 0 && !sources.some((source) => heard.has(source)))
    .map(({ label }) => label);
  const problems = state.imports.flatMap(({ source, problems }) => problems.map((problem) => ({ source, ...problem })));
  return h(
    'section',
    { class: 'sources', 'aria-labelledby': 'sources-title' },
    h('header', {}, h('h2', { id: 'sources-title' }, 'Where the numbers come from')),
    h(
      'table',
      { class: 'groups' },
      h(
        'thead',
        {},
        h(
          'tr',
          {},
          h('th', { scope: 'col' }, 'Source'),
          h('th', { scope: 'col' }, 'Sure'),
          h('th', { scope: 'col', class: 'right' }, 'Calls'),
          h('th', { scope: 'col', class: 'right' }, 'Last'),
        ),
      ),
      h(
        'tbody',
        {},
        ...state.sources.map(({ source, agent, confidence, calls, lastAt }) => {
          const sure = CONFIDENCE_MARKS[confidence as keyof typeof CONFIDENCE_MARKS];
          return h(
            'tr',
            { 'data-key': `${source} ${agent} ${confidence}` },
            h('th', { scope: 'row', title: agentLabel(agent) }, sourceLabel(source)),
            h(
              'td',
              { class: `sure ${confidence}`, title: sure?.meaning },
              sure ? `${sure.mark} ${sure.word}` : confidence,
            ),
            h('td', { class: 'right' }, calls.toLocaleString('en-US')),
            h(
              'td',
              { class: 'right', title: new Date(lastAt).toLocaleString(), 'data-ago': lastAt },
              agoText(lastAt, now),
            ),
          );
        }),
        ...silent.map(({ source, files }) =>
          h(
            'tr',
            { 'data-key': `silent ${source}`, class: 'quiet' },
            h('th', { scope: 'row' }, sourceLabel(source)),
            h('td', { colspan: 3 }, `${counted(files, 'file')}, no calls in them`),
          ),
        ),
        state.sources.length + silent.length === 0 &&
          h('tr', {}, h('td', { colspan: 4, class: 'quiet' }, 'No source has been read yet.')),
      ),
    ),
    absent.length > 0 && h('p', { class: 'quiet' }, `${listed(absent)}: nothing on this machine.`),
    problems.length > 0 &&
      h(
        'ul',
        { class: 'problems' },
        ...problems.map(({ source, sentence, count, example }) =>
          h(
            'li',
            { title: example },
            h('span', { class: 'doubtful' }, `${sourceLabel(source)}: `),
            sentence,
            count > 1 && h('span', { class: 'quiet' }, ` (${count.toLocaleString('en-US')} times)`),
          ),
        ),
      ),
  );
}

const STATES: Readonly<Record<EndpointHealth['state'], { mark: string; word: string }>> = {
  ok: { mark: '●', word: 'answers' },
  down: { mark: '✕', word: 'down' },
  checking: { mark: '◌', word: 'checking' },
  unknown: { mark: '?', word: 'not checked' },
};

/** The endpoints that Marginal can send to, and how each fares. */
export function endpointsSection(state: DashboardState, now: number): HTMLElement {
  return h(
    'section',
    { class: 'endpoints', 'aria-labelledby': 'endpoints-title' },
    h(
      'header',
      {},
      h('h2', { id: 'endpoints-title' }, 'Endpoints'),
      h('button', { class: 'link', 'data-action': 'addEndpoint' }, 'Add…'),
    ),
    state.endpoints.length === 0 &&
      h('p', { class: 'quiet' }, 'None. Start Ollama, or add an endpoint, to send requests through Marginal.'),
    h('ul', { class: 'health' }, ...state.endpoints.map((endpoint) => endpointItem(endpoint, now))),
  );
}

function endpointItem(endpoint: EndpointHealth, now: number): HTMLElement {
  const { mark, word } = STATES[endpoint.state];
  const facts = [
    endpoint.kind,
    endpoint.local ? 'local' : 'cloud',
    endpoint.models === undefined ? '? models' : counted(endpoint.models, 'model'),
    endpoint.latencyMs === undefined ? undefined : `${Math.round(endpoint.latencyMs).toLocaleString('en-US')} ms`,
  ].filter(Boolean);
  return h(
    'li',
    { 'data-key': endpoint.id, class: endpoint.state },
    h(
      'div',
      { class: 'line' },
      h('span', { class: 'name' }, endpoint.label),
      h('span', { class: 'state' }, `${mark} ${word}`),
      h(
        'button',
        {
          class: 'link',
          'data-action': 'testEndpoint',
          'data-endpoint': endpoint.id,
          'aria-label': `Test ${endpoint.label}`,
          disabled: endpoint.state === 'checking',
        },
        'Test',
      ),
    ),
    h(
      'div',
      { class: 'quiet' },
      facts.join(' · '),
      endpoint.checkedAt !== undefined && ' · checked ',
      endpoint.checkedAt !== undefined &&
        h('span', { 'data-ago': endpoint.checkedAt }, agoText(endpoint.checkedAt, now)),
    ),
    endpoint.sentence !== undefined &&
      h('div', { class: endpoint.state === 'down' ? 'bad' : 'quiet' }, endpoint.sentence),
  );
}
