import type { NanoCredits } from './money.ts';
import type { Usage } from './usage.ts';

/** The neutral conversation: what `wire/` translates to and from each vendor's JSON. All values are readonly data. */

export type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };
export type JsonObject = { readonly [key: string]: Json };

export interface TextPart {
  readonly kind: 'text';
  readonly text: string;
}
export interface ImagePart {
  readonly kind: 'image';
  readonly mimeType: string;
  readonly data: Uint8Array;
}
/** Thinking of an earlier turn, given back as the vendor wants it: `signature` proves it; `redacted` is opaque. */
export interface ThinkingPart {
  readonly kind: 'thinking';
  readonly text: string;
  readonly signature?: string;
  readonly redacted?: string;
}
export interface ToolCallPart {
  readonly kind: 'toolCall';
  readonly callId: string;
  readonly name: string;
  readonly input: JsonObject;
}
export interface ToolResultPart {
  readonly kind: 'toolResult';
  readonly callId: string;
  readonly content: readonly (TextPart | ImagePart)[];
  readonly isError?: boolean;
}
/** The caller's hint that the prefix up to here is stable (VS Code's `cache_control` data part). */
export interface CacheMarkPart {
  readonly kind: 'cacheMark';
}
export type ChatPart = TextPart | ImagePart | ThinkingPart | ToolCallPart | ToolResultPart | CacheMarkPart;

export interface ChatMessage {
  readonly role: 'system' | 'user' | 'assistant';
  readonly content: readonly ChatPart[];
  readonly name?: string;
}

export interface ToolDefinition {
  readonly name: string;
  readonly description: string;
  /** JSON Schema of the input; undefined: takes no input. */
  readonly inputSchema?: JsonObject | undefined;
}

export interface ChatRequest {
  /** The model's name as its endpoint knows it. */
  readonly model: string;
  readonly messages: readonly ChatMessage[];
  readonly tools: readonly ToolDefinition[];
  /** `required`: the model must call a tool. */
  readonly toolMode: 'auto' | 'required';
  readonly maxOutputTokens?: number | undefined;
  readonly temperature?: number | undefined;
  readonly reasoningEffort?: 'none' | 'low' | 'medium' | 'high' | undefined;
}

/** Why a reply ended. `other` is a reason that the vendor gave and we don't know. */
export type FinishReason = 'stop' | 'length' | 'toolCalls' | 'contentFilter' | 'cancelled' | 'other';

/** What comes back while a model answers. A reply that ends well ends in exactly one `finished`, as its last part. */
export type ReplyPart =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'thinking'; readonly text: string; readonly signature?: string; readonly redacted?: string }
  | { readonly kind: 'toolCall'; readonly callId: string; readonly name: string; readonly input: JsonObject }
  | ReplyFinished;

export interface ReplyFinished {
  readonly kind: 'finished';
  readonly reason: FinishReason;
  /** As the vendor reported it; undefined: it reported none. */
  readonly usage?: Usage | undefined;
  /** The vendor's id of this reply: joins what several sources saw of one call. */
  readonly responseId?: string | undefined;
  /** The model that answered, where the vendor names it. */
  readonly servedModel?: string | undefined;
  /** Where the answer came from, if not from the endpoint itself (Ollama's `remote_host`): then it was not local. */
  readonly remoteHost?: string | undefined;
  /** Who ran the model behind a broker (OpenRouter's `provider`). */
  readonly servedBy?: string | undefined;
  /** The server's own times. */
  readonly timings?: { readonly loadMs?: number; readonly prefillMs?: number; readonly decodeMs?: number } | undefined;
  /** Credits that the vendor itself billed for this call (OpenRouter's `cost`). */
  readonly billedNanoCredits?: NanoCredits | undefined;
}

/** A model as an endpoint offers it. `undefined` is: the endpoint doesn't say. */
export interface ModelInfo {
  /** The name that requests carry. Unique within its endpoint. */
  readonly name: string;
  readonly displayName?: string | undefined;
  readonly family?: string | undefined;
  /** Tokens of input and output together. */
  readonly contextTokens?: number | undefined;
  readonly maxOutputTokens?: number | undefined;
  readonly tools?: boolean | undefined;
  readonly images?: boolean | undefined;
  readonly thinking?: boolean | undefined;
  /** false: it may think, but a request can't say how much. */
  readonly takesEffort?: boolean | undefined;
  /** Set where an endpoint passes the model on to a cloud: such a model is not local even at a local address. */
  readonly remoteHost?: string | undefined;
  /** Loaded in memory now; undefined: not known. */
  readonly resident?: boolean | undefined;
  readonly parameterCount?: number | undefined;
  /** What the endpoint itself asks per token (OpenRouter lists it), in nano-credits per token. */
  readonly listedPrice?: TokenPrice | undefined;
}

/**
 * Nano-credits per token, by kind. A kind without a price is priced as `fresh` (input) or `text` (output);
 * `cacheWriteHour` first as `cacheWrite`: a longer life is never cheaper.
 */
export interface TokenPrice {
  readonly fresh: number;
  readonly cacheRead?: number | undefined;
  readonly cacheWrite?: number | undefined;
  readonly cacheWriteHour?: number | undefined;
  readonly text: number;
  readonly reasoning?: number | undefined;
}
