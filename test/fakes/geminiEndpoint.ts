/**
 * A server that speaks Google's Gemini API from a script: what it served is known to the token, so that a client's own
 * log can be checked against it. Streams as the real one does, and answers whole where that is asked for.
 */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

/** As the vendor counts: what was cached is part of the prompt; thoughts are no part of the candidates. */
export interface GeminiUsage {
  readonly prompt: number;
  readonly cached: number;
  readonly candidates: number;
  readonly thoughts: number;
}

export interface GeminiReply {
  readonly parts: readonly (
    | { readonly text: string; readonly thought?: boolean }
    | { readonly functionCall: { readonly name: string; readonly args: object } }
  )[];
  readonly usage: GeminiUsage;
}

/** One request that was answered with a model's reply. */
export interface ServedGemini {
  readonly model: string;
  readonly usage: GeminiUsage;
}

/** What a request looks like to the script. */
export interface GeminiBody {
  readonly contents: readonly { readonly role: string; readonly parts: readonly object[] }[];
  readonly systemInstruction?: unknown;
  readonly tools?: readonly { readonly functionDeclarations?: readonly { readonly name: string }[] }[];
  readonly generationConfig?: { readonly responseMimeType?: string; readonly [key: string]: unknown };
}

export interface GeminiEndpoint {
  readonly url: string;
  readonly served: readonly ServedGemini[];
  close(): Promise<void>;
}

/** Starts on a free loopback port. `script` decides each reply; an error of its own becomes a 500. */
export async function startGeminiEndpoint(
  script: (body: GeminiBody, model: string, index: number) => GeminiReply,
): Promise<GeminiEndpoint> {
  const served: ServedGemini[] = [];
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const [, model, verb] = /\/models\/([^:/?]+):(\w+)/.exec(request.url ?? '') ?? [];
      if (model === undefined || (verb !== 'streamGenerateContent' && verb !== 'generateContent')) {
        const count = verb === 'countTokens';
        response.writeHead(count ? 200 : 404, { 'content-type': 'application/json' });
        response.end(count ? '{"totalTokens":1000}' : '{}');
        return;
      }
      try {
        const body = JSON.parse(Buffer.concat(chunks).toString('utf8')) as GeminiBody;
        const { parts, usage } = script(body, model, served.length);
        served.push({ model, usage });
        const responseId = `gemini-scripted-${served.length}`;
        const piece = (some: GeminiReply['parts'], last: boolean) => ({
          responseId,
          modelVersion: model,
          candidates: [
            { index: 0, content: { role: 'model', parts: some }, ...(last ? { finishReason: 'STOP' } : {}) },
          ],
          // Grows while it streams, as the real one's does.
          usageMetadata: usageOf(last ? usage : { ...usage, candidates: 1, thoughts: 0 }),
        });
        if (verb === 'generateContent') {
          response.writeHead(200, { 'content-type': 'application/json' });
          response.end(JSON.stringify(piece(parts, true)));
          return;
        }
        response.writeHead(200, { 'content-type': 'text/event-stream' });
        for (const [index, part] of parts.entries()) {
          response.write(`data: ${JSON.stringify(piece([part], index === parts.length - 1))}\r\n\r\n`);
        }
        response.end();
      } catch (error) {
        response.writeHead(500, { 'content-type': 'application/json' });
        response.end(JSON.stringify({ error: { code: 500, message: String(error), status: 'INTERNAL' } }));
      }
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    served,
    close: () =>
      new Promise((resolve) => {
        server.closeAllConnections();
        server.close(() => resolve());
      }),
  };
}

function usageOf({ prompt, cached, candidates, thoughts }: GeminiUsage): object {
  return {
    promptTokenCount: prompt,
    cachedContentTokenCount: cached,
    candidatesTokenCount: candidates,
    thoughtsTokenCount: thoughts,
    totalTokenCount: prompt + candidates + thoughts,
  };
}
