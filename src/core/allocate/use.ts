/** What the next tokens can be used for (docs/economics, section 1). */
export type Use =
  /** With another model than the step before it had: `escalate`; with one on own hardware: `switch`. */
  | {
      readonly kind: 'answer' | 'escalate' | 'switch';
      readonly model: string;
      readonly endpointId?: string | undefined;
    }
  | { readonly kind: 'callTool'; readonly tool?: string | undefined }
  | { readonly kind: 'continue' | 'retrieve' | 'plan' | 'verify' | 'compact' | 'ask' | 'stop' };

/** For a person, as the head of a sentence: `Answer with gpt-5-mini`. */
export function useText(use: Use): string {
  switch (use.kind) {
    case 'answer':
      return `Answer with ${use.model}`;
    case 'escalate':
      return `Escalate to ${use.model}`;
    case 'switch':
      return `Switch to ${use.model}, which runs locally`;
    case 'callTool':
      return use.tool === undefined ? 'Call a tool' : `Call ${use.tool}`;
    default:
      return TEXTS[use.kind];
  }
}

const TEXTS = {
  continue: 'Continue',
  retrieve: 'Look up more context first',
  plan: 'Plan first',
  verify: 'Verify what is there',
  compact: 'Compact the context',
  ask: 'Ask you',
  stop: 'Stop',
} as const;

/** The same for the same use, and different for different ones. */
export function useKey(use: Use): string {
  switch (use.kind) {
    case 'answer':
    case 'escalate':
    case 'switch':
      return `${use.kind}\n${use.model}\n${use.endpointId ?? ''}`;
    case 'callTool':
      return `${use.kind}\n${use.tool ?? ''}`;
    default:
      return use.kind;
  }
}
