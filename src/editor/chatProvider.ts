/**
 * Marginal as a language model provider of VS Code: every model of the configured endpoints, and the policies. Keeps no
 * state of a request outside its call, so that any number of them run at once.
 */
import * as vscode from 'vscode';
import type { Answer } from '../app/answer.ts';
import type { Offer } from '../app/offers.ts';
import type { ReplyPart } from '../core/chat.ts';
import { EndpointError } from '../core/endpointError.ts';
import type { createThinkingWriter } from '../core/thinking.ts';
import { greyOptions, isOwnChat, REASONING_EFFORT, thinkingPart, usagePart } from './greyApi.ts';

export const VENDOR = 'marginal';

/** Counting is for VS Code's own budgeting; when the worker can't, this many characters are taken for a token. */
const CHARACTERS_PER_TOKEN = 3.5;

const CUT_OFF =
  '\n\n*(Cut off: the reply reached its limit of output. Ask to go on, or pick a model with a longer output.)*';

export interface ChatProviderParts {
  /** What the picker shows: always the newest list there is, at once. What endpoints say later comes by the event. */
  readonly offers: () => readonly Offer[];
  readonly answer: Answer;
  /** Tokens of a text, for a model by name. */
  readonly countText: (model: string, text: string) => Promise<number>;
  readonly onDidChangeOffers: vscode.Event<void>;
  readonly log: (sentence: string) => void;
}

export function registerChatProvider(parts: ChatProviderParts): vscode.Disposable {
  const provider: vscode.LanguageModelChatProvider = {
    onDidChangeLanguageModelChatInformation: parts.onDidChangeOffers,

    provideLanguageModelChatInformation: () => parts.offers().map(information),

    async provideLanguageModelChatResponse(model, messages, options, progress, token) {
      const abort = new AbortController();
      const subscription = token.onCancellationRequested(() => abort.abort());
      if (token.isCancellationRequested) abort.abort();
      const grey = greyOptions(options);
      const { toChatMessages, toToolDefinitions } = await import('./convert.ts');
      const { createThinkingWriter } = await import('../core/thinking.ts');
      const request = {
        messages: toChatMessages(messages),
        tools: toToolDefinitions(options.tools),
        toolMode: options.toolMode === vscode.LanguageModelChatToolMode.Required ? 'required' : 'auto',
        reasoningEffort: grey.reasoningEffort,
        ...numbersOf(options.modelOptions),
      } as const;
      const showThinking = createThinkingWriter();
      try {
        for await (const part of parts.answer(model.id, request, grey, abort.signal)) {
          for (const reported of toResponseParts(part, showThinking)) progress.report(reported);
          if (part.kind !== 'finished') continue;
          // A tool call that didn't come whole is left out: an agent must not stop in silence. Who asks on the side (a
          // title, a commit message) takes the text as it is.
          if (part.reason === 'length' && isOwnChat(grey)) progress.report(new vscode.LanguageModelTextPart(CUT_OFF));
          const usage = part.usage && usagePart(part.usage);
          if (usage) progress.report(usage);
        }
      } catch (error) {
        if (error instanceof EndpointError && error.fault === 'cancelled') throw new vscode.CancellationError();
        if (!(error instanceof EndpointError)) parts.log(error instanceof Error ? (error.stack ?? '') : String(error));
        throw languageModelError(error);
      } finally {
        subscription.dispose();
      }
    },

    async provideTokenCount(model, text) {
      const { textOf } = await import('./convert.ts');
      const content = textOf(text);
      try {
        return await parts.countText(model.family, content);
      } catch {
        return Math.ceil(content.length / CHARACTERS_PER_TOKEN);
      }
    },
  };
  return vscode.lm.registerLanguageModelChatProvider(VENDOR, provider);
}

function information(offer: Offer): vscode.LanguageModelChatInformation {
  return {
    id: offer.id,
    name: offer.name,
    family: offer.family,
    version: offer.version,
    detail: offer.detail,
    tooltip: offer.tooltip,
    maxInputTokens: offer.maxInputTokens,
    maxOutputTokens: offer.maxOutputTokens,
    capabilities: { toolCalling: offer.tools, imageInput: offer.images },
    ...(offer.thinking ? REASONING_EFFORT : {}),
  };
}

function toResponseParts(
  part: ReplyPart,
  showThinking: ReturnType<typeof createThinkingWriter>,
): vscode.LanguageModelResponsePart[] {
  switch (part.kind) {
    case 'text':
      return [new vscode.LanguageModelTextPart(part.text)];
    case 'toolCall':
      return [new vscode.LanguageModelToolCallPart(part.callId, part.name, part.input)];
    case 'thinking': {
      const thinking = thinkingPart(showThinking(part));
      return thinking ? [thinking as vscode.LanguageModelTextPart] : [];
    }
    case 'finished':
      return [];
  }
}

/** The numeric options that every vendor has. */
function numbersOf(options: Readonly<Record<string, unknown>> | undefined) {
  const temperature = options?.temperature;
  const maxOutputTokens = options?.max_tokens;
  return {
    ...(typeof temperature === 'number' ? { temperature } : {}),
    ...(typeof maxOutputTokens === 'number' ? { maxOutputTokens } : {}),
  };
}

/**
 * What the chat shows: one sentence with its remedy. Without a stack, since VS Code's chat prints that too where there is
 * one; and no LanguageModelError, as VS Code makes that anew on its way and gives it a stack of its own.
 */
function languageModelError(error: unknown): Error {
  const told = new Error(
    error instanceof EndpointError
      ? error.message
      : 'Marginal could not answer: see Marginal: Show Log for what happened, and send the request again.',
  );
  told.stack = '';
  return told;
}
