import type { FinishReason } from '../../chat.ts';

/** Ollama says `stop` after a tool call, and nothing at all in older versions. */
export function fromOllamaDoneReason(reason: string | undefined, calledTools: boolean): FinishReason {
  switch (reason) {
    case undefined:
    case '':
    case 'stop':
      return calledTools ? 'toolCalls' : 'stop';
    case 'length':
      return 'length';
    default:
      return 'other';
  }
}

/** Ollama has no word for the other reasons. */
export function toOllamaDoneReason(reason: FinishReason): string {
  return reason === 'length' ? 'length' : 'stop';
}
