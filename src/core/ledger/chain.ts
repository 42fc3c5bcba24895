/**
 * Sessions and runs of chats that give no ids. A request whose message hashes extend an earlier request's belongs to the
 * same session; a run lasts until the agent has stopped calling tools. Inferred, and labelled so.
 */
import type { ChatMessage } from '../chat.ts';

/** One remembered session: the hashes of its last request's messages. */
export interface Chain {
  readonly sessionId: string;
  readonly runId: string;
  readonly hashes: readonly string[];
  readonly at: number;
}

/** The remembered sessions, latest first. */
export type Chains = readonly Chain[];

const MOST_CHAINS = 64;
/** Below this share of the earlier request's messages, a common start is only the same standing prompt. */
const LEAST_SHARED = 0.5;

/**
 * Places a request: continues the session with the longest common start (at least half of the earlier request and at
 * least one message beyond the system prompt), else opens a new one named `newId`. Where the session's own id is known,
 * only its run is looked for.
 */
export function placeRequest(
  chains: Chains,
  messages: readonly ChatMessage[],
  newId: string,
  at: number,
  knownSessionId?: string,
): { readonly chains: Chains; readonly sessionId: string; readonly runId: string } {
  const hashes = messages.map(hashMessage);
  const standing = messages.findIndex((message) => message.role !== 'system');
  const leastLength = (standing < 0 ? messages.length : standing) + 1;
  let best: Chain | undefined;
  let bestShared = 0;
  for (const chain of chains) {
    if (knownSessionId !== undefined && chain.sessionId !== knownSessionId) continue;
    const shared = commonLength(chain.hashes, hashes);
    if (shared <= bestShared || shared < leastLength || shared < chain.hashes.length * LEAST_SHARED) continue;
    best = chain;
    bestShared = shared;
  }
  const sessionId = knownSessionId ?? best?.sessionId ?? newId;
  const runId = best && inToolLoop(messages) ? best.runId : `${sessionId}/${newId}`;
  const placed: Chain = { sessionId, runId, hashes, at };
  return { sessionId, runId, chains: [placed, ...chains.filter((chain) => chain !== best)].slice(0, MOST_CHAINS) };
}

/** Whether the request carries on a run: the last reply in it called tools, so the agent hadn't stopped. */
export function inToolLoop(messages: readonly ChatMessage[]): boolean {
  const last = messages.findLast((message) => message.role === 'assistant');
  return last?.content.some((part) => part.kind === 'toolCall') ?? false;
}

function commonLength(a: readonly string[], b: readonly string[]): number {
  let length = 0;
  while (length < a.length && length < b.length && a[length] === b[length]) length++;
  return length;
}

/** A short hash of a message's content (cyrb53): only to compare with others, never stored with text. */
export function hashMessage(message: ChatMessage): string {
  let low = 0xdeadbeef;
  let high = 0x41c6ce57;
  const feed = (text: string) => {
    for (let index = 0; index < text.length; index++) {
      const unit = text.charCodeAt(index);
      low = Math.imul(low ^ unit, 2654435761);
      high = Math.imul(high ^ unit, 1597334677);
    }
  };
  feed(message.role);
  for (const part of message.content) {
    feed(`\u0000${part.kind}\u0000`);
    switch (part.kind) {
      case 'text':
      case 'thinking':
        feed(part.text);
        break;
      case 'image':
        feed(`${part.mimeType}${part.data.length}`);
        break;
      case 'toolCall':
        feed(part.callId + part.name + JSON.stringify(part.input));
        break;
      case 'toolResult':
        feed(part.callId);
        for (const inner of part.content) if (inner.kind === 'text') feed(inner.text);
        break;
      case 'cacheMark':
        break;
    }
  }
  low = Math.imul(low ^ (low >>> 16), 2246822507) ^ Math.imul(high ^ (high >>> 13), 3266489909);
  high = Math.imul(high ^ (high >>> 16), 2246822507) ^ Math.imul(low ^ (low >>> 13), 3266489909);
  return (4294967296 * (2097151 & high) + (low >>> 0)).toString(36);
}
