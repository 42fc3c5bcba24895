import { METERS } from '../../src/core/meters.ts';
import { agentLabel } from '../../src/core/status/labels.ts';
import { counted } from '../../src/core/wholeNumber.ts';
import type { DashboardState } from '../../src/protocol/dashboard.ts';
import { type Child, h } from './dom.ts';
import { listed } from './format.ts';
import { metersRead } from './meters.ts';

/** True until the first call is in the ledger's last days. */
export function isEmpty(state: DashboardState): boolean {
  return state.runs.length === 0 && state.burn.days.length === 0 && state.sources.length === 0;
}

/** What Marginal looked for and found, and the next steps. */
export function emptyState(state: DashboardState): HTMLElement {
  return h(
    'section',
    { class: 'empty', 'aria-labelledby': 'empty-title' },
    h('h2', { id: 'empty-title' }, 'Nothing metered yet'),
    h('p', {}, 'Figures appear here by themselves, within a second of the first model call. Marginal looked for:'),
    h('ul', { class: 'found' }, ...found(state)),
    h('h3', {}, 'Next'),
    h(
      'ol',
      {},
      h(
        'li',
        {},
        h('button', { class: 'link', 'data-action': 'openChat' }, 'Open Chat'),
        ' and pick a Marginal model, or work with Claude Code, Codex, Copilot or another agent as always.',
      ),
      h(
        'li',
        {},
        h('button', { class: 'link', 'data-action': 'addEndpoint' }, 'Add a model endpoint'),
        ': Ollama, an OpenAI-compatible server, or Anthropic.',
      ),
      h(
        'li',
        {},
        h('button', { class: 'link', 'data-action': 'choosePlan' }, 'Choose a plan'),
        ': what pays for your agents, what is left of it and until when it lasts.',
      ),
      h(
        'li',
        {},
        h(
          'button',
          { class: 'link', 'data-action': 'openSettings', 'data-setting': 'marginal.budget' },
          'Set a budget',
        ),
        ': the status bar changes colour at 70 % and at 90 % of it.',
      ),
    ),
  );
}

function found({ imports, endpoints, settings }: DashboardState): readonly Child[] {
  const item = (key: string, mark: string, name: string, what?: string): HTMLElement =>
    h(
      'li',
      { 'data-key': key },
      h('span', { class: 'mark' }, mark),
      h('span', { class: 'what' }, name),
      what !== undefined && h('span', { class: 'quiet' }, what),
    );
  const read = metersRead(imports);
  const absent = read.filter(({ files }) => files === 0).map(({ label }) => label);
  const meters = [
    ...read
      .filter(({ files }) => files > 0)
      .map(({ label, files }) => item(label, '✓', label, `${counted(files, 'file')}, no calls in them yet`)),
    absent.length > 0 && item('absent', '–', `${listed(absent)}: nothing on this machine`),
  ];
  const off: Child[] = [
    ...METERS.map(
      ({ name, agent }) =>
        settings.meters[name] === false && item(`${name} off`, '–', agentLabel(agent), 'its meter is switched off'),
    ),
    !settings.ollamaDiscover &&
      !endpoints.some(({ kind }) => kind === 'ollama') &&
      item('ollama off', '–', 'Ollama', 'its discovery is switched off'),
    !settings.vscodeModels && item('vscode off', '–', 'VS Code’s own models', 'switched off'),
  ];
  const places = endpoints.map(({ id, label, state, models, sentence }) =>
    state === 'ok'
      ? item(id, '✓', label, models === undefined ? 'answers' : counted(models, 'model'))
      : item(
          id,
          '–',
          label,
          sentence ?? { down: 'does not answer', checking: 'checking…', unknown: 'not checked' }[state],
        ),
  );
  return [...meters, ...places, ...off];
}
