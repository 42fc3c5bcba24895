/** The dashboard's page: takes what the extension tells, shows it, and says what the user asks for. */
import {
  type DashboardState,
  type FromDashboard,
  fromDashboardSchema,
  OPENABLE_SETTINGS,
  parseToDashboard,
} from '../../src/protocol/dashboard.ts';
import type { OutlookAnswer } from '../../src/protocol/dashboardOutlook.ts';
import type { PricesAnswer } from '../../src/protocol/dashboardPrices.ts';
import type {
  BreakdownAnswer,
  DashboardAnswer,
  DearestAnswer,
  WhyAnswer,
} from '../../src/protocol/dashboardReasons.ts';
import type { ScoresAnswer } from '../../src/protocol/dashboardScores.ts';
import { FIRST_VIEW, patched } from '../../src/protocol/dashboardState.ts';
import type { SuccessAnswer } from '../../src/protocol/dashboardSuccess.ts';
import { announcer, endedStep } from './announcer.ts';
import { burnSection, daysOf } from './burn.ts';
import { type BurnChart, burnChart } from './burnChart.ts';
import { type Choices, dearestOf, groupingOf, periodOf, restored } from './choices.ts';
import { DEAREST_SHOWN, dearestSection } from './dearest.ts';
import { type Child, h, morphChildren } from './dom.ts';
import { emptyState, isEmpty } from './emptyState.ts';
import { figures } from './figures.ts';
import { agoText, secondsText } from './format.ts';
import { columns, layoutOf } from './layout.ts';
import { plansSection } from './plans.ts';
import { pricesSection } from './prices.ts';
import { questionKey, questions } from './questions.ts';
import { reconciliationSection } from './reconciliation.ts';
import { outlookPanel } from './runOutlook.ts';
import { scoresSection } from './scores.ts';
import { endpointsSection, sourcesSection } from './sources.ts';
import { runSection } from './steps.ts';
import { successesSection } from './successes.ts';
import { whyPanel } from './why.ts';

interface CodeApi {
  postMessage(message: FromDashboard): void;
  getState(): unknown;
  setState(state: Choices): void;
}
declare function acquireVsCodeApi(): CodeApi;

const api = acquireVsCodeApi();
const root = byId('dashboard');
const say = announcer(byId('announcer'));

let choices = restored(api.getState());
let state: DashboardState | undefined;
let failure: string | undefined;
/** The extension's clock minus this page's own. */
let clockOffsetMs = 0;
let chart: BurnChart | undefined;
/** The newest answers, by their questions. */
const answers = new Map<string, DashboardAnswer>();
const MOST_ANSWERS = 60;
const inquiry = questions(ask, () => Date.now());

addEventListener('message', (event: MessageEvent<unknown>) => {
  const message = parseToDashboard(event.data);
  if (!message) {
    // Never a page of wrong figures: what can't be read is said.
    failure = 'The dashboard got a message that it can’t read. Reload the window (Developer: Reload Window).';
    render();
    return;
  }
  if (
    message.type === 'breakdown' ||
    message.type === 'dearest' ||
    message.type === 'why' ||
    message.type === 'successes' ||
    message.type === 'prices' ||
    message.type === 'scores' ||
    message.type === 'outlook'
  ) {
    inquiry.took(message);
    answers.delete(questionKey(message));
    answers.set(questionKey(message), message);
    if (answers.size > MOST_ANSWERS) answers.delete(answers.keys().next().value ?? '');
    render();
    return;
  }
  if (message.type === 'failure') {
    inquiry.failed();
    failure = message.sentence;
    say(message.sentence);
    render();
    return;
  }
  const before = state;
  if (message.type === 'snapshot') state = message.state;
  else if (state) state = patched(state, message);
  else return;
  failure = undefined;
  clockOffsetMs = state.now - Date.now();
  render();
  const ended = before && endedStep(before, state);
  if (ended !== undefined) say(ended);
});

root.addEventListener('click', (event) => {
  const target = event.target instanceof Element ? event.target.closest<HTMLElement>('[data-action]') : null;
  if (!target || target instanceof HTMLSelectElement) return;
  act(target.dataset.action ?? '', target.dataset);
});

root.addEventListener('change', (event) => {
  if (!(event.target instanceof HTMLSelectElement)) return;
  const { value, dataset } = event.target;
  if (dataset.action === 'by') {
    choose({ by: groupingOf(value) });
    render();
  } else showRun(value === '' ? undefined : value);
});

/** undefined: the latest run. */
function showRun(runId: string | undefined): void {
  choose({ runId, stepLimit: FIRST_VIEW.stepLimit });
  ask({ type: 'selectRun', runId });
}

function act(action: string, data: DOMStringMap): void {
  switch (action) {
    case 'period':
      choose({ period: periodOf(data.period) });
      render();
      return;
    case 'toggleTable':
      choose({ asTable: !choices.asTable });
      render();
      return;
    case 'togglePlans':
      choose({ plansAsTable: !choices.plansAsTable });
      render();
      return;
    case 'toggleWhy':
      choose({ whyOpen: !choices.whyOpen });
      render();
      return;
    case 'toggleOutlook':
      choose({ outlookOpen: !choices.outlookOpen });
      render();
      return;
    case 'moreDearest':
      choose({ dearest: dearestOf(Number(data.limit)) });
      render();
      return;
    case 'showRun':
      showRun(data.run);
      document.getElementById('run-title')?.scrollIntoView({ block: 'nearest' });
      return;
    case 'showSteps': {
      const limit = Number(data.limit);
      choose({ stepLimit: limit });
      ask({ type: 'showSteps', limit });
      return;
    }
    case 'correctTask':
      ask({ type: 'correctTask', runId: data.run ?? '' });
      return;
    case 'testEndpoint':
      ask({ type: 'testEndpoint', endpointId: data.endpoint ?? '' });
      return;
    case 'openSettings':
      ask({
        type: 'openSettings',
        setting: OPENABLE_SETTINGS.find((setting) => setting === data.setting) ?? 'marginal',
      });
      return;
    default: {
      const request = fromDashboardSchema.safeParse({ type: action });
      if (request.success) ask(request.data);
    }
  }
}

function ask(request: FromDashboard): void {
  api.postMessage(request);
}

function choose(change: Partial<Choices>): void {
  choices = { ...choices, ...change };
  api.setState(choices);
}

/** A first painting draws as many steps as can be seen; the rest follow when it is there. */
const FIRST_ROWS = 40;
let allRows = false;

function render(): void {
  const now = Date.now() + clockOffsetMs;
  const notices = [
    ...(failure === undefined ? [] : [failure]),
    ...(state?.troubles ?? []).map(({ sentence }) => sentence),
  ];
  const children: Child[] = [
    notices.length > 0 &&
      h('div', { class: 'notices', 'data-key': 'notices' }, ...notices.map((notice) => h('p', {}, notice))),
  ];
  const suggestion = suggestionLine(state);
  if (suggestion) children.push(suggestion);
  if (!state)
    children.push(h('p', { class: 'loading' }, failure === undefined ? 'Reading the ledger…' : 'Nothing to show.'));
  else if (isEmpty(state)) children.push(emptyState(state), endpointsSection(state, now), footer());
  else {
    children.push(
      figures(state),
      columns(layoutOf(root), {
        run: runSection(state, choices.runId, now, allRows ? Number.POSITIVE_INFINITY : FIRST_ROWS, why(), outlook()),
        dearest: dearestSection(dearest(), state.burn.fromDay, choices.dearest, state.run?.header.runId),
        plans: plansSection(state, choices.plansAsTable),
        burn: burnSection(state, choices.period, choices.by, breakdown(), choices.asTable),
        successes: successesSection(successes()),
        prices: pricesSection(answers.get(questionKey(PRICES)) as PricesAnswer | undefined),
        scores: scoresSection(answers.get(questionKey(SCORES)) as ScoresAnswer | undefined),
        sources: sourcesSection(state, now),
        reconciliation: reconciliationSection(state),
        endpoints: endpointsSection(state, now),
      }),
      footer(),
    );
  }
  morphChildren(
    root,
    children.filter((child) => child instanceof Node),
  );
  const grouping = root.querySelector<HTMLSelectElement>('select[data-action=by]');
  if (grouping && grouping.value !== choices.by) grouping.value = choices.by;
  const picker = root.querySelector<HTMLSelectElement>('select[data-action=selectRun]');
  if (picker && picker.value !== (choices.runId ?? '')) {
    picker.value = choices.runId ?? '';
    // A run that is no longer among the latest: the page shows the latest, and says so.
    if (picker.selectedIndex < 0) picker.value = '';
  }
  renderChart();
  if (state && !allRows) {
    allRows = true;
    requestIdleCallback(render, { timeout: 500 });
  } else inquire();
}

const DEAREST_AGAIN_MS = 10_000;
const BREAKDOWN_AGAIN_MS = 5_000;
const TOOLS_AGAIN_MS = 30_000;
const SUCCESSES_AGAIN_MS = 10_000;
const PRICES_AGAIN_MS = 5_000;
const WHY_AGAIN_MS = 1_500;
const PRICES = { type: 'prices' } as const;
const SCORES = { type: 'scores' } as const;
/** Runs end, and outcomes come, minutes apart. */
const SCORES_AGAIN_MS = 60_000;
const OUTLOOK_TURN_MS = 4_000;

/** Asks for what is shown and not in the state; first paintings don't wait for it. */
function inquire(): void {
  if (!state || isEmpty(state) || document.hidden) return;
  const { calls, cost } = state.burn.all.agents.reduce(
    (sum, group) => ({ calls: sum.calls + group.calls, cost: sum.cost + group.cost.nanoCredits }),
    { calls: 0, cost: 0 },
  );
  const basis = `${calls} ${cost}`;
  inquiry.want(dearestQuestion(state), basis, DEAREST_AGAIN_MS);
  const asked = breakdownQuestion(state);
  if (asked) inquiry.want(asked, basis, asked.by === 'tool' ? TOOLS_AGAIN_MS : BREAKDOWN_AGAIN_MS);
  // Outcomes come minutes after the calls that they are about.
  inquiry.want(successQuestion(state), `${basis} ${Math.floor(state.now / SUCCESSES_AGAIN_MS)}`, SUCCESSES_AGAIN_MS);
  inquiry.want(PRICES, basis, PRICES_AGAIN_MS);
  inquiry.want(SCORES, `${basis} ${Math.floor(state.now / SCORES_AGAIN_MS)}`, SCORES_AGAIN_MS);
  const header = state.run?.header;
  if (header) {
    const { runId, steps, live } = header;
    const basis = `${steps} ${header.cost.nanoCredits} ${live}`;
    inquiry.want({ type: 'why', runId }, basis, WHY_AGAIN_MS);
    // While it is at work time tells, too: what tools returned, and that it fell silent.
    const known = answers.get(questionKey({ type: 'outlook', runId })) as OutlookAnswer | undefined;
    const turn = live || known?.current ? Math.floor(Date.now() / OUTLOOK_TURN_MS) : 0;
    inquiry.want({ type: 'outlook', runId }, `${basis} ${turn}`, WHY_AGAIN_MS);
  }
}

function dearestQuestion(now: DashboardState) {
  return { type: 'dearest' as const, ...daysOf('all', now), limit: choices.dearest };
}

function breakdownQuestion(now: DashboardState) {
  const { by, period } = choices;
  return by === 'agent' ? undefined : { type: 'breakdown' as const, by, ...daysOf(period, now) };
}

/** Where more of them are being read, those that are there. */
function dearest(): DearestAnswer | undefined {
  if (!state) return undefined;
  const question = dearestQuestion(state);
  const limits = [question.limit, ...DEAREST_SHOWN];
  return limits
    .map((limit) => answers.get(questionKey({ ...question, limit })) as DearestAnswer | undefined)
    .find((answer) => answer !== undefined);
}

function successQuestion(now: DashboardState) {
  return { type: 'successes' as const, ...daysOf('all', now) };
}

function successes(): SuccessAnswer | undefined {
  return state && (answers.get(questionKey(successQuestion(state))) as SuccessAnswer | undefined);
}

function breakdown(): BreakdownAnswer | undefined {
  const question = state && breakdownQuestion(state);
  return question && (answers.get(questionKey(question)) as BreakdownAnswer | undefined);
}

function why(): Child {
  const runId = state?.run?.header.runId;
  if (runId === undefined) return undefined;
  const answer = answers.get(questionKey({ type: 'why', runId })) as WhyAnswer | undefined;
  return whyPanel(runId, answer?.why, choices.whyOpen);
}

function outlook(): Child {
  const run = state?.run;
  if (!run) return undefined;
  const answer = answers.get(questionKey({ type: 'outlook', runId: run.header.runId })) as OutlookAnswer | undefined;
  return outlookPanel(answer, run.steps, choices.outlookOpen, run.header.live);
}

/** The chart draws on its own element, which `burnSection` shows or hides around it. */
function renderChart(): void {
  const place = document.getElementById('burn-chart');
  if (!place || !state) {
    chart = undefined;
    return;
  }
  place.hidden = choices.asTable || state.burn.days.length === 0;
  if (!chart || place.childElementCount === 0) chart = burnChart(place);
  if (!place.hidden) chart.update(state.burn);
}

function footer(): HTMLElement {
  const inPanel = document.body.dataset.place === 'panel';
  return h(
    'footer',
    { 'data-key': 'footer' },
    !inPanel && h('button', { class: 'link', 'data-action': 'openPanel' }, 'Open in editor'),
    h('button', { class: 'link', 'data-action': 'openSettings', 'data-setting': 'marginal' }, 'Settings'),
    h('button', { class: 'link', 'data-action': 'rescan' }, 'Look again'),
    h('button', { class: 'link', 'data-action': 'showLog' }, 'Log'),
    h('span', { class: 'quiet' }, '1 credit = US$0.01'),
  );
}

/** What is offered once; either answer ends it. */
function suggestionLine(shown: DashboardState | undefined): HTMLElement | undefined {
  if (!shown?.suggestion) return undefined;
  const { sentence, action } = shown.suggestion;
  return h(
    'p',
    { class: 'suggestion', 'data-key': 'suggestion' },
    h('span', {}, sentence),
    h('button', { class: 'link', 'data-action': 'takeSuggestion' }, action),
    h('button', { class: 'link', 'data-action': 'dismissSuggestion' }, 'No, thanks'),
  );
}

function byId(id: string): HTMLElement {
  const element = document.getElementById(id);
  if (!element) throw new Error(`The dashboard's page has no #${id}.`);
  return element;
}

// Seconds of an open step and "3 min ago" go on between messages.
setInterval(() => {
  if (document.hidden) return;
  inquire();
  const now = Date.now() + clockOffsetMs;
  for (const element of root.querySelectorAll<HTMLElement>('[data-since], [data-ago]')) {
    const { since, ago } = element.dataset;
    const text = since === undefined ? agoText(Number(ago), now) : secondsText(Math.max(0, now - Number(since)));
    if (element.textContent !== text) element.textContent = text;
  }
}, 1_000);

// Sections stand in the document as they are seen: with more or less room, elsewhere.
let layout = layoutOf(root);
new ResizeObserver(() => {
  if (layoutOf(root) === layout) return;
  layout = layoutOf(root);
  render();
}).observe(root);

// VS Code sets the theme's colours on the root and its kind on the body.
const themes = new MutationObserver(() => chart?.themeChanged());
themes.observe(document.documentElement, { attributes: true, attributeFilter: ['style'] });
themes.observe(document.body, { attributes: true, attributeFilter: ['class'] });

ask({ type: 'ready', view: { runId: choices.runId, stepLimit: choices.stepLimit } });
