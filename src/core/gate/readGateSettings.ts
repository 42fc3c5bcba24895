import { DEFAULT_GATE_SETTINGS, type GateSettings } from './gateSettings.ts';
import { readGateRules } from './readPolicy.ts';

/** As they stand in the settings; anything. */
export interface RawGateSettings {
  readonly answerSeconds: unknown;
  readonly rules: unknown;
  readonly trustedServers: unknown;
  readonly days: unknown;
  readonly maxMegabytes: unknown;
}

/** An agent waits three minutes for its hook; a question ends before. */
export const ANSWER_SECONDS = { least: 10, most: 160 };

/** The gate's settings, each bad one at its default, with a sentence for each. */
export function readGateSettings(raw: RawGateSettings): {
  readonly settings: GateSettings;
  readonly problems: readonly string[];
} {
  const problems: string[] = [];
  const amount = (name: string, value: unknown, least: number, most: number, fallback: number) => {
    if (value === undefined || value === null) return fallback;
    if (typeof value === 'number' && value >= least && value <= most) return value;
    problems.push(`marginal.gate.${name}: write a number from ${least} to ${most}; ${fallback} is used.`);
    return fallback;
  };
  const { answerSeconds, safetyCopies } = DEFAULT_GATE_SETTINGS;
  const rules = readGateRules(raw.rules, 'marginal.gate.rules');
  const settings: GateSettings = {
    answerSeconds: amount('answerSeconds', raw.answerSeconds, ANSWER_SECONDS.least, ANSWER_SECONDS.most, answerSeconds),
    policy: rules.policy,
    trustedServers: serversOf(raw.trustedServers, problems),
    safetyCopies: {
      days: amount('safetyCopies.days', raw.days, 0, 365, safetyCopies.days),
      maxMegabytes: amount('safetyCopies.maxMegabytes', raw.maxMegabytes, 0, 100_000, safetyCopies.maxMegabytes),
    },
  };
  return { settings, problems: [...rules.problems, ...problems] };
}

function serversOf(value: unknown, problems: string[]): readonly string[] {
  if (value === undefined || value === null) return [];
  const names = Array.isArray(value) ? value.filter((name) => typeof name === 'string' && name.trim() !== '') : [];
  if (!Array.isArray(value) || names.length < value.length)
    problems.push('marginal.gate.trustedServers: write a list of the names of MCP servers.');
  return names.map((name: string) => name.trim());
}
