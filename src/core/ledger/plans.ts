/**
 * Agents that a subscription may pay for, without a word about it in their records: their figures are exact tokens at
 * the list price, and are said to be so. What the plan itself draws from is a later matter.
 */
const MAY_BE_ON_A_PLAN: ReadonlySet<string> = new Set(['claude-code', 'codex', 'gemini-cli', 'qwen-code']);

/** Whether an agent's unbilled figures are "at list price". */
export function isAtListPrice(agent: string): boolean {
  return MAY_BE_ON_A_PLAN.has(agent);
}
