import type { ModelInfo } from '../core/chat.ts';
import { takesEffort } from '../core/wire/openai/effort.ts';
import { readLlamaServerProps, readLmStudioModels, readOpenAiModels } from '../core/wire/openai/models.ts';
import { createOpenAiReplyReader, readOpenAiReply } from '../core/wire/openai/reply.ts';
import { type OpenAiDialect, toOpenAiRequest } from '../core/wire/openai/request.ts';
import type { Endpoint } from '../ports.ts';
import { isOwnAddress, openAiBase, parseUrl, vendorOf } from './address.ts';
import type { EndpointConfig, EndpointPorts } from './config.ts';
import { createHttp, faultOfAbort } from './http.ts';

/** Chat completions: OpenAI, OpenRouter, vLLM, llama-server, LM Studio and their like. */
export function createOpenAiCompatibleEndpoint(config: EndpointConfig, ports: EndpointPorts): Endpoint {
  const base = openAiBase(config.url);
  const vendor = vendorOf(base);
  const provider = vendor?.provider;
  const local = config.local ?? isOwnAddress(base);
  const label = config.label ?? vendor?.label ?? parseUrl(base)?.host ?? config.id;
  const http = createHttp({ label, url: config.url, kind: 'openaiCompatible', local }, config, bearer, ports);
  const dialect = dialectOf(provider, local);
  let requests = 0;

  /** What a known server tells beyond the list of models; a server that fails to tell has told nothing. */
  async function enrich(
    models: readonly ModelInfo[],
    ownedBy: string | undefined,
    signal: AbortSignal,
  ): Promise<readonly ModelInfo[]> {
    const root = base.replace(/\/v\d+$/, '');
    const ask = (path: string) => http.json(`${root}${path}`, signal).catch(() => undefined);
    // One llama-server runs one model; a router runs several, and /props is then not of any one.
    if (ownedBy === 'llamacpp' && models.length === 1) {
      const props = readLlamaServerProps(await ask('/props'));
      return models.map((model) => ({ ...model, ...props, resident: true }));
    }
    if (ownedBy === 'organization_owner') {
      const told = readLmStudioModels(await ask('/api/v0/models'));
      return models.flatMap((model) => {
        if (told.has(model.name) && told.get(model.name) === undefined) return [];
        return [{ ...model, ...told.get(model.name) }];
      });
    }
    return provider === 'openai' ? models.filter((model) => !OPENAI_NO_CHAT.test(model.name)) : models;
  }

  return {
    id: config.id,
    label,
    provider,
    local,
    ...(config.demo ? { demo: true } : {}),
    async listModels(signal) {
      const list = readOpenAiModels(await http.json(`${base}/models`, signal));
      if (list === undefined) throw http.error({ fault: 'garbled', detail: 'no list of models' });
      const models = await enrich(list.models, list.ownedBy, signal);
      if (signal.aborted) throw http.error({ fault: faultOfAbort(signal) });
      return models.map((model) => (takesEffort(provider, model.name) ? model : { ...model, takesEffort: false }));
    },
    send(request, signal) {
      requests += 1;
      const options = {
        costIsBilled: provider === 'openrouter',
        fallbackId: `${ports.clock.now().toString(36)}_${requests}`,
      };
      return http.stream(
        {
          url: `${base}/chat/completions`,
          body: toOpenAiRequest(request, dialect),
          model: request.model,
          createReader: () => createOpenAiReplyReader(options),
          readWhole: (body) => readOpenAiReply(body, options),
        },
        signal,
      );
    },
  };
}

/** OpenAI lists all its models; these don't answer chat completions. */
const OPENAI_NO_CHAT =
  /embedding|whisper|tts|dall-e|moderation|image|realtime|transcribe|sora|davinci|babbage|-instruct|deep-research|computer-use/;

function bearer(key: string | undefined): Readonly<Record<string, string>> {
  return key === undefined ? {} : { authorization: `Bearer ${key}` };
}

function dialectOf(provider: string | undefined, local: boolean): OpenAiDialect {
  if (provider === 'openai' || provider === 'azure') return { provider, outputLimitField: 'max_completion_tokens' };
  if (provider === 'openrouter') return { provider, thinkingField: 'reasoning', cacheMarks: true };
  return provider === 'deepseek' || local ? { provider, thinkingField: 'reasoning_content' } : { provider };
}
