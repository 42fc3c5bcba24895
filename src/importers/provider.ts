/** Names under which agents know who serves a model -> whose price list applies. */
const PROVIDERS: Readonly<Record<string, string>> = {
  anthropic: 'anthropic',
  'claude-code': 'anthropic',
  openai: 'openai',
  'openai-native': 'openai',
  'openai-codex': 'openai',
  azure: 'azure',
  'amazon-bedrock': 'aws',
  bedrock: 'aws',
  google: 'google',
  gemini: 'google',
  'google-vertex': 'google',
  'google-vertex-anthropic': 'google',
  vertex: 'google',
  'github-copilot': 'github-copilot',
  openrouter: 'openrouter',
  groq: 'groq',
  cerebras: 'cerebras',
  deepseek: 'deepseek',
  mistral: 'mistral',
  moonshot: 'moonshotai',
  moonshotai: 'moonshotai',
  xai: 'x-ai',
  zai: 'zai',
  fireworks: 'fireworks',
  'fireworks-ai': 'fireworks',
  together: 'together',
  togetherai: 'together',
  ollama: 'ollama',
  lmstudio: 'lmstudio',
  'llama.cpp': 'llama.cpp',
  vllm: 'vllm',
};

/** Servers that run on own hardware. Ollama's cloud models have a name of their own. */
const LOCAL = new Set(['ollama', 'lmstudio', 'llama.cpp', 'vllm']);

export interface ServedBy {
  /** undefined: a name that its user or its vendor chose, of which no list is known. */
  readonly provider: string | undefined;
  /** true: on own hardware; undefined: not known. */
  readonly local: true | undefined;
}

export function servedBy(name: string | undefined, model: string | undefined): ServedBy {
  const provider = name === undefined ? undefined : PROVIDERS[name.toLowerCase()];
  const isLocal = provider !== undefined && LOCAL.has(provider) && !/[:-]cloud$/.test(model ?? '');
  return { provider, local: isLocal ? true : undefined };
}
