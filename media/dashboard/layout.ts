import { h } from './dom.ts';

/** How many columns the page has room for; the style sheet's container queries go by the same widths. */
export type Layout = 'narrow' | 'medium' | 'wide';

/** By what is inside an element's padding, as container queries measure it. */
export function layoutOf(element: HTMLElement): Layout {
  const { paddingLeft, paddingRight } = getComputedStyle(element);
  const width = element.clientWidth - Number.parseFloat(paddingLeft) - Number.parseFloat(paddingRight);
  if (width >= 1260) return 'wide';
  return width >= 760 ? 'medium' : 'narrow';
}

export interface Sections {
  readonly run: HTMLElement;
  readonly dearest: HTMLElement;
  readonly plans: HTMLElement;
  readonly burn: HTMLElement;
  readonly successes: HTMLElement | undefined;
  /** undefined: not known yet. */
  readonly prices: HTMLElement | undefined;
  readonly scores: HTMLElement | undefined;
  readonly sources: HTMLElement;
  /** undefined: nothing is billed. */
  readonly reconciliation: HTMLElement | undefined;
  readonly endpoints: HTMLElement;
}

/**
 * The sections in their columns. They stand in the document as they are seen, so that the keyboard and a screen reader
 * go through them in the same order as the eye; each column is as long as it likes.
 */
export function columns(layout: Layout, sections: Sections): HTMLElement {
  const { run, dearest, plans, burn, successes, prices, scores, sources, reconciliation, endpoints } = sections;
  const column = (key: string, ...inIt: readonly (HTMLElement | undefined)[]) =>
    h('div', { class: 'column', 'data-key': key }, ...inIt);
  const parts = {
    narrow: () => [
      column('only', plans, run, dearest, burn, successes, prices, scores, sources, reconciliation, endpoints),
    ],
    medium: () => [
      column('above', run),
      column('first', plans, successes, prices, scores, sources),
      column('second', dearest, burn, reconciliation, endpoints),
    ],
    wide: () => [
      column('first', run, dearest),
      column('second', plans, burn, successes, prices, scores, sources, reconciliation, endpoints),
    ],
  }[layout]();
  return h('div', { class: `columns ${layout}`, 'data-key': `columns-${layout}` }, ...parts);
}
