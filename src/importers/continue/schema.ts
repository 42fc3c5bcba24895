/** The lines of Continue's `tokensGenerated` data (schemas 0.1.0 and 0.2.0). They hold no text. */
import { tokenCount } from '../../core/usage.ts';
import { instantIn, type JsonObject, textIn } from '../line.ts';

export interface GeneratedLine {
  readonly at: number;
  /** The editor and its version, as Continue names it. */
  readonly userAgent: string | undefined;
  readonly model: string | undefined;
  readonly provider: string | undefined;
  readonly promptTokens: number | undefined;
  readonly generatedTokens: number | undefined;
}

/** undefined: the line tells of no call, or not when it was. */
export function readLine(line: JsonObject): GeneratedLine | undefined {
  const at = instantIn(line.timestamp) ?? instantIn(line.createdAt);
  const promptTokens = tokenCount(line.promptTokens);
  const generatedTokens = tokenCount(line.generatedTokens);
  if (at === undefined || (promptTokens === undefined && generatedTokens === undefined)) return undefined;
  return {
    at,
    userAgent: textIn(line.userAgent),
    model: textIn(line.model),
    provider: textIn(line.provider)?.toLowerCase(),
    promptTokens,
    generatedTokens,
  };
}
