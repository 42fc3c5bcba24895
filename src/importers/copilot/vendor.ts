/** A model as VS Code names it, `<vendor>/<id>`, told apart. */
export interface NamedModel {
  readonly vendor: string;
  readonly model: string;
  /** Whose price list applies; undefined: VS Code's name doesn't say. */
  readonly provider: string | undefined;
}

/** Our own models: the provider meters their calls itself, exactly, so what VS Code says of them is left out. */
const OWN_VENDOR = 'marginal';

const PROVIDERS: Readonly<Record<string, string>> = {
  copilot: 'github-copilot',
  anthropic: 'anthropic',
  openai: 'openai',
  azure: 'azure',
  gemini: 'google',
  google: 'google',
  openrouter: 'openrouter',
  ollama: 'ollama',
  xai: 'xai',
  groq: 'groq',
};

/** undefined: no model, or one of our own. `customendpoint/<name>/<model>` and the like keep the last part as the model. */
export function namedModel(modelId: string | undefined): NamedModel | undefined {
  if (modelId === undefined) return undefined;
  const [vendor = '', ...rest] = modelId.split('/');
  if (vendor === OWN_VENDOR || rest.length === 0) return undefined;
  const model = vendor === 'customendpoint' && rest.length > 1 ? rest.slice(1).join('/') : rest.join('/');
  return { vendor, model, provider: PROVIDERS[vendor] };
}

/** Whether a name is one of Marginal's own models or policies, as the Agent Host's bridge hands them on. */
export function isOwnModel(model: string): boolean {
  return model.startsWith(`${OWN_VENDOR}/`) || model.startsWith('policy/');
}

/** Helpers that GitHub doesn't bill, by the names that Copilot Chat gives its requests (seen in its code). */
const NOT_BILLED: ReadonlySet<string> = new Set(['title', 'promptCategorization', 'summarizeVirtualTools']);

/** false: a helper's call that has no bill and gets none; undefined: an ordinary one. */
export function billableOf(helper: string | undefined, billed: number | undefined): false | undefined {
  return billed === undefined && helper !== undefined && NOT_BILLED.has(helper) ? false : undefined;
}

/** Whether calls that Copilot Chat labels so are a sub-agent's; its helpers (`title`, `summarize`, …) have labels too. */
export function isSubagentLabel(label: string | undefined): boolean {
  return label !== undefined && /^(run|search|execution)Subagent/.test(label);
}
