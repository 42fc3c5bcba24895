/** The one line that a new user sees: what Marginal found on this machine, and how sure its figures are. */
import { isAtListPrice } from '../ledger/plans.ts';
import { agentLabel } from './labels.ts';

export interface Found {
  /** What importing has read, by source. */
  readonly imports: readonly { readonly agent: string; readonly observations: number }[];
  /** What the ledger holds, by agent and confidence. */
  readonly sources: readonly { readonly agent: string; readonly confidence: string }[];
  /** The endpoints that answer. */
  readonly servers: readonly { readonly label: string; readonly models: number }[];
}

/**
 * `Found Copilot (billed credits), Claude Code, Codex (at list price), Ollama (3 models)`: agents whose figures are meant
 * alike stand together, for the status bar cuts off what is long. undefined: nothing was found.
 */
export function foundLine({ imports, sources, servers }: Found): string | undefined {
  const agents = new Set(imports.filter(({ observations }) => observations > 0).map(({ agent }) => agent));
  const isBilled = (agent: string) => sources.some((row) => row.agent === agent && row.confidence === 'billed');
  const how = (agent: string): string =>
    isBilled(agent) ? ' (billed credits)' : isAtListPrice(agent) ? ' (at list price)' : '';
  const alike = Map.groupBy(agents, how);
  const found = [
    ...[' (billed credits)', ' (at list price)', ''].flatMap((meant) => {
      const labels = alike.get(meant)?.map(agentLabel);
      return labels ? [`${labels.join(', ')}${meant}`] : [];
    }),
    ...servers
      .filter(({ models }) => models > 0)
      .map(({ label, models }) => `${label} (${models === 1 ? 'one model' : `${models} models`})`),
  ];
  return found.length === 0 ? undefined : `Found ${found.join(', ')}`;
}
