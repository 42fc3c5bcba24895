/**
 * The agents whose own records are read on this machine. Each has one switch, the setting `marginal.meters.<name>`, for
 * all the importers behind it.
 */
export const METERS = [
  { name: 'claudeCode', agent: 'claude-code', sources: ['claude-code-log'] },
  { name: 'codex', agent: 'codex', sources: ['codex-log'] },
  { name: 'geminiCli', agent: 'gemini-cli', sources: ['gemini-cli-log', 'gemini-cli-session'] },
  { name: 'qwenCode', agent: 'qwen-code', sources: ['qwen-code-log'] },
  { name: 'continue', agent: 'continue', sources: ['continue-log'] },
  { name: 'openCode', agent: 'opencode', sources: ['opencode-store', 'opencode-message'] },
  { name: 'cline', agent: 'cline', sources: ['cline-session', 'cline-task'] },
  { name: 'rooCode', agent: 'roo-code', sources: ['roo-code-task'] },
  { name: 'kiloCode', agent: 'kilo-code', sources: ['kilo-code-store', 'kilo-code-task'] },
  {
    name: 'copilot',
    agent: 'copilot',
    sources: [
      'copilot-store',
      'copilot-events',
      'copilot-debug-log',
      'copilot-traces',
      'copilot-traces-db',
      'copilot-chat-session',
    ],
  },
] as const satisfies readonly Meter[];

interface Meter {
  /** As in the setting. */
  readonly name: string;
  /** By which people know it; some of its importers tell agents apart that are one to them. */
  readonly agent: string;
  /** Ids of its importers. */
  readonly sources: readonly string[];
}

export type MeterName = (typeof METERS)[number]['name'];

/** What is switched on, by meter. */
export type MeterSwitches = Readonly<Record<MeterName, boolean>>;

/** The switches as `isOn` tells them. */
export function meterSwitches(isOn: (name: MeterName) => boolean): MeterSwitches {
  return Object.fromEntries(METERS.map(({ name }) => [name, isOn(name)])) as MeterSwitches;
}

/** Ids of the importers that are to run. */
export function sourcesOf(switches: MeterSwitches): readonly string[] {
  return METERS.flatMap(({ name, sources }) => (switches[name] ? sources : []));
}

/** Agents that are switched off. */
export function agentsOff(switches: MeterSwitches): readonly string[] {
  return METERS.flatMap(({ name, agent }) => (switches[name] ? [] : [agent]));
}
