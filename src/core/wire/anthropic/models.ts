import * as z from 'zod/mini';
import type { ModelInfo } from '../../chat.ts';
import { tokenCount } from '../../usage.ts';
import { MOST_MODELS } from '../modelLimit.ts';
import type { AnthropicDialect } from './request.ts';

const capability = z.nullish(z.object({ supported: z.nullish(z.boolean()) }));

const modelSchema = z.object({
  id: z.string(),
  display_name: z.nullish(z.string()),
  line: z.nullish(z.string()),
  max_input_tokens: z.nullish(z.unknown()),
  max_tokens: z.nullish(z.unknown()),
  capabilities: z.nullish(
    z.object({
      image_input: capability,
      thinking: z.nullish(
        z.object({
          supported: z.nullish(z.boolean()),
          types: z.nullish(z.object({ adaptive: capability, enabled: capability, disabled: capability })),
        }),
      ),
    }),
  ),
});

const pageSchema = z.object({
  data: z.array(z.unknown()),
  has_more: z.nullish(z.boolean()),
  last_id: z.nullish(z.string()),
});

export interface AnthropicModel {
  readonly info: ModelInfo;
  readonly dialect: AnthropicDialect;
}

/** Reads one page of `GET /v1/models`; undefined: the answer is no model list. `next`: ask for what comes after this id. */
export function readAnthropicModels(
  body: unknown,
): { readonly models: readonly AnthropicModel[]; readonly next: string | undefined } | undefined {
  const page = pageSchema.safeParse(body);
  if (!page.success || page.data.data.length > MOST_MODELS) return undefined;
  const models = page.data.data
    .map((entry) => modelSchema.safeParse(entry))
    .flatMap((parsed) => (parsed.success ? [toModel(parsed.data)] : []));
  return { models, next: page.data.has_more ? (page.data.last_id ?? undefined) : undefined };
}

function toModel(model: z.infer<typeof modelSchema>): AnthropicModel {
  const maxOutputTokens = tokenCount(model.max_tokens) || undefined;
  const thinking = model.capabilities?.thinking;
  const types = thinking?.types;
  return {
    info: {
      name: model.id,
      displayName: model.display_name ?? undefined,
      family: model.line ?? undefined,
      contextTokens: tokenCount(model.max_input_tokens) || undefined,
      maxOutputTokens,
      images: model.capabilities?.image_input?.supported ?? undefined,
      thinking: thinking?.supported ?? undefined,
    },
    dialect: {
      maxOutputTokens,
      thinking: types?.adaptive?.supported ? 'adaptive' : types?.enabled?.supported ? 'budget' : undefined,
      canDisableThinking: types?.disabled?.supported ?? undefined,
    },
  };
}
