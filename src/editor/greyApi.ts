/**
 * What VS Code's runtime does beyond its stable typings, behind feature detection, all in this one file. Marginal works
 * without any of it. Sources: docs/decisions/2026-11-22-grey-api.md.
 */
import * as vscode from 'vscode';
import type { ShownThinking } from '../core/thinking.ts';
import type { Usage } from '../core/usage.ts';
import { inputTokens, outputTokens, sumTokens } from '../core/usage.ts';

type ThinkingConstructor = new (value: string, id?: string, metadata?: Readonly<Record<string, unknown>>) => object;

const thinkingConstructor = (vscode as unknown as { LanguageModelThinkingPart?: ThinkingConstructor })
  .LanguageModelThinkingPart;

/** A part that shows as thinking in the chat; undefined where this VS Code has no such part. */
export function thinkingPart({ text, metadata }: ShownThinking): object | undefined {
  return thinkingConstructor && new thinkingConstructor(text, undefined, metadata);
}

/** Reads a thinking part that VS Code gives back with an earlier turn; undefined: the part is something else. */
export function readThinkingPart(part: unknown): ShownThinking | undefined {
  if (!thinkingConstructor || !(part instanceof thinkingConstructor)) return undefined;
  const { value, metadata } = part as { value?: unknown; metadata?: Record<string, unknown> };
  return { text: Array.isArray(value) ? value.join('') : typeof value === 'string' ? value : '', metadata };
}

/**
 * The usage of a reply in the data part that VS Code's context indicator reads (since 1.120, microsoft/vscode#315394).
 * It goes last. undefined where the input is unknown: no figure is better than a wrong one.
 */
export function usagePart(usage: Usage): vscode.LanguageModelDataPart | undefined {
  const input = inputTokens(usage);
  if (input === undefined) return undefined;
  const output = outputTokens(usage) ?? 0;
  const json = {
    prompt_tokens: input,
    completion_tokens: output,
    total_tokens: input + output,
    prompt_tokens_details: {
      cached_tokens: usage.cacheRead ?? 0,
      cache_creation_input_tokens: sumTokens(usage.cacheWrite, usage.cacheWriteHour) ?? 0,
    },
    completion_tokens_details: { reasoning_tokens: usage.reasoning ?? 0 },
  };
  return new vscode.LanguageModelDataPart(new TextEncoder().encode(JSON.stringify(json)), 'usage');
}

/**
 * What has VS Code ask the user how much a model is to think, in the model picker; nothing is sent until they choose.
 * Without a default: each vendor has its own, and the choice then stands as `modelConfiguration` in the response options.
 */
export const REASONING_EFFORT = {
  configurationSchema: {
    properties: {
      reasoningEffort: {
        type: 'string',
        title: 'Thinking',
        enum: ['none', 'low', 'medium', 'high'],
        enumItemLabels: ['None', 'Low', 'Medium', 'High'],
        enumDescriptions: [
          'As little thinking as the model allows',
          'Some thinking: faster and cheaper',
          'More thinking',
          'Most thinking: slower and dearer',
        ],
        group: 'navigation',
      },
    },
  },
} as const;

/** What the response options carry beyond the typings. */
export interface GreyOptions {
  /** `core` for VS Code itself, else the asking extension's id. */
  readonly initiator: string | undefined;
  readonly reasoningEffort: 'none' | 'low' | 'medium' | 'high' | undefined;
  /** The chat session's id, the same as its file's name; side requests (titles, summaries) have none. */
  readonly sessionId: string | undefined;
  /** The same for all requests of one prompt. */
  readonly promptId: string | undefined;
}

export function greyOptions(options: vscode.ProvideLanguageModelChatResponseOptions): GreyOptions {
  const beyond = options as unknown as {
    requestInitiator?: unknown;
    modelConfiguration?: { reasoningEffort?: unknown };
  };
  const effort = beyond.modelConfiguration?.reasoningEffort;
  const sessionId = options.modelOptions?._conversationId;
  const trace = options.modelOptions?._otelTraceContext as { traceId?: unknown } | null | undefined;
  return {
    initiator: typeof beyond.requestInitiator === 'string' ? beyond.requestInitiator : undefined,
    reasoningEffort:
      effort === 'none' || effort === 'low' || effort === 'medium' || effort === 'high' ? effort : undefined,
    sessionId: typeof sessionId === 'string' ? sessionId : undefined,
    promptId: typeof trace?.traceId === 'string' ? trace.traceId : undefined,
  };
}

/** VS Code itself (Agent Host) and its bundled chat extension, whose spelling differs by version. */
const OWN_CHAT: ReadonlySet<string> = new Set(['core', 'github.copilot-chat']);

/** A turn of VS Code's own chat: not its requests on the side, nor another extension's. */
export function isOwnChat({ initiator, sessionId }: Pick<GreyOptions, 'initiator' | 'sessionId'>): boolean {
  return sessionId !== undefined && initiator !== undefined && OWN_CHAT.has(initiator.toLowerCase());
}

/** VS Code's System role, which the stable enum doesn't name. */
export const SYSTEM_ROLE = 3;
