import * as z from 'zod/mini';
import type { ModelInfo } from '../../chat.ts';
import { tokenCount } from '../../usage.ts';
import { MOST_MODELS } from '../modelLimit.ts';

const details = z.nullish(z.object({ family: z.nullish(z.string()), parameter_size: z.nullish(z.string()) }));
const capabilities = z.nullish(z.array(z.string()));

const tagSchema = z.object({
  name: z.string(),
  digest: z.nullish(z.string()),
  details,
  capabilities,
  remote_host: z.nullish(z.string()),
});
const tagsSchema = z.object({ models: z.nullish(z.array(tagSchema)) });
const listSchema = z.object({ models: z.nullish(z.array(z.unknown())) });

const showSchema = z.object({
  details,
  capabilities,
  remote_host: z.nullish(z.string()),
  model_info: z.nullish(z.record(z.string(), z.unknown())),
});

const psSchema = z.object({
  models: z.nullish(z.array(z.object({ name: z.string(), context_length: z.nullish(z.unknown()) }))),
});

export interface OllamaTag {
  readonly name: string;
  /** Changes with the model's content. */
  readonly digest: string | undefined;
  readonly info: Partial<ModelInfo>;
}

/** Reads `GET /api/tags`; undefined: the answer is no model list. */
export function readOllamaTags(body: unknown): readonly OllamaTag[] | undefined {
  if (isTooLong(body)) return undefined;
  const parsed = tagsSchema.safeParse(body);
  if (!parsed.success) return undefined;
  return (parsed.data.models ?? []).map((tag) => ({
    name: tag.name,
    digest: tag.digest ?? undefined,
    info: known({
      ...fromDetails(tag.details),
      ...fromCapabilities(tag.capabilities),
      remoteHost: tag.remote_host || undefined,
    }),
  }));
}

export interface OllamaShow {
  readonly info: Partial<ModelInfo>;
  /** false: it embeds or ranks and can't chat. */
  readonly chats: boolean;
}

/** Reads `POST /api/show`. Servers before 0.6 tell no capabilities. */
export function readOllamaShow(body: unknown): OllamaShow | undefined {
  const parsed = showSchema.safeParse(body);
  if (!parsed.success) return undefined;
  const { model_info: facts, capabilities: list, details: about, remote_host: remoteHost } = parsed.data;
  const context = Object.entries(facts ?? {}).find(([name]) => name.endsWith('.context_length'))?.[1];
  return {
    chats: !list || list.length === 0 || list.includes('completion'),
    info: known({
      ...fromDetails(about),
      ...fromCapabilities(list),
      contextTokens: tokenCount(context) || undefined,
      remoteHost: remoteHost || undefined,
      ...known({ parameterCount: tokenCount(facts?.['general.parameter_count']) || undefined }),
    }),
  };
}

/** Reads `GET /api/ps`: the models in memory, each with the context that it was loaded with (undefined: not told). */
export function readOllamaResident(body: unknown): ReadonlyMap<string, number | undefined> | undefined {
  if (isTooLong(body)) return undefined;
  const parsed = psSchema.safeParse(body);
  if (!parsed.success) return undefined;
  return new Map(
    (parsed.data.models ?? []).map((model) => [model.name, tokenCount(model.context_length) || undefined]),
  );
}

function isTooLong(body: unknown): boolean {
  return (listSchema.safeParse(body).data?.models?.length ?? 0) > MOST_MODELS;
}

function fromDetails(about: z.infer<typeof details>): Partial<ModelInfo> {
  return { family: about?.family || undefined, parameterCount: readParameterSize(about?.parameter_size ?? '') };
}

function fromCapabilities(list: readonly string[] | null | undefined): Partial<ModelInfo> {
  if (!list || list.length === 0) return {};
  return { tools: list.includes('tools'), images: list.includes('vision'), thinking: list.includes('thinking') };
}

const SCALES: Readonly<Record<string, number>> = { K: 1e3, M: 1e6, B: 1e9, T: 1e12 };

/** `8.2B`, `751.63M` → parameters. */
export function readParameterSize(text: string): number | undefined {
  const [, figure, letter] = /^([\d.]+)\s*([KMBT])$/i.exec(text.trim()) ?? [];
  const scale = SCALES[letter?.toUpperCase() ?? ''];
  const count = Number(figure) * (scale ?? Number.NaN);
  return Number.isFinite(count) ? Math.round(count) : undefined;
}

/** Without its unknowns, so that it can be laid over what another source told. */
function known(info: Partial<ModelInfo>): Partial<ModelInfo> {
  return Object.fromEntries(Object.entries(info).filter(([, value]) => value !== undefined));
}
