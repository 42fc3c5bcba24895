import type { ChatRequest, JsonObject, ModelInfo } from '../core/chat.ts';
import {
  type OllamaShow,
  type OllamaTag,
  readOllamaResident,
  readOllamaShow,
  readOllamaTags,
} from '../core/wire/ollama/models.ts';
import { createOllamaReplyReader } from '../core/wire/ollama/reply.ts';
import { toOllamaRequest } from '../core/wire/ollama/request.ts';
import type { Endpoint } from '../ports.ts';
import { isOwnAddress, ollamaBase } from './address.ts';
import type { EndpointConfig, EndpointPorts } from './config.ts';
import { createHttp, faultOfAbort } from './http.ts';

/** Smallest context to load a model with, in tokens. */
const SMALLEST_CONTEXT = 8192;
/** Room for the answer where the request sets no limit, in tokens. */
const ANSWER_TOKENS = 4096;
/** Bytes per token, low: code has about 3.5, and a context that is too small cuts the prompt in silence. */
const BYTES_PER_TOKEN = 3;
const IMAGE_TOKENS = 1500;
/** The one family that takes `low`, `medium` and `high`. */
const THINKING_LEVELS = /gpt-?oss/i;
/** `/api/show` requests at a time. */
const SHOWN_AT_ONCE = 4;

/** Ollama's own API. Models that it runs in its cloud (`remoteHost`) are not local. */
export function createOllamaEndpoint(config: EndpointConfig, ports: EndpointPorts): Endpoint {
  const base = ollamaBase(config.url);
  const local = config.local ?? isOwnAddress(base);
  const label = config.label ?? 'Ollama';
  const http = createHttp({ label, url: config.url, kind: 'ollama', local }, config, bearer, ports);
  /** What `/api/show` told, by model and, for the list, by digest: it changes with the model's content only. */
  const shown = new Map<string, { readonly digest: string | undefined; readonly show: OllamaShow }>();
  /** Context that a model was last loaded with: a smaller one would load it anew and forget its prefix cache. */
  const loaded = new Map<string, number>();
  let requests = 0;

  async function show(name: string, digest: string | undefined, signal: AbortSignal): Promise<OllamaShow | undefined> {
    const known = shown.get(name);
    if (known && (digest === undefined || known.digest === digest)) return known.show;
    try {
      const told = readOllamaShow(await http.json(`${base}/api/show`, signal, { model: name }));
      if (told) shown.set(name, { digest, show: told });
      return told;
    } catch {
      // One model that can't be described is still a model.
      return undefined;
    }
  }

  async function resident(signal: AbortSignal): Promise<ReadonlyMap<string, number | undefined> | undefined> {
    try {
      const models = readOllamaResident(await http.json(`${base}/api/ps`, signal));
      for (const [name, contextTokens] of models ?? []) {
        if (contextTokens !== undefined) loaded.set(name, contextTokens);
      }
      return models;
    } catch {
      return undefined;
    }
  }

  function limit(contextTokens: number | undefined): number | undefined {
    const set = config.contextTokens;
    return set === undefined || contextTokens === undefined ? (set ?? contextTokens) : Math.min(set, contextTokens);
  }

  /** The context to load the model with: what the request needs, rounded up to a power of two, within the limit. */
  function contextFor(request: ChatRequest, body: JsonObject, told: OllamaShow | undefined): number | undefined {
    if (told?.info.remoteHost) return undefined;
    const needed = Math.max(SMALLEST_CONTEXT, powerOfTwoAbove(estimateTokens(request, body)));
    const wanted = Math.max(needed, loaded.get(request.model) ?? 0);
    const contextTokens = Math.min(wanted, limit(told?.info.contextTokens) ?? wanted);
    loaded.set(request.model, contextTokens);
    return contextTokens;
  }

  return {
    id: config.id,
    label,
    provider: 'ollama',
    local,
    ...(config.demo ? { demo: true } : {}),
    async listModels(signal) {
      const tags = readOllamaTags(await http.json(`${base}/api/tags`, signal));
      if (tags === undefined) throw http.error({ fault: 'garbled', detail: 'no list of models' });
      const [memory, shows] = await Promise.all([
        resident(signal),
        mapAtMost(SHOWN_AT_ONCE, tags, (tag) => show(tag.name, tag.digest, signal)),
      ]);
      if (signal.aborted) throw http.error({ fault: faultOfAbort(signal) });
      return tags.flatMap((tag: OllamaTag, index): ModelInfo[] => {
        const told = shows[index];
        if (told?.chats === false) return [];
        const info: ModelInfo = { ...tag.info, ...told?.info, name: tag.name };
        const contextTokens = limit(info.contextTokens);
        return [{ ...info, contextTokens, resident: info.remoteHost ? undefined : memory?.has(tag.name) }];
      });
    },
    async *send(request, signal) {
      requests += 1;
      const fallbackId = `${ports.clock.now().toString(36)}_${requests}`;
      const told = signal.aborted ? undefined : await show(request.model, undefined, signal);
      const canThink = told?.info.thinking;
      const thinkingLevels = THINKING_LEVELS.test(`${told?.info.family ?? ''} ${request.model}`);
      const contextTokens = contextFor(request, toOllamaRequest(request), told);
      yield* http.stream(
        {
          url: `${base}/api/chat`,
          body: toOllamaRequest(request, { contextTokens, canThink, thinkingLevels }),
          model: request.model,
          createReader: () => createOllamaReplyReader({ fallbackId }),
        },
        signal,
      );
    },
  };
}

/** Tokens of prompt and answer, rather too many than too few. */
function estimateTokens(request: ChatRequest, body: JsonObject): number {
  let images = 0;
  let imageCharacters = 0;
  for (const part of request.messages.flatMap((message) => message.content)) {
    const content = part.kind === 'toolResult' ? part.content : [part];
    for (const inner of content) {
      if (inner.kind !== 'image') continue;
      images += 1;
      imageCharacters += Math.ceil(inner.data.length / 3) * 4;
    }
  }
  const bytes = new TextEncoder().encode(JSON.stringify(body)).length - imageCharacters;
  const prompt = Math.ceil(Math.max(0, bytes) / BYTES_PER_TOKEN) + images * IMAGE_TOKENS;
  return prompt + (request.maxOutputTokens ?? ANSWER_TOKENS);
}

function powerOfTwoAbove(tokens: number): number {
  return 2 ** Math.ceil(Math.log2(Math.max(1, tokens)));
}

/** Ollama's cloud takes a key; a local server needs none. */
function bearer(key: string | undefined): Readonly<Record<string, string>> {
  return key === undefined ? {} : { authorization: `Bearer ${key}` };
}

/** The results in order, with at most so many under way at a time. */
async function mapAtMost<Item, Result>(
  most: number,
  items: readonly Item[],
  run: (item: Item) => Promise<Result>,
): Promise<readonly Result[]> {
  const results: Result[] = [];
  let next = 0;
  async function work(): Promise<void> {
    for (let index = next++; index < items.length; index = next++) results[index] = await run(items[index] as Item);
  }
  await Promise.all(Array.from({ length: Math.min(most, items.length) }, work));
  return results;
}
