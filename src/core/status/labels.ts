/** The words for the ledger's ids, the same on every surface. An id without a word is shown as it is. */
import type { Confidence } from '../money.ts';

const AGENTS: Readonly<Record<string, string>> = {
  'vscode-chat': 'Chat through Marginal',
  'claude-code': 'Claude Code',
  cline: 'Cline',
  codex: 'Codex',
  continue: 'Continue',
  cursor: 'Cursor',
  'gemini-cli': 'Gemini CLI',
  'kilo-code': 'Kilo Code',
  opencode: 'OpenCode',
  'qwen-code': 'Qwen Code',
  'roo-code': 'Roo Code',
  copilot: 'Copilot',
  'copilot-cli': 'Copilot CLI',
  'copilot-chat': 'Copilot Chat',
};

export function agentLabel(agent: string): string {
  return AGENTS[agent] ?? agent;
}

/** `claude-code-log` reads as `Claude Code log`: the agent's own name where the id begins with one. */
export function sourceLabel(source: string): string {
  if (source === 'provider') return 'Marginal’s models';
  for (const agent of Object.keys(AGENTS).sort((a, b) => b.length - a.length)) {
    if (source.startsWith(`${agent}-`))
      return `${AGENTS[agent]} ${source.slice(agent.length + 1).replaceAll('-', ' ')}`;
  }
  return source.replaceAll('-', ' ');
}

/** A shape and a word for how sure a figure is; the shape alone is never enough, nor is a colour. */
export const CONFIDENCE_MARKS: Readonly<Record<Confidence, { mark: string; word: string; meaning: string }>> = {
  billed: { mark: '●', word: 'billed', meaning: 'the vendor’s own figure' },
  priced: { mark: '◐', word: 'priced', meaning: 'reported tokens × dated list price' },
  estimated: { mark: '○', word: 'estimated', meaning: 'tokens or price were estimated' },
  unknown: { mark: '?', word: 'unknown', meaning: 'no figure: nobody reported the tokens, or the model has no price' },
};

const FAULTS: Readonly<Record<string, string>> = {
  unreachable: 'endpoint unreachable',
  timeout: 'timed out',
  unauthorized: 'key missing or refused',
  quota: 'out of quota',
  unknownModel: 'model not found',
  tooLong: 'longer than the model’s context',
  refused: 'request refused',
  serverError: 'server error',
  garbled: 'unreadable reply',
  brokenOff: 'reply broke off',
  cancelled: 'cancelled',
};

/** What went wrong with a step, in a few words. */
export function faultLabel(fault: string): string {
  return FAULTS[fault] ?? fault;
}
