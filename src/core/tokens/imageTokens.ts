import { about, type TokenEstimate } from './estimate.ts';
import { bareModelName, claudeVersion } from './family.ts';
import { type ImageSize, imageSize } from './imageSize.ts';

/** Where the size can't be read: a screenshot of a usual size. */
const ASSUMED: ImageSize = { width: 1280, height: 800 };
/** Vendors change these formulas with each model, and scale images in ways they don't say. */
const FORMULA_ERROR = 0.15;
/** Without a formula of the vendor's own. */
const UNKNOWN_LOW = 250;
const UNKNOWN_HIGH = 4_000;

/**
 * Tokens of one image, in the vendor's own tokens (never times a text factor), at its default detail. Never exact.
 *
 * - OpenAI: tiles of 512 px after fitting into 2048 × 2048 with a short side of 768 (85 + 170 a tile for GPT-4o and
 *   4.1; 70 + 140 for GPT-5; 75 + 150 for o1 and o3; 2833 + 5667 for 4o-mini); the small models since GPT-4.1 count
 *   patches of 32 px, at most 1536, times 1.62 (mini), 2.46 (nano), 1.72 (o4-mini).
 * - Anthropic: width × height ÷ 750 after scaling to a long side of 1568 px and about 1,600 tokens; up to 2576 px from
 *   Opus 4.7 on.
 * - Gemini: 258 up to 384 × 384, else 258 for each tile of 768 px; Gemini 3 has budgets of up to 2,240.
 * - Qwen-VL: a token for each 28 × 28 px.
 */
export function imageTokens(model: string, data: Uint8Array): TokenEstimate {
  const read = imageSize(data);
  const size = read ?? ASSUMED;
  const tokens = formulaFor(bareModelName(model))?.(size);
  if (tokens === undefined) return about(1_000, UNKNOWN_LOW, UNKNOWN_HIGH);
  if (!read) return about(tokens, tokens / 4, tokens * 2);
  return about(tokens, tokens * (1 - FORMULA_ERROR), tokens * (1 + FORMULA_ERROR));
}

function formulaFor(name: string): ((size: ImageSize) => number) | undefined {
  if (/^gpt-4o-mini/.test(name)) return tiles(2833, 5667);
  if (/^o4-mini/.test(name)) return patches(1.72);
  if (/^gpt-(4\.1|5[\d.]*)-nano/.test(name)) return patches(2.46);
  if (/^gpt-(4\.1|5[\d.]*)-mini/.test(name)) return patches(1.62);
  if (/^gpt-5/.test(name)) return tiles(70, 140);
  if (/^o[13](?![a-z0-9])/.test(name)) return tiles(75, 150);
  if (/^(chat)?gpt-4/.test(name)) return tiles(85, 170);
  const version = claudeVersion(name);
  if (version !== undefined) return anthropic(version < 4.7 ? 1_568 : 2_576);
  if (/gemini/.test(name)) return gemini;
  if (/qwen/.test(name)) return ({ width, height }) => Math.min(16_384, Math.ceil(width / 28) * Math.ceil(height / 28));
  return undefined;
}

function tiles(base: number, each: number) {
  return (size: ImageSize) => {
    const fitted = fit(size, Math.min(1, 2048 / Math.max(size.width, size.height)));
    const { width, height } = fit(fitted, Math.min(1, 768 / Math.min(fitted.width, fitted.height)));
    return base + each * Math.ceil(width / 512) * Math.ceil(height / 512);
  };
}

function patches(multiplier: number) {
  return ({ width, height }: ImageSize) =>
    Math.ceil(multiplier * Math.min(1536, Math.ceil(width / 32) * Math.ceil(height / 32)));
}

function anthropic(longSide: number) {
  // The documented 1,600 tokens at 1568 px, and as many more as the larger limit has pixels.
  const most = 1_600 * (longSide / 1_568) ** 2;
  return (size: ImageSize) => {
    const { width, height } = fit(size, Math.min(1, longSide / Math.max(size.width, size.height)));
    return Math.min(most, (width * height) / 750);
  };
}

function gemini({ width, height }: ImageSize): number {
  return width <= 384 && height <= 384 ? 258 : 258 * Math.ceil(width / 768) * Math.ceil(height / 768);
}

function fit(size: ImageSize, scale: number): ImageSize {
  return { width: Math.max(1, Math.round(size.width * scale)), height: Math.max(1, Math.round(size.height * scale)) };
}
