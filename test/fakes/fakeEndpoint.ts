import type { ChatRequest, ModelInfo, ReplyPart } from '../../src/core/chat.ts';
import { EndpointError } from '../../src/core/endpointError.ts';
import type { Endpoint } from '../../src/ports.ts';

export interface FakeEndpoint extends Endpoint {
  readonly requests: ChatRequest[];
}

/** What one `send` does: yields parts, throws errors, or waits for the abort signal (`hang`). */
export type Script = readonly (ReplyPart | Error | 'hang')[];

/** An endpoint that plays `scripts`, one for each request, and records the requests; one request too many fails loudly. */
export function fakeEndpoint(
  scripts: readonly Script[],
  options: Partial<Endpoint> & { readonly models?: readonly ModelInfo[] | Error } = {},
): FakeEndpoint {
  const requests: ChatRequest[] = [];
  const { models = [], ...rest } = options;
  return {
    id: 'fake',
    label: 'Fake',
    provider: 'openai',
    local: false,
    ...rest,
    requests,
    async listModels() {
      if (models instanceof Error) throw models;
      return models;
    },
    async *send(request, signal) {
      const script = scripts[requests.length];
      requests.push(request);
      if (!script) throw new Error(`Unexpected request ${requests.length}`);
      for (const step of script) {
        if (step instanceof Error) throw step;
        if (step === 'hang') await new Promise((resolve) => signal.addEventListener('abort', resolve));
        if (signal.aborted) throw new EndpointError('cancelled', 'The request was cancelled.');
        if (step !== 'hang') yield step;
      }
    },
  };
}
