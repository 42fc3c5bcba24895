import type { GatePolicy } from './policy.ts';

/** What the developer set of the gate. */
export interface GateSettings {
  /** Seconds within which a question is to be answered; later is no. */
  readonly answerSeconds: number;
  /** Their own rules. */
  readonly policy: GatePolicy;
  /** MCP servers whose own hints are believed. */
  readonly trustedServers: readonly string[];
  readonly safetyCopies: { readonly days: number; readonly maxMegabytes: number };
}

export const DEFAULT_GATE_SETTINGS: GateSettings = {
  answerSeconds: 120,
  policy: { rules: [] },
  trustedServers: [],
  safetyCopies: { days: 7, maxMegabytes: 500 },
};
