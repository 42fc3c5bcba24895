import type { ModelInfo } from '../chat.ts';
import type { ListedModel, ModelList } from './modelList.ts';
import { dashed, makerOf, providerKey, readModelName } from './modelName.ts';

/** What a public list knows of a model; undefined: it doesn't say. */
export interface ModelFacts {
  readonly contextTokens?: number | undefined;
  readonly maxOutputTokens?: number | undefined;
  readonly tools?: boolean | undefined;
  readonly images?: boolean | undefined;
  readonly thinking?: boolean | undefined;
  /** ISO day or month of its release. */
  readonly released?: string | undefined;
  readonly source: string;
  readonly date: string;
}

/** A look-up of facts by model name, and by provider where one is known (Copilot cuts context windows). */
export type FindFacts = (model: string, provider?: string) => ModelFacts | undefined;

export function modelFacts(list: ModelList): FindFacts {
  const byName = new Map<string, ListedModel>();
  for (const model of list.models) byName.set(`${providerKey(model.provider ?? '')}/${dashed(model.id)}`, model);

  return (model, provider) => {
    const name = readModelName(model);
    const given = name.provider ?? (provider === undefined ? undefined : providerKey(provider));
    const maker = makerOf(name);
    for (const owner of [given, maker].filter((owner) => owner !== undefined))
      for (const spelling of name.spellings) {
        const found = byName.get(`${owner}/${dashed(spelling)}`);
        if (found)
          return factsOf(found, maker === undefined ? undefined : byName.get(`${maker}/${dashed(spelling)}`), list);
      }
    return undefined;
  };
}

/** The served model's own facts, and what its maker says where they are silent. */
function factsOf(found: ListedModel, made: ListedModel | undefined, list: ModelList): ModelFacts {
  return {
    contextTokens: found.context ?? made?.context,
    maxOutputTokens: found.output ?? made?.output,
    tools: found.tools ?? made?.tools,
    images: found.images ?? made?.images,
    thinking: found.thinking ?? made?.thinking,
    released: found.released ?? made?.released,
    source: list.source,
    date: list.date,
  };
}

/** The endpoint's word, with the list's where the endpoint is silent. Not for own servers: they set their own windows. */
export function withFacts(model: ModelInfo, facts: ModelFacts | undefined): ModelInfo {
  if (!facts) return model;
  return {
    ...model,
    contextTokens: model.contextTokens ?? facts.contextTokens,
    maxOutputTokens: model.maxOutputTokens ?? facts.maxOutputTokens,
    tools: model.tools ?? facts.tools,
    images: model.images ?? facts.images,
    thinking: model.thinking ?? facts.thinking,
  };
}
