import * as z from 'zod/mini';
import type { ModelInfo, TokenPrice } from '../../chat.ts';
import { tokenCount } from '../../usage.ts';
import { MOST_MODELS } from '../modelLimit.ts';

const figure = z.nullish(z.unknown());
const names = z.nullish(z.array(z.string()));

const modelSchema = z.object({
  id: z.string(),
  name: z.nullish(z.string()),
  owned_by: z.nullish(z.string()),
  /** OpenRouter, Together; Mistral; Groq; vLLM; in this order below. */
  context_length: figure,
  max_context_length: figure,
  context_window: figure,
  max_model_len: figure,
  max_completion_tokens: figure,
  top_provider: z.nullish(z.object({ max_completion_tokens: figure })),
  /** llama-server: what it runs with, and what the model was trained for. */
  meta: z.nullish(z.object({ n_ctx: figure, n_ctx_train: figure, n_params: figure })),
  architecture: z.nullish(z.object({ input_modalities: names, output_modalities: names })),
  supported_parameters: names,
  /** Mistral: flags by name. Other servers put other things here. */
  capabilities: z.nullish(z.unknown()),
  pricing: z.nullish(z.record(z.string(), z.unknown())),
});
type WireModel = z.infer<typeof modelSchema>;

const listSchema = z.union([z.object({ data: z.array(z.unknown()) }), z.array(z.unknown())]);

export interface OpenAiModelList {
  readonly models: readonly ModelInfo[];
  /** Whose server it is, as its models say: `llamacpp`, `vllm`, `organization_owner` (LM Studio), … */
  readonly ownedBy: string | undefined;
}

/** Reads `GET /models`; an entry that isn't a model is left out. undefined: the answer is no model list. */
export function readOpenAiModels(body: unknown): OpenAiModelList | undefined {
  const list = listSchema.safeParse(body);
  if (!list.success) return undefined;
  const entries = Array.isArray(list.data) ? list.data : list.data.data;
  if (entries.length > MOST_MODELS) return undefined;
  const wire = entries
    .map((entry) => modelSchema.safeParse(entry))
    .flatMap((parsed) => (parsed.success ? [parsed.data] : []));
  const unique = new Map(wire.map((model) => [model.id, model]));
  return {
    models: [...unique.values()].filter(answersInText).map(toModelInfo),
    ownedBy: wire[0]?.owned_by ?? undefined,
  };
}

function answersInText(model: WireModel): boolean {
  const outputs = model.architecture?.output_modalities;
  return !outputs || outputs.length === 0 || outputs.includes('text');
}

function toModelInfo(model: WireModel): ModelInfo {
  const inputs = model.architecture?.input_modalities;
  const parameters = model.supported_parameters;
  const flags = model.capabilities;
  const context =
    model.meta?.n_ctx ??
    model.context_length ??
    model.max_context_length ??
    model.context_window ??
    model.max_model_len ??
    model.meta?.n_ctx_train;
  return {
    name: model.id,
    displayName: model.name ?? undefined,
    contextTokens: positive(context),
    maxOutputTokens: positive(model.top_provider?.max_completion_tokens ?? model.max_completion_tokens),
    tools: parameters ? parameters.includes('tools') : flag(flags, 'function_calling'),
    images: inputs ? inputs.includes('image') : flag(flags, 'vision'),
    thinking: parameters ? parameters.includes('reasoning') : undefined,
    parameterCount: positive(model.meta?.n_params),
    listedPrice: model.pricing ? readListedPrice(model.pricing) : undefined,
  };
}

function flag(capabilities: unknown, name: string): boolean | undefined {
  const value = typeof capabilities === 'object' && capabilities ? Reflect.get(capabilities, name) : undefined;
  return typeof value === 'boolean' ? value : undefined;
}

function positive(value: unknown): number | undefined {
  return tokenCount(value) || undefined;
}

const NANO_CREDITS_PER_DOLLAR = 1e11;

/** OpenRouter's `pricing`: US dollars per token as decimal text. A negative price (it varies) is unknown. */
export function readListedPrice(pricing: Readonly<Record<string, unknown>>): TokenPrice | undefined {
  const price = (name: string): number | undefined => {
    const value = pricing[name];
    const dollars = typeof value === 'string' && value.trim() !== '' ? Number(value) : value;
    if (typeof dollars !== 'number' || !Number.isFinite(dollars) || dollars < 0) return undefined;
    // A decimal fraction times 1e11 is off by a last binary digit.
    return Number((dollars * NANO_CREDITS_PER_DOLLAR).toFixed(6));
  };
  const fresh = price('prompt');
  const text = price('completion');
  if (fresh === undefined || text === undefined) return undefined;
  return {
    fresh,
    text,
    cacheRead: price('input_cache_read'),
    cacheWrite: price('input_cache_write'),
    reasoning: price('internal_reasoning') || undefined,
  };
}

const propsSchema = z.object({
  default_generation_settings: z.nullish(z.object({ n_ctx: figure })),
  modalities: z.nullish(z.object({ vision: z.nullish(z.boolean()) })),
  chat_template_caps: z.nullish(z.object({ supports_tools: z.nullish(z.boolean()) })),
});

/** What llama-server's `GET /props` tells of the model that it runs. */
export function readLlamaServerProps(body: unknown): Partial<ModelInfo> {
  const parsed = propsSchema.safeParse(body);
  if (!parsed.success) return {};
  const { default_generation_settings: settings, modalities, chat_template_caps: template } = parsed.data;
  const contextTokens = positive(settings?.n_ctx);
  return {
    ...(contextTokens === undefined ? {} : { contextTokens }),
    ...(typeof modalities?.vision === 'boolean' ? { images: modalities.vision } : {}),
    ...(typeof template?.supports_tools === 'boolean' ? { tools: template.supports_tools } : {}),
  };
}

const lmStudioSchema = z.object({
  data: z.array(
    z.object({
      id: z.string(),
      type: z.nullish(z.string()),
      arch: z.nullish(z.string()),
      state: z.nullish(z.string()),
      max_context_length: figure,
      loaded_context_length: figure,
      capabilities: z.nullish(z.unknown()),
    }),
  ),
});

/** LM Studio's own list, `GET /api/v0/models`, by model name; embedding models are marked by `undefined`. */
export function readLmStudioModels(body: unknown): ReadonlyMap<string, Partial<ModelInfo> | undefined> {
  const parsed = lmStudioSchema.safeParse(body);
  if (!parsed.success) return new Map();
  return new Map(
    parsed.data.data.map((model) => {
      if (model.type === 'embeddings') return [model.id, undefined];
      const contextTokens = positive(model.loaded_context_length ?? model.max_context_length);
      const { capabilities } = model;
      return [
        model.id,
        {
          ...(contextTokens === undefined ? {} : { contextTokens }),
          ...(model.arch ? { family: model.arch } : {}),
          ...(model.type ? { images: model.type === 'vlm' } : {}),
          ...(Array.isArray(capabilities) ? { tools: capabilities.includes('tool_use') } : {}),
          ...(model.state ? { resident: model.state === 'loaded' } : {}),
        },
      ];
    }),
  );
}
