import type { ChatRequest, ModelInfo } from '../chat.ts';
import type { NanoCredits } from '../money.ts';
import type { Price } from '../prices/price.ts';
import type { Strength } from '../quality/benchmark.ts';

/** A model that a policy may choose. */
export interface Candidate {
  readonly endpointId: string;
  /** For a person. */
  readonly endpointLabel: string;
  readonly model: ModelInfo;
  /** undefined: unknown price. */
  readonly price?: Price | undefined;
  /** On own hardware. */
  readonly local: boolean;
  /** false: its endpoint is known to be down; undefined: not known. */
  readonly healthy?: boolean | undefined;
  /** Why this model, though its endpoint is up, can't be had for the moment: `out of quota`. */
  readonly trouble?: string | undefined;
  /** Answers from a script: the last resort. */
  readonly demo?: boolean | undefined;
  /** undefined: nothing known of its quality. */
  readonly strength?: Strength | undefined;
  /** A rule of the developer's that keeps it out; undefined: none does. */
  readonly barred?: string | undefined;
  /** What it costs in privacy that this request goes there. */
  readonly privacyNanoCredits?: NanoCredits | undefined;
  /** Measured tokens per second, where there are any; for the time that own hardware will take. */
  readonly speed?: { readonly prefillTokensPerSecond: number; readonly decodeTokensPerSecond: number } | undefined;
}

/** What a request asks of a model. */
export interface RequestNeed {
  /** As counted. */
  readonly inputTokens: number;
  /** Room that the answer must have. */
  readonly outputReserveTokens: number;
  /** What the answer will probably be long, for its cost. */
  readonly expectedOutputTokens: number;
  readonly tools: boolean;
  readonly images: boolean;
}

/** Where nothing is asked for: room for a long answer, and the length of a usual one. */
const OUTPUT_RESERVE_TOKENS = 4096;
const EXPECTED_OUTPUT_TOKENS = 700;

/** The need of a request whose input was counted. `expectedOutputTokens` where history knows better. */
export function needOf(
  request: Pick<ChatRequest, 'messages' | 'tools' | 'maxOutputTokens'>,
  inputTokens: number,
  expectedOutputTokens: number = EXPECTED_OUTPUT_TOKENS,
): RequestNeed {
  const outputReserveTokens = request.maxOutputTokens ?? OUTPUT_RESERVE_TOKENS;
  return {
    inputTokens,
    outputReserveTokens,
    expectedOutputTokens: Math.min(expectedOutputTokens, outputReserveTokens),
    tools: request.tools.length > 0,
    images: request.messages.some(({ content }) =>
      content.some(
        (part) =>
          part.kind === 'image' || (part.kind === 'toolResult' && part.content.some(({ kind }) => kind === 'image')),
      ),
    ),
  };
}
