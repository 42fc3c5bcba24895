import type { FinishReason } from '../../chat.ts';

/** `calledTools`: some servers say `stop` after a tool call. */
export function fromOpenAiFinishReason(reason: string, calledTools: boolean): FinishReason {
  switch (reason) {
    case 'stop':
      return calledTools ? 'toolCalls' : 'stop';
    case 'length':
      return 'length';
    case 'tool_calls':
    case 'function_call':
      return 'toolCalls';
    case 'content_filter':
      return 'contentFilter';
    default:
      return 'other';
  }
}

export function toOpenAiFinishReason(reason: FinishReason): string {
  switch (reason) {
    case 'length':
      return 'length';
    case 'toolCalls':
      return 'tool_calls';
    case 'contentFilter':
      return 'content_filter';
    case 'other':
      return 'other';
    case 'stop':
    case 'cancelled':
      return 'stop';
  }
}
