/** Model endpoints by the protocol that they speak. */
import type { Endpoint } from '../ports.ts';
import { createAnthropicEndpoint } from './anthropic.ts';
import type { EndpointConfig, EndpointPorts } from './config.ts';
import { createOllamaEndpoint } from './ollama.ts';
import { createOpenAiCompatibleEndpoint } from './openaiCompatible.ts';

export type { EndpointConfig, EndpointPorts } from './config.ts';

const FACTORIES = {
  ollama: createOllamaEndpoint,
  openai: createOpenAiCompatibleEndpoint,
  anthropic: createAnthropicEndpoint,
} satisfies Readonly<Record<string, (config: EndpointConfig, ports: EndpointPorts) => Endpoint>>;

export type EndpointKind = keyof typeof FACTORIES;

/** The endpoint of a setting. Nothing is asked of it before its first use. */
export function buildEndpoint(
  config: EndpointConfig & { readonly kind: EndpointKind },
  ports: EndpointPorts,
): Endpoint {
  return FACTORIES[config.kind](config, ports);
}
