/**
 * The models that VS Code already offers (Copilot's, other extensions'; never our own) as an endpoint. VS Code asks the
 * user for consent at the first request, which must follow from a user's action. They report no usage: it is counted.
 */
import * as vscode from 'vscode';
import type { ChatRequest, ModelInfo, ReplyPart } from '../core/chat.ts';
import { EndpointError } from '../core/endpointError.ts';
import type { Endpoint } from '../ports.ts';
import { fromChatMessages } from './convert.ts';
import { readThinkingPart } from './greyApi.ts';

/** Our own models, and those that only serve a session type of their own. */
const NOT_ROUTES: ReadonlySet<string> = new Set(['marginal', 'copilotcli', 'claude-code', 'codex']);

/** The vendors' price lists by VS Code's vendor name. */
const PROVIDER_OF_VENDOR: Readonly<Record<string, string>> = {
  copilot: 'github-copilot',
  anthropic: 'anthropic',
  openai: 'openai',
  gemini: 'google',
};

/** How Copilot's errors are named. */
const QUOTA_ERRORS: ReadonlySet<string> = new Set(['ChatQuotaExceeded', 'ChatRateLimited']);
const MOST_WORDS_CHARACTERS = 300;

/** One endpoint per vendor that VS Code has models of now. */
export async function vscodeEndpoints(): Promise<readonly Endpoint[]> {
  const models = await vscode.lm.selectChatModels({});
  const vendors = [...new Set(models.map(({ vendor }) => vendor))].filter((vendor) => !NOT_ROUTES.has(vendor));
  return vendors.map(vendorEndpoint);
}

function vendorEndpoint(vendor: string): Endpoint {
  return {
    id: `vscode:${vendor}`,
    label: `${labelOf(vendor)} (in VS Code)`,
    provider: PROVIDER_OF_VENDOR[vendor],
    local: false,
    async listModels() {
      return (await vscode.lm.selectChatModels({ vendor })).map(modelInfo);
    },
    send: (request, signal) => send(vendor, request, signal),
  };
}

const labelOf = (vendor: string) => (vendor === 'copilot' ? 'Copilot' : vendor);

function modelInfo(model: vscode.LanguageModelChat): ModelInfo {
  const { supportsToolCalling, supportsImageToText } =
    (model as unknown as { capabilities?: { supportsToolCalling?: boolean; supportsImageToText?: boolean } })
      .capabilities ?? {};
  return {
    name: model.id,
    displayName: model.name,
    family: model.family,
    contextTokens: model.maxInputTokens,
    tools: supportsToolCalling ?? true,
    images: supportsImageToText,
  };
}

async function* send(vendor: string, request: ChatRequest, signal: AbortSignal): AsyncGenerator<ReplyPart> {
  const cancellation = new vscode.CancellationTokenSource();
  const abort = whenAborted(signal);
  try {
    const [model] = await abort.orElse(vscode.lm.selectChatModels({ vendor, id: request.model }));
    if (!model)
      throw new EndpointError('unknownModel', `VS Code no longer offers ${request.model}: pick another model.`);
    const sent = model.sendRequest(
      fromChatMessages(request.messages),
      {
        justification: 'Marginal routes your chat request to the model that is worth its price.',
        tools: request.tools.map(({ name, description, inputSchema }) => ({
          name,
          description,
          ...(inputSchema ? { inputSchema: inputSchema as object } : {}),
        })),
        toolMode:
          request.toolMode === 'required'
            ? vscode.LanguageModelChatToolMode.Required
            : vscode.LanguageModelChatToolMode.Auto,
      },
      cancellation.token,
    );
    const parts = (await abort.orElse(sent)).stream[Symbol.asyncIterator]();
    let calledTools = false;
    for (;;) {
      const next = await abort.orElse(parts.next());
      if (next.done) break;
      const ours = replyPart(next.value);
      if (!ours) continue;
      calledTools ||= ours.kind === 'toolCall';
      yield ours;
    }
    yield { kind: 'finished', reason: calledTools ? 'toolCalls' : 'stop' };
  } catch (error) {
    throw faultOf(error, labelOf(vendor), signal);
  } finally {
    // Also where the reader left early.
    cancellation.cancel();
    cancellation.dispose();
    abort.dispose();
  }
}

/** Gives up waiting at once when the signal is aborted, whether or not the model's provider heeds its token. */
function whenAborted(signal: AbortSignal) {
  let stop = () => {};
  const aborted = new Promise<never>((_, reject) => {
    stop = () => reject(new EndpointError('cancelled', 'The request was cancelled.'));
  });
  aborted.catch(() => undefined);
  signal.addEventListener('abort', stop);
  if (signal.aborted) stop();
  return {
    orElse: <Value>(wanted: PromiseLike<Value>): Promise<Value> => Promise.race([aborted, wanted]),
    dispose: () => signal.removeEventListener('abort', stop),
  };
}

function replyPart(part: unknown): ReplyPart | undefined {
  if (part instanceof vscode.LanguageModelTextPart) return { kind: 'text', text: part.value };
  if (part instanceof vscode.LanguageModelToolCallPart)
    return { kind: 'toolCall', callId: part.callId, name: part.name, input: part.input as never };
  const thinking = readThinkingPart(part);
  return thinking && { kind: 'thinking', text: thinking.text };
}

function faultOf(error: unknown, vendor: string, signal: AbortSignal): EndpointError {
  if (error instanceof EndpointError) return error;
  const cause = { cause: error };
  if (signal.aborted || error instanceof vscode.CancellationError)
    return new EndpointError('cancelled', 'The request was cancelled.', cause);
  if (error instanceof vscode.LanguageModelError) {
    if (error.code === vscode.LanguageModelError.NoPermissions.name)
      return new EndpointError(
        'unauthorized',
        "VS Code has not let Marginal use this model: allow it in the model's consent dialog (send the request again to see it).",
        cause,
      );
    if (error.code === vscode.LanguageModelError.NotFound.name)
      return new EndpointError('unknownModel', 'VS Code no longer offers this model: pick another one.', cause);
    if (error.code === vscode.LanguageModelError.Blocked.name)
      return new EndpointError(
        'quota',
        `${vendor} blocked the request (${wordsOf(error)}): pick another model.`,
        cause,
      );
  }
  if (error instanceof Error && QUOTA_ERRORS.has(error.name))
    return new EndpointError('quota', `${vendor} has no quota left (${wordsOf(error)}): pick another model.`, cause);
  return new EndpointError(
    'serverError',
    `${vendor}'s model failed (${wordsOf(error)}): try again, or pick another model.`,
    cause,
  );
}

/** The other extension's own words, on one line and not at any length. */
function wordsOf(error: unknown): string {
  const message = error instanceof Error ? error.message : String(error);
  const line = message
    .replace(/\s+/g, ' ')
    .trim()
    .slice(0, MOST_WORDS_CHARACTERS)
    .replace(/[.\s]+$/, '');
  return line === '' ? 'it does not say why' : line;
}
