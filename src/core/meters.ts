/**
 * The agents whose own records are read on this machine. Each has one switch, the setting `marginal.meters.<name>`, for
 * all the importers behind it.
 */
export const METERS = [
  { name: 'claudeCode', agent: 'claude-code', sources: ['claude-code-log'] },
  { name: 'codex', agent: 'codex', sources: ['codex-log'] },
  { name: 'geminiCli', agent: 'gemini-cli', sources: ['gemini-cli-log'] },
  { name: 'qwenCode', agent: 'qwen-code', sources: ['qwen-code-log'] },
  { name: 'continue', agent: 'continue', sources: ['continue-log'] },
  { name: 'copilot', agent: 'copilot', sources: ['copilot-store', 'copilot-debug-log', 'copilot-chat-session'] },
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
