import type { ModelInfo } from '../core/chat.ts';
import { type AnthropicModel, readAnthropicModels } from '../core/wire/anthropic/models.ts';
import { createAnthropicReplyReader, readAnthropicReply } from '../core/wire/anthropic/reply.ts';
import { type AnthropicDialect, toAnthropicRequest } from '../core/wire/anthropic/request.ts';
import type { Endpoint } from '../ports.ts';
import { anthropicBase, isOwnAddress, parseUrl, vendorOf } from './address.ts';
import type { EndpointConfig, EndpointPorts } from './config.ts';
import { createHttp } from './http.ts';

const VERSION = '2023-06-01';
const PAGE = 1000;
/** The list has a few dozen models; a server whose pages never end is not followed. */
const MOST_PAGES = 10;

/** The Messages API: Anthropic itself, or a server that speaks it (llama-server, gateways). */
export function createAnthropicEndpoint(config: EndpointConfig, ports: EndpointPorts): Endpoint {
  const base = anthropicBase(config.url);
  const vendor = vendorOf(base);
  const local = config.local ?? isOwnAddress(base);
  const label = config.label ?? vendor?.label ?? parseUrl(base)?.host ?? config.id;
  const http = createHttp({ label, url: config.url, kind: 'anthropic', local }, config, apiKey, ports);
  /** What each model takes, as the latest list of models told. */
  const dialects = new Map<string, AnthropicDialect>();
  let requests = 0;

  async function readAllModels(signal: AbortSignal): Promise<readonly AnthropicModel[]> {
    const models: AnthropicModel[] = [];
    let after = '';
    for (let page = 0; page < MOST_PAGES; page += 1) {
      const read = readAnthropicModels(await http.json(`${base}/v1/models?limit=${PAGE}${after}`, signal));
      if (read === undefined) throw http.error({ fault: 'garbled', detail: 'no list of models' });
      models.push(...read.models);
      if (read.next === undefined) break;
      after = `&after_id=${encodeURIComponent(read.next)}`;
    }
    return models;
  }

  return {
    id: config.id,
    label,
    provider: vendor?.provider,
    local,
    ...(config.demo ? { demo: true } : {}),
    async listModels(signal) {
      const models = await readAllModels(signal);
      for (const { info, dialect } of models) dialects.set(info.name, dialect);
      // Anthropic's list doesn't say so, but all its models call tools.
      const tools = vendor?.provider === 'anthropic' ? { tools: true } : {};
      return models.map(
        ({ info, dialect }): ModelInfo => ({
          ...info,
          ...tools,
          ...(dialect.thinking === undefined ? { takesEffort: false } : {}),
        }),
      );
    },
    send(request, signal) {
      requests += 1;
      const options = { fallbackId: `${ports.clock.now().toString(36)}_${requests}` };
      return http.stream(
        {
          url: `${base}/v1/messages`,
          body: toAnthropicRequest(request, dialects.get(request.model)),
          model: request.model,
          createReader: () => createAnthropicReplyReader(options),
          readWhole: (body) => readAnthropicReply(body, options),
        },
        signal,
      );
    },
  };
}

function apiKey(key: string | undefined): Readonly<Record<string, string>> {
  return { 'anthropic-version': VERSION, ...(key === undefined ? {} : { 'x-api-key': key }) };
}
