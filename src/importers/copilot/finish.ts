import type { SettledEvent } from '../../core/ledger/event.ts';

/** Why a call ended, from the vendor's word for it; undefined: not told. */
export function finishOf(reason: string | undefined): SettledEvent['finish'] {
  switch (reason) {
    case undefined:
      return undefined;
    case 'stop':
    case 'end_turn':
      return 'stop';
    case 'tool_calls':
    case 'tool_use':
      return 'toolCalls';
    case 'length':
    case 'max_tokens':
      return 'length';
    case 'content_filter':
      return 'contentFilter';
    default:
      return 'other';
  }
}
