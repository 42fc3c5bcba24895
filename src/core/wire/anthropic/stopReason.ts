import type { FinishReason } from '../../chat.ts';

export function fromAnthropicStopReason(reason: string): FinishReason {
  switch (reason) {
    case 'end_turn':
    case 'stop_sequence':
      return 'stop';
    case 'max_tokens':
    case 'model_context_window_exceeded':
      return 'length';
    case 'tool_use':
      return 'toolCalls';
    case 'refusal':
      return 'contentFilter';
    default:
      return 'other';
  }
}

export function toAnthropicStopReason(reason: FinishReason): string {
  switch (reason) {
    case 'length':
      return 'max_tokens';
    case 'toolCalls':
      return 'tool_use';
    case 'contentFilter':
      return 'refusal';
    case 'other':
      return 'pause_turn';
    case 'stop':
    case 'cancelled':
      return 'end_turn';
  }
}
