/** Bars by day, stacked by agent. Agents beyond the fourth are drawn as one; the table beside it names them all. */
import uPlot from 'uplot';
import { formatCredits, joinMoney, type MoneySum, NANO_PER_CREDIT, NO_MONEY } from '../../src/core/money.ts';
import { agentLabel } from '../../src/core/status/labels.ts';
import { moneyText, spokenMoney } from '../../src/core/status/moneyText.ts';
import type { DashboardState } from '../../src/protocol/dashboard.ts';
import { h, morphChildren } from './dom.ts';
import { daysBetween, dayText } from './format.ts';

type Burn = DashboardState['burn'];

export interface BurnChart {
  update(burn: Burn): void;
  /** Colours and fonts changed. */
  themeChanged(): void;
}

// Not charts-orange: some themes make it transparent, and the bars lie on each other.
const COLOURS = ['--vscode-charts-blue', '--vscode-charts-yellow', '--vscode-charts-green', '--vscode-charts-purple'];
const REST_COLOUR = '--vscode-descriptionForeground';
const REST = 'other agents';
const HEIGHT_PX = 168;

interface Stack {
  readonly agent: string;
  readonly colour: string;
  readonly byDay: readonly (MoneySum | undefined)[];
}

interface ChartData {
  readonly days: readonly string[];
  readonly stacks: readonly Stack[];
  readonly totals: readonly MoneySum[];
}

/** Lives in `place` for as long as the page does. */
export function burnChart(place: HTMLElement): BurnChart {
  const canvas = h('div', {
    class: 'canvas',
    tabindex: 0,
    role: 'slider',
    'aria-label': 'Credits by day; the arrow keys go from day to day',
    'aria-valuemin': 0,
  });
  const readout = h('div', { class: 'readout' });
  place.replaceChildren(canvas, readout);

  let burn: Burn | undefined;
  let data: ChartData | undefined;
  let plot: uPlot | undefined;
  /** undefined: the last day. */
  let picked: number | undefined;

  new ResizeObserver(() => {
    if (plot && canvas.clientWidth > 0 && canvas.clientWidth !== plot.width) resize();
    else if (!plot && canvas.clientWidth > 0) draw();
  }).observe(canvas);

  canvas.addEventListener('keydown', (event) => {
    if (!data) return;
    const last = data.days.length - 1;
    const at = picked ?? last;
    const to = { ArrowLeft: at - 1, ArrowDown: at - 1, ArrowRight: at + 1, ArrowUp: at + 1, Home: 0, End: last }[
      event.key
    ];
    if (to === undefined) return;
    event.preventDefault();
    pick(Math.min(last, Math.max(0, to)));
  });
  canvas.addEventListener('mouseleave', () => pick(undefined));

  function resize(): void {
    plot?.setSize({ width: canvas.clientWidth, height: HEIGHT_PX });
  }

  function pick(index: number | undefined): void {
    if (picked === index) return;
    picked = index;
    plot?.redraw(false);
    read();
  }

  function read(): void {
    if (!data) return;
    const index = picked ?? data.days.length - 1;
    const day = data.days[index];
    const total = data.totals[index];
    if (day === undefined || !total) return;
    const parts = data.stacks.flatMap(({ agent, colour, byDay }) => {
      const cost = byDay[index];
      return cost ? [{ agent, colour, cost }] : [];
    });
    canvas.setAttribute('aria-valuemax', String(data.days.length - 1));
    canvas.setAttribute('aria-valuenow', String(index));
    const spoken = parts.map(({ agent, cost }) => `${agentLabel(agent)} ${spokenMoney(cost)}`).join('; ');
    canvas.setAttribute('aria-valuetext', `${dayText(day)}: ${spokenMoney(total)}${spoken && `. ${spoken}`}`);
    morphChildren(readout, [
      h('span', { class: 'strong' }, dayText(day)),
      h('span', { class: 'strong' }, moneyText(total)),
      ...parts.map(({ agent, colour, cost }) =>
        h(
          'span',
          { class: 'key', vars: { colour: `var(${colour})` } },
          `${agentLabel(agent)} ${moneyText(cost).replace(' cr', '')}`,
        ),
      ),
    ]);
  }

  function draw(): void {
    plot?.destroy();
    plot = undefined;
    if (!burn || canvas.clientWidth === 0) return;
    data = chartData(burn);
    plot = new uPlot(
      options(canvas.clientWidth, data, () => picked, pick),
      columns(data),
      canvas,
    );
    read();
  }

  return {
    update: (next) => {
      const before = data;
      burn = next;
      const following = chartData(next);
      if (!plot || !before || !sameShape(before, following)) {
        data = following;
        if (before && before.days.length !== following.days.length) picked = undefined;
        draw();
        return;
      }
      if (JSON.stringify(before) === JSON.stringify(following)) return;
      // The bars read `data` through its arrays: the shape is the same, so the plot's options stay.
      data = following;
      plot.setData(columns(following));
      read();
    },
    themeChanged: draw,
  };

  function options(
    width: number,
    shape: ChartData,
    pickedDay: () => number | undefined,
    onPick: typeof pick,
  ): uPlot.Options {
    const style = getComputedStyle(document.body);
    const colour = (name: string): string => style.getPropertyValue(name).trim() || style.color;
    const quiet = colour('--vscode-descriptionForeground');
    const grid = colour('--grid');
    const font = `11px ${style.fontFamily}`;
    const bars = uPlot.paths.bars?.({ size: [0.72, 26], radius: 0.08 });
    return {
      width,
      height: HEIGHT_PX,
      legend: { show: false },
      padding: [14, 18, 0, 0],
      cursor: {
        x: false,
        y: false,
        points: { show: false },
        drag: { x: false, y: false, setScale: false },
      },
      scales: {
        x: { time: false, range: () => [-0.6, shape.days.length - 0.4] },
        y: { range: (_plot, _least, most) => [0, most > 0 ? most * 1.05 : 1] },
      },
      axes: [
        {
          stroke: quiet,
          font,
          size: 24,
          gap: 4,
          grid: { show: false },
          ticks: { show: false },
          splits: (plotted) => dayMarks(shape.days, plotted.width),
          values: (_plot, marks) => marks.map((mark) => dayText(shape.days[mark] ?? '')),
        },
        {
          stroke: quiet,
          font,
          size: 42,
          gap: 4,
          space: 36,
          grid: { stroke: grid, width: 1 },
          ticks: { show: false },
          values: (_plot, marks) => marks.map((mark) => formatCredits(mark * NANO_PER_CREDIT)),
        },
      ],
      // The whole stack first, then what is left without its top, and so on: each bar covers all but its own part.
      series: [
        {},
        ...[...shape.stacks].reverse().map(
          (stack): uPlot.Series => ({
            label: stack.agent,
            fill: colour(stack.colour),
            stroke: colour('--ground'),
            width: 1,
            points: { show: false },
            ...(bars ? { paths: bars } : {}),
          }),
        ),
      ],
      hooks: {
        setCursor: [
          (plotted) => {
            if (plotted.cursor.left !== undefined && plotted.cursor.left >= 0) onPick(plotted.cursor.idx ?? undefined);
          },
        ],
        draw: [
          (plotted) => {
            const { ctx } = plotted;
            const ratio = devicePixelRatio;
            ctx.save();
            ctx.textAlign = 'center';
            ctx.font = `${11 * ratio}px ${style.fontFamily}`;
            ctx.fillStyle = quiet;
            data?.totals.forEach((total, index) => {
              if (total.unknown === 0) return;
              const top = plotted.valToPos(total.nanoCredits / NANO_PER_CREDIT, 'y', true);
              ctx.fillText('?', plotted.valToPos(index, 'x', true), top - 3 * ratio);
            });
            const day = pickedDay();
            if (day !== undefined) {
              const x = plotted.valToPos(day, 'x', true);
              ctx.fillStyle = colour('--vscode-focusBorder');
              ctx.fillRect(x - 8 * ratio, plotted.bbox.top + plotted.bbox.height + ratio, 16 * ratio, 2 * ratio);
            }
            ctx.restore();
          },
        ],
      },
    };
  }
}

function chartData(burn: Burn): ChartData {
  const days = daysBetween(burn.fromDay, burn.toDay);
  const place = new Map(days.map((day, index) => [day, index]));
  const agents = burn.all.agents.map(({ key }) => key);
  const own = agents.length > COLOURS.length ? agents.slice(0, COLOURS.length - 1) : agents;
  const names = own.length < agents.length ? [...own, REST] : own;
  const byDay = new Map(names.map((name) => [name, days.map((): MoneySum | undefined => undefined)]));
  const totals = days.map(() => NO_MONEY);
  for (const { day, agent, cost } of burn.days) {
    const index = place.get(day);
    const sums = byDay.get(own.includes(agent) ? agent : REST);
    if (index === undefined || !sums) continue;
    sums[index] = joinMoney(sums[index] ?? NO_MONEY, cost);
    totals[index] = joinMoney(totals[index] ?? NO_MONEY, cost);
  }
  const stacks = names.map((agent, index) => ({
    agent,
    colour: agent === REST ? REST_COLOUR : (COLOURS[index] ?? REST_COLOUR),
    byDay: byDay.get(agent) ?? [],
  }));
  return { days, stacks, totals };
}

function sameShape(a: ChartData, b: ChartData): boolean {
  return a.days.join() === b.days.join() && a.stacks.map(stackName).join() === b.stacks.map(stackName).join();
}

function stackName({ agent }: Stack): string {
  return agent;
}

/** Cumulative credits, the full stack first; a day without a part of a stack has no bar for it. */
function columns({ days, stacks }: ChartData): uPlot.AlignedData {
  const sums = days.map(() => 0);
  const rising = stacks.map(({ byDay }) =>
    byDay.map((cost, index) => {
      sums[index] = (sums[index] ?? 0) + (cost?.nanoCredits ?? 0) / NANO_PER_CREDIT;
      return cost && cost.nanoCredits > 0 ? (sums[index] ?? 0) : null;
    }),
  );
  return [days.map((_day, index) => index), ...rising.reverse()];
}

/** As many day labels as fit, counted back from the last day. */
function dayMarks(days: readonly string[], widthPx: number): number[] {
  const every = Math.max(1, Math.ceil(days.length / Math.max(1, Math.floor(widthPx / 72))));
  const marks: number[] = [];
  for (let index = days.length - 1; index >= 0; index -= every) marks.unshift(index);
  return marks;
}
