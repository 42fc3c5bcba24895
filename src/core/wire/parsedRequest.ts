import type { core } from 'zod/mini';
import type { ChatRequest } from '../chat.ts';

/** A client's request in our words, or a sentence on what is wrong with it. */
export type ParsedRequest =
  | { readonly ok: true; readonly request: ChatRequest; readonly stream: boolean }
  | { readonly ok: false; readonly problem: string };

/** Names the first field that doesn't fit; never quotes its value. */
export function requestProblem(error: core.$ZodError): ParsedRequest {
  const path = error.issues[0]?.path.map(String).join('.') ?? '';
  return {
    ok: false,
    problem: path === '' ? 'The body is not a JSON object.' : `The field ${path} is missing or wrong.`,
  };
}

/** The nearest of our efforts; undefined: the vendor's default. */
export function toReasoningEffort(effort: string | null | undefined): ChatRequest['reasoningEffort'] {
  switch (effort) {
    case 'none':
      return 'none';
    case 'minimal':
    case 'low':
      return 'low';
    case 'medium':
      return 'medium';
    case 'high':
    case 'xhigh':
    case 'max':
      return 'high';
    default:
      return undefined;
  }
}
