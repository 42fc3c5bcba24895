import type { ModelInfo } from '../chat.ts';
import { standing } from './modelLine.ts';
import type { ListedModel, ModelList } from './modelList.ts';
import { dashed, makerOf, providerKey, readModelName } from './modelName.ts';

/** What public lists know of a model; undefined: they don't say. */
export interface ModelFacts {
  readonly contextTokens?: number | undefined;
  readonly maxOutputTokens?: number | undefined;
  readonly tools?: boolean | undefined;
  readonly images?: boolean | undefined;
  readonly thinking?: boolean | undefined;
  /** ISO day or month of its release. */
  readonly released?: string | undefined;
}

/** A look-up of facts by model name, and by provider where one is known (Copilot cuts context windows). */
export type FindFacts = (model: string, provider?: string) => ModelFacts | undefined;

/**
 * Makes the look-up in several lists, the better first: each fact is the first that is told of the model where it is
 * served, then by its maker. Tools, images and thinking that nobody tells are those of the nearest earlier model of its
 * line, else of a later one, and for a line that is new of its family: makers don't take them away again. Windows are
 * never inherited.
 */
export function modelFacts(lists: readonly ModelList[]): FindFacts {
  const models = Map.groupBy(
    lists.flatMap((list) => list.models),
    ({ provider }) => providerKey(provider ?? ''),
  );
  // Made for an owner when it is first met: most never are.
  const shelves = new Map<string, Shelf>();
  function shelfOf(owner: string): Shelf {
    const shelf = shelves.get(owner) ?? shelved(models.get(owner) ?? []);
    if (models.has(owner)) shelves.set(owner, shelf);
    return shelf;
  }

  function relatives(owner: string, name: string): ListedModel[] {
    const own = standing(name);
    const { byLine } = shelfOf(owner);
    const line = own && (byLine.get(own.line) ?? byLine.get(familyOf(own.line)));
    if (!own || !line) return [];
    const earlier = line.filter(({ version }) => version <= own.version).sort((a, b) => b.version - a.version);
    const later = line.filter(({ version }) => version > own.version).sort((a, b) => a.version - b.version);
    return [...earlier, ...later].slice(0, 1).map(({ model }) => model);
  }

  return (model, provider) => {
    const name = readModelName(model);
    const given = name.provider ?? (provider === undefined ? undefined : providerKey(provider));
    const maker = makerOf(name);
    const owners = [given, maker].filter((owner) => owner !== undefined);
    const spellings = name.spellings.map(dashed);
    const told = owners.flatMap((owner) => spellings.flatMap((spelling) => shelfOf(owner).byName.get(spelling) ?? []));
    const akin = owners.flatMap((owner) => spellings.flatMap((spelling) => relatives(owner, spelling)));
    return told.length + akin.length === 0 ? undefined : factsOf(told, akin);
  };
}

/** One owner's models. */
interface Shelf {
  readonly byName: Map<string, ListedModel[]>;
  readonly byLine: Map<string, { readonly version: number; readonly model: ListedModel }[]>;
}

function shelved(models: readonly ListedModel[]): Shelf {
  const shelf: Shelf = { byName: new Map(), byLine: new Map() };
  for (const model of models) {
    for (const name of [model.id, ...(model.aliases ?? [])].map(dashed)) push(shelf.byName, name, model);
    const own = standing(dashed(model.id));
    if (own && model.tools !== undefined)
      for (const line of [own.line, familyOf(own.line)]) push(shelf.byLine, line, { version: own.version, model });
  }
  return shelf;
}

/** `gpt*` for `gpt-mini`: all lines of one name. */
const familyOf = (line: string) => `${line.split('-')[0]}*`;

function push<T>(map: Map<string, T[]>, key: string, value: T): void {
  const list = map.get(key);
  if (list) list.push(value);
  else map.set(key, [value]);
}

function factsOf(told: readonly ListedModel[], akin: readonly ListedModel[]): ModelFacts {
  const first = <K extends keyof ListedModel>(key: K, among: readonly ListedModel[]) =>
    among.find((model) => model[key] !== undefined)?.[key];
  const all = [...told, ...akin];
  return {
    contextTokens: first('context', told),
    maxOutputTokens: first('output', told),
    tools: first('tools', all),
    images: first('images', all),
    thinking: first('thinking', all),
    released: first('released', told),
  };
}

/** The endpoint's word, with the lists' where the endpoint is silent. Not for own servers: they set their own windows. */
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
