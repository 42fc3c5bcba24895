import { FIRST_VIEW } from '../../src/protocol/dashboardState.ts';
import { GROUPINGS, type Grouping, type Period } from './burn.ts';
import { DEAREST_SHOWN } from './dearest.ts';

/** What the user chose on this page; VS Code keeps it while the page is hidden. */
export interface Choices {
  readonly runId: string | undefined;
  readonly stepLimit: number;
  readonly period: Period;
  readonly by: Grouping;
  readonly asTable: boolean;
  readonly plansAsTable: boolean;
  readonly dearest: number;
  readonly whyOpen: boolean;
  readonly outlookOpen: boolean;
}

/** What was chosen before, as far as it can be read. */
export function restored(kept: unknown): Choices {
  const { runId, stepLimit, period, by, asTable, plansAsTable, dearest, whyOpen, outlookOpen } = (
    typeof kept === 'object' && kept !== null ? kept : {}
  ) as Partial<Choices>;
  return {
    runId: typeof runId === 'string' ? runId : undefined,
    stepLimit: typeof stepLimit === 'number' ? stepLimit : FIRST_VIEW.stepLimit,
    period: periodOf(period),
    by: groupingOf(by),
    asTable: asTable === true,
    plansAsTable: plansAsTable === true,
    dearest: dearestOf(dearest),
    whyOpen: whyOpen === true,
    outlookOpen: outlookOpen === true,
  };
}

export function periodOf(text: string | undefined): Period {
  return text === 'month' || text === 'today' ? text : 'all';
}

export function groupingOf(text: string | undefined): Grouping {
  return text !== undefined && text in GROUPINGS ? (text as Grouping) : 'agent';
}

export function dearestOf(count: number | undefined): number {
  return DEAREST_SHOWN.find((limit) => limit === count) ?? DEAREST_SHOWN[0];
}
