/** What the status bar's hover holds. */
export interface StatusTooltip {
  /** Sentences above the table: troubles, then a correction. */
  readonly notices: readonly string[];
  readonly rows: readonly StatusTooltipRow[];
}

export interface StatusTooltipRow {
  /** `agent`, `outlook`, `planDetail` and `source` rows belong to the one above. */
  readonly kind: 'run' | 'outlook' | 'session' | 'today' | 'agent' | 'month' | 'plan' | 'planDetail' | 'source';
  readonly label: string;
  readonly value: string;
  readonly note: string;
}
