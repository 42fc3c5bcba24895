import { type ServedBy, servedBy } from '../provider.ts';

export interface ClineServedBy extends ServedBy {
  /** One of Marginal's own models, whose calls it meters itself. */
  readonly isOwn: boolean;
  /** VS Code's language models report no tokens: the agent counted them itself. */
  readonly isCounted: boolean;
}

/** Who served a model, by the names of Cline and its kin: their `openai` is any server that speaks OpenAI's protocol. */
export function clineServedBy(providerId: string | undefined, model: string | undefined): ClineServedBy {
  const isVscode = providerId === 'vscode-lm' || /^(copilot|marginal)\//.test(model ?? '');
  const name = providerId === 'openai' ? undefined : providerId;
  const viaCopilot = isVscode && /^copilot\//.test(model ?? '');
  return {
    ...servedBy(viaCopilot ? 'github-copilot' : name, model),
    isOwn: isVscode && /^marginal\//.test(model ?? ''),
    isCounted: isVscode,
  };
}
