import { agentLabel, CONFIDENCE_MARKS, faultLabel, sourceLabel } from '../../src/core/status/labels.ts';
import { figureText, moneyText, sureness } from '../../src/core/status/moneyText.ts';
import { listPriceText } from '../../src/core/status/planGlance.ts';
import { sumTokens } from '../../src/core/usage.ts';
import { counted } from '../../src/core/wholeNumber.ts';
import type { DashboardRun, DashboardState, DashboardStep } from '../../src/protocol/dashboard.ts';
import { type Child, h } from './dom.ts';
import { liveBadge, runListPriceText } from './figures.ts';
import { clockText, folderName, secondsText, tokensText, toolsText, whenText } from './format.ts';

/** The run that is shown, what there is to say about it, and its latest `mostRows` steps, newest first. `now`: epoch ms in the extension's clock. */
export function runSection(
  state: DashboardState,
  pickedRunId: string | undefined,
  now: number,
  mostRows: number,
  ...about: readonly Child[]
): HTMLElement {
  const { run } = state;
  return h(
    'section',
    { class: 'run', 'aria-labelledby': 'run-title' },
    h(
      'header',
      {},
      h('h2', { id: 'run-title' }, 'Steps'),
      run?.header.live === true && liveBadge(),
      state.runs.length > 0 && runPicker(state, pickedRunId),
    ),
    ...(run
      ? runBody(state, run.header, run.steps, now, mostRows, about)
      : [h('p', { class: 'quiet' }, 'No run in these days yet.')]),
  );
}

function runPicker(state: DashboardState, pickedRunId: string | undefined): HTMLElement {
  return h(
    'select',
    { 'data-action': 'selectRun', 'aria-label': 'Run', 'data-value': pickedRunId ?? '' },
    h('option', { value: '' }, 'Latest run'),
    ...state.runs.map((run) =>
      h(
        'option',
        { value: run.runId, 'data-key': run.runId },
        [
          whenText(run.startedAt, state.now),
          agentLabel(run.agent),
          run.folder === undefined ? undefined : folderName(run.folder),
          moneyText(run.cost),
          counted(run.steps, 'step'),
        ]
          .filter(Boolean)
          .join(' · '),
      ),
    ),
  );
}

function runBody(
  state: DashboardState,
  header: DashboardRun,
  steps: readonly DashboardStep[],
  now: number,
  mostRows: number,
  about: readonly Child[],
): readonly Child[] {
  const facts = [
    agentLabel(header.agent),
    header.folder === undefined ? undefined : folderName(header.folder),
    header.task,
    counted(header.steps, 'step'),
    `${moneyText(header.cost)} (${sureness(header.cost)})`,
    runListPriceText(state, header),
  ].filter(Boolean);
  const earlier = header.steps - steps.filter(({ number }) => number > 0).length;
  return [
    h(
      'p',
      { class: 'quiet', title: header.folder },
      `${facts.join(' · ')} `,
      h(
        'button',
        { class: 'link', 'data-action': 'correctTask', 'data-run': header.runId },
        header.task === undefined ? 'Say what the task was' : 'Correct the task',
      ),
    ),
    state.run?.reason !== undefined && h('p', { class: 'reason' }, state.run.reason),
    ...about,
    h(
      'div',
      {
        'data-key': 'steps',
        class: 'steps',
        tabindex: 0,
        role: 'table',
        'aria-label': 'Steps, newest first',
        'aria-rowcount': header.steps + 1,
      },
      h(
        'div',
        { role: 'row', class: 'head' },
        ...HEADS.map(([name, title, side]) => h('span', { role: 'columnheader', class: side, title }, name)),
      ),
      ...steps
        .slice(0, mostRows)
        .map((step) => stepRow(step, now, listPriceText(state.plans, header.agent, step.cost.atListPrice === true))),
    ),
    earlier > 0 &&
      h(
        'button',
        { class: 'link', 'data-action': 'showSteps', 'data-limit': steps.length + 400 },
        `Show earlier steps (${earlier.toLocaleString('en-US')} more)`,
      ),
  ];
}

const HEADS: readonly (readonly [name: string, title: string, side: 'left' | 'right'])[] = [
  ['#', 'Place in the run', 'right'],
  ['Time', 'When it started', 'left'],
  ['Model', 'The model asked for', 'left'],
  ['Fresh', 'Input tokens sent for the first time', 'right'],
  ['Cached', 'Input tokens read from the vendor’s prompt cache', 'right'],
  ['Written', 'Input tokens written to the vendor’s prompt cache', 'right'],
  ['Output', 'Output tokens, thinking apart', 'right'],
  ['Reasoning', 'Output tokens spent on thinking', 'right'],
  ['Seconds', 'From sending to the end of the reply', 'right'],
  ['Credits', 'One credit is US$0.01', 'right'],
  ['Sure', 'How sure the credits are', 'left'],
  ['Tools', 'Tools that the reply called', 'left'],
];

function stepRow(step: DashboardStep, now: number, listPrice: string | undefined): HTMLElement {
  const open = step.state === 'open';
  const tools = toolsText(step.tools);
  const confidence = CONFIDENCE_MARKS[step.cost.confidence];
  const unknown = open ? '…' : '?';
  const written = sumTokens(step.usage.cacheWrite, step.usage.cacheWriteHour);
  const counts = [
    ['Fresh', step.usage.fresh],
    ['Cached', step.usage.cacheRead],
    ['Written', written],
    ['Output', step.usage.text],
    ['Reasoning', step.usage.reasoning],
  ] as const;
  const counting = step.usageBasis === 'counted';
  const credits =
    step.cost.nanoCredits === undefined ? unknown : figureText(step.cost.nanoCredits, step.cost.confidence);
  return h(
    'div',
    { role: 'row', class: `step ${step.state}`, 'data-key': step.callId },
    h('span', { role: 'cell', class: 'right number' }, step.number === 0 ? '' : String(step.number)),
    h('span', { role: 'cell', class: 'time' }, clockText(step.at)),
    h(
      'span',
      { role: 'cell', class: 'model', title: modelTitle(step) },
      step.model ?? '?',
      step.subagent && h('span', { class: 'tag' }, 'sub-agent'),
      step.local === true && h('span', { class: 'tag' }, 'local'),
      step.billable === false && h('span', { class: 'tag' }, 'not billed'),
    ),
    ...counts.map(([name, tokens]) =>
      h(
        'span',
        {
          role: 'cell',
          class: open && tokens === undefined ? 'right tokens pending' : 'right tokens',
          'data-label': name.toLowerCase(),
          title: tokenTitle(name, tokens, counting),
        },
        tokens === undefined ? unknown : `${counting ? '≈ ' : ''}${tokensText(tokens)}`,
      ),
    ),
    h(
      'span',
      {
        role: 'cell',
        class: 'right seconds',
        title: latencyTitle(step),
        'data-since': open ? step.at : undefined,
      },
      open ? secondsText(Math.max(0, now - step.at)) : secondsText(step.latency.totalMs),
    ),
    h('span', { role: 'cell', class: 'right credits', title: costTitle(step, listPrice) }, credits),
    open && step.cost.nanoCredits === undefined
      ? h('span', { role: 'cell', class: 'sure', title: 'Its figures come with its end' }, '…')
      : h(
          'span',
          { role: 'cell', class: `sure ${step.cost.confidence}`, title: confidence.meaning },
          `${confidence.mark} ${confidence.word}`,
        ),
    h('span', { role: 'cell', class: 'tools', title: tools === '' ? undefined : tools }, ...whatItDid(step, tools)),
    // Ends the first line where a step is a small card.
    h('span', { class: 'break', 'aria-hidden': 'true' }),
  );
}

function whatItDid(step: DashboardStep, tools: string): readonly Child[] {
  switch (step.state) {
    case 'open':
      return [h('span', { class: 'pulse' }, step.streaming ? 'streaming' : 'running'), tools !== '' && ` ${tools}`];
    case 'failed':
      return [h('span', { class: 'bad' }, `✕ ${faultLabel(step.fault ?? 'failed')}`), tools !== '' && ` ${tools}`];
    case 'lost':
      return [h('span', { class: 'doubtful' }, '? its end was never seen')];
    case 'covered':
      return [
        step.scope === 'run' ? 'counted by its steps' : 'counted in the whole run',
        tools !== '' && ` · ${tools}`,
      ];
    case 'erased':
      return ['erased'];
    case 'settled':
      return [
        step.scope === 'run' && h('span', { class: 'tag' }, 'whole run'),
        step.finish === 'cancelled' && h('span', { class: 'doubtful' }, 'cancelled '),
        step.finish === 'length' && h('span', { class: 'doubtful' }, 'cut at its length limit '),
        step.finish === 'contentFilter' && h('span', { class: 'doubtful' }, 'stopped by a filter '),
        tools !== '' ? tools : step.finish === 'stop' && h('span', { class: 'quiet' }, 'answered'),
      ];
  }
}

function modelTitle(step: DashboardStep): string {
  return [
    step.model === undefined ? 'Its source does not say which model' : step.model,
    step.servedModel === undefined || step.servedModel === step.model ? undefined : `answered by ${step.servedModel}`,
    step.policy === undefined ? undefined : `chosen by Marginal: ${step.policy}`,
    step.subagent ? 'called by a sub-agent' : undefined,
    `from ${sourceLabel(step.source)}`,
    step.witnesses.length > 0 ? `also seen by ${step.witnesses.map(sourceLabel).join(', ')}` : undefined,
  ]
    .filter(Boolean)
    .join('\n');
}

function tokenTitle(name: string, tokens: number | undefined, counting: boolean): string {
  if (tokens === undefined) return `${name}: nobody reported it`;
  return `${name}: ${counting ? 'counted by Marginal' : 'as reported'}`;
}

function latencyTitle({ latency }: DashboardStep): string | undefined {
  const parts = [
    latency.queueMs === undefined ? undefined : `waited ${secondsText(latency.queueMs)} s`,
    latency.firstTokenMs === undefined ? undefined : `first token after ${secondsText(latency.firstTokenMs)} s`,
  ].filter(Boolean);
  return parts.length > 0 ? parts.join(', ') : undefined;
}

function costTitle({ cost }: DashboardStep, listPrice: string | undefined): string {
  return [
    CONFIDENCE_MARKS[cost.confidence].meaning,
    cost.priceSource === undefined ? undefined : `price from ${cost.priceSource}`,
    cost.confidence === 'billed' || cost.nanoCredits === undefined ? undefined : listPrice,
  ]
    .filter(Boolean)
    .join('\n');
}
