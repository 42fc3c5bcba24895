/**
 * Reading models' names. Agents, gateways and vendors write the same model in many ways; a price must be found for each
 * of them, and a wrong match is worse than none. So names are only ever matched whole: every rule here takes off one
 * well-known ornament and says why that doesn't change the price.
 */

/** A model's name, read. */
export interface ModelName {
  /** Ways to write it, the most specific first; each lower-case and to be matched whole. */
  readonly spellings: readonly string[];
  /** Where the name itself says who serves it: `copilot/…`, Bedrock's and Vertex's own forms. */
  readonly provider: string | undefined;
  /** Who makes it, where the name says so: `anthropic/…`. */
  readonly vendor: string | undefined;
}

const PROVIDER_ALIASES: ReadonlyMap<string, string> = new Map([
  ['copilot', 'github-copilot'],
  ['github_copilot', 'github-copilot'],
  ['github', 'github-copilot'],
  ['xai', 'x-ai'],
  ['gemini', 'google'],
  ['google-gla', 'google'],
  ['google-vertex', 'google'],
  ['vertex', 'google'],
  ['vertex_ai', 'google'],
  ['bedrock', 'aws'],
  ['amazon-bedrock', 'aws'],
  ['amazon', 'aws'],
  ['azure-openai', 'azure'],
  ['mistralai', 'mistral'],
  ['moonshot', 'moonshotai'],
  ['moonshot_ai', 'moonshotai'],
  ['z-ai', 'zai'],
  ['z.ai', 'zai'],
  ['qwen', 'alibaba'],
  ['dashscope', 'alibaba'],
]);

/** One word for a price list's owner, whatever a setting or a log calls it. */
export function providerKey(provider: string): string {
  const name = provider.trim().toLowerCase();
  return PROVIDER_ALIASES.get(name) ?? name;
}

/** Path prefixes that name who serves the model, not who makes it. */
const SERVING_PREFIXES = new Set([
  'copilot',
  'github-copilot',
  'github_copilot',
  'openrouter',
  'bedrock',
  'vertex_ai',
  'azure',
  'groq',
  'cerebras',
]);

const BEDROCK_MAKERS =
  'anthropic|amazon|openai|meta|mistral|deepseek|cohere|qwen|google|nvidia|writer|moonshotai|minimax';
/** `us.anthropic.claude-…`, `anthropic.claude-…`: forms that only Amazon Bedrock uses. */
const BEDROCK = new RegExp(`^(?:global\\.|(us|eu|apac|jp|au|ca|in|sa|us-gov)\\.)?(?:${BEDROCK_MAKERS})\\.(?=[a-z])`);

/** Families whose names carry how hard to think, at the same price per token. */
const EFFORT_FAMILIES = /^(?:gpt-\d|o\d|codex-|claude-|gemini-\d|grok-\d)/;

type Rule = (name: string) => string | undefined;

const without =
  (pattern: RegExp, applies: (name: string) => boolean = () => true): Rule =>
  (name) => {
    const rest = applies(name) ? name.replace(pattern, '') : name;
    return rest === name || rest === '' ? undefined : rest;
  };

/** Tails that don't change the price, in the order in which they are taken off. */
const TAILS: readonly Rule[] = [
  // Claude Code's mark for the million-token window; what that costs is a tier of the price.
  without(/\[1m\]$/),
  // Bedrock's revision: `-v1:0`.
  without(/-v\d+(?::\d+)?$/, (name) => BEDROCK.test(name)),
  // Vertex's revision: `@20250514`, `@default`.
  without(/@(?:20\d{6}|default|latest)$/),
  // A dated snapshot: `-20250514`, `-2025-08-07`. Four digits (`-2508`) stay: Mistral's differ in price.
  without(/-20\d\d(0[1-9]|1[0-2])(0[1-9]|[12]\d|3[01])$/),
  without(/-20\d\d-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])$/),
  without(/-latest$/),
  // The effort asked for: `gpt-5-high`, `o3-mini (low)`. Not `-max`: `gpt-5.1-codex-max` is a model.
  without(/-(?:minimal|low|medium|high|xhigh)$/, (name) => EFFORT_FAMILIES.test(name)),
  without(/\s*\((?:none|minimal|low|medium|high|xhigh|max)\)$/, (name) => EFFORT_FAMILIES.test(name)),
  // Claude with thinking on: same model, same price.
  without(/-thinking$/, (name) => name.startsWith('claude-')),
];

/** Heads that only say where the model is reached. `global.` stays: at Bedrock it is cheaper than a region. */
const HEADS: readonly Rule[] = [
  without(/^(?:us|eu|apac|jp|au|ca|in|sa|us-gov)\./, (name) => BEDROCK.test(name)),
  without(new RegExp(`^(?:${BEDROCK_MAKERS})\\.`), (name) => BEDROCK.test(name) && !name.startsWith('global.')),
];

function peel(name: string, rules: readonly Rule[]): string[] {
  const names = [name];
  for (let latest: string | undefined = name; latest !== undefined; ) {
    const current: string = latest;
    latest = rules.map((rule) => rule(current)).find((next) => next !== undefined);
    if (latest !== undefined) names.push(latest);
  }
  return names;
}

/**
 * Reads a model's name. A `:suffix` is never taken off: OpenRouter's `:free` and Ollama's `qwen3:8b` are other prices
 * than the name before it.
 */
export function readModelName(model: string): ModelName {
  let name = model.trim().toLowerCase();
  let provider: string | undefined;
  let vendor: string | undefined;
  if (name.startsWith('arn:aws:bedrock:')) {
    name = name.slice(name.lastIndexOf('/') + 1);
    provider = 'aws';
  }
  const [head, ...tail] = name.split('/');
  if (head !== undefined && tail.length > 0 && SERVING_PREFIXES.has(head)) {
    provider = providerKey(head);
    name = tail.join('/');
  }
  const spellings: string[] = [];
  const whole = name;
  // `models/gemini-…`, `publishers/google/models/…`, `accounts/fireworks/models/…`
  name = name.replace(/^(?:(?:publishers|accounts)\/[^/]+\/)?models\//, '');
  const slash = name.lastIndexOf('/');
  if (slash > 0) vendor = providerKey(name.slice(0, slash));
  if (BEDROCK.test(name)) provider = 'aws';
  else if (/^claude-.*@(?:20\d{6}|default|latest)$/.test(name)) provider = 'google';
  for (const start of new Set([whole, name, slash > 0 ? name.slice(slash + 1) : name])) {
    for (const shorter of peel(start, TAILS)) for (const bare of peel(shorter, HEADS)) spellings.push(bare);
  }
  return { spellings: [...new Set(spellings)], provider, vendor };
}

/** The spelling under which `4.5` and `4-5` are the same: vendors and resellers differ in nothing else. */
export function dashed(name: string): string {
  return name.replace(/(?<=\d)\.(?=\d)/g, '-');
}

/** What a preview, an experiment or a numbered snapshot adds; only matched where a price list says that a name is open. */
export const OPEN_TAIL = /^(?:-(?:preview|exp|beta|latest|\d{2}-\d{2}(?:-\d{4})?|\d{2}-\d{4}|\d{3,4}))+$/;

const MAKERS: readonly (readonly [RegExp, string])[] = [
  [/^claude-/, 'anthropic'],
  [/^(?:gpt-\d|chatgpt-|o[134](?:-|$)|codex-mini)/, 'openai'],
  [/^gemini-/, 'google'],
  [/^grok-/, 'x-ai'],
  [/^(?:mistral|codestral|devstral|magistral|ministral|pixtral)-/, 'mistral'],
  [/^deepseek-(?:chat|reasoner|v4)/, 'deepseek'],
  [/^kimi-/, 'moonshotai'],
  [/^glm-/, 'zai'],
  [/^(?:qwen|qwq|qvq)[\w.-]*-(?:plus|max|flash|turbo)/, 'alibaba'],
];

/**
 * Who makes and sells a model, from its name alone. undefined: not known, or open weights that anyone may serve at any
 * price (`qwen3-32b`, `gpt-oss-120b`, everything with an Ollama tag).
 */
export function makerOf(name: ModelName): string | undefined {
  const last = name.spellings.at(-1) ?? '';
  if (/:|(?:^|[-_.])\d+(?:\.\d+)?b(?:$|[-_.])/.test(last)) return undefined;
  const maker = MAKERS.find(([pattern]) => pattern.test(last))?.[1];
  return maker !== undefined && (name.vendor === undefined || name.vendor === maker) ? maker : undefined;
}
