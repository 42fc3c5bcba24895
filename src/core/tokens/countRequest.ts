import type { ChatMessage, ChatPart, ToolDefinition } from '../chat.ts';
import {
  about,
  addEstimates,
  exactly,
  NO_TOKENS,
  scaleEstimate,
  type TextCounter,
  type TokenEstimate,
  type TokenFactor,
} from './estimate.ts';
import { type TokenizerFamily, tokenizerFamilyOf } from './family.ts';
import { imageTokens } from './imageTokens.ts';
import { toolAsJson, toolsAsDeclarations } from './toolText.ts';

/**
 * Around each message: in chat completions 3 tokens and the role's one (OpenAI's cookbook on counting tokens), in
 * other templates 3 to 7.
 */
const MESSAGE = about(4, 3, 7);
/** The opened answer: 3 in chat completions. */
const ANSWER_START = about(3, 1, 6);
const NAME = about(1, 0, 2);
/**
 * Around the name and arguments of a tool call, beside its message. OpenAI was seen to bill 40 for a question of 9
 * tokens, a call of name 1 and arguments 10, and its result of 1, which leaves 4; gpt-oss's published format takes 8;
 * templates that wrap JSON in tags need more.
 */
const TOOL_CALL = about(6, 2, 30);
/** A result is a message of its own; beside that the id of the call that it answers, or its tags. */
const TOOL_RESULT = about(0, 0, 20);
/**
 * The vendor's own words on tools, sent where there is any tool: OpenAI's are few and included in the declarations;
 * Anthropic lists 264 to 530 tokens by model; templates of open models say it in about 100.
 */
const TOOLS_INTRODUCED = {
  openai: about(10, 0, 40),
  anthropic: about(346, 159, 600),
  other: about(100, 20, 250),
} as const;
/** The declarations are rendered as published for one model; the others' are not published. */
const DECLARATION_FACTOR: TokenFactor = { factor: 1, low: 0.85, high: 1.3 };
/** Around one tool's JSON. */
const TOOL_WRAP = about(10, 0, 25);
/** Redacted thinking is base64 of something encrypted: its tokens can only be guessed from its length. */
const REDACTED_UNITS_PER_TOKEN = 5;

/** Tokens of a text for a model: exact where the encoding is, else by the family's factor. */
export function countText(
  counter: TextCounter,
  model: string,
  text: string,
  learned?: TokenFactor | undefined,
): TokenEstimate {
  const counted = exactly(counter.count(text));
  const { prior } = tokenizerFamilyOf(model);
  // What is learned for an exact encoding is the server's framing, which a text by itself doesn't have.
  return prior ? scaleEstimate(counted, learned ?? prior) : counted;
}

/**
 * Input tokens of a request: its texts as `countText`, and estimates, each with its error bar, for what the vendor puts
 * around messages and tools and for images. So only texts are ever exact; a request never is.
 *
 * @param learned observed ÷ counted for this endpoint and family, in place of the prior.
 */
export function countRequest(
  counter: TextCounter,
  model: string,
  messages: readonly ChatMessage[],
  tools: readonly ToolDefinition[],
  learned?: TokenFactor | undefined,
): TokenEstimate {
  const family = tokenizerFamilyOf(model);
  const { text, images } = countRaw(counter, model, family, messages, tools);
  const factor = learned ?? family.prior;
  return addEstimates(factor ? scaleEstimate(text, factor) : text, images);
}

/**
 * The request's tokens before any factor, which calibration divides by; undefined where images are in it, since their
 * tokens follow other rules.
 */
export function uncalibratedTokens(
  counter: TextCounter,
  model: string,
  messages: readonly ChatMessage[],
  tools: readonly ToolDefinition[],
): number | undefined {
  const { text, images } = countRaw(counter, model, tokenizerFamilyOf(model), messages, tools);
  return images === NO_TOKENS ? text.tokens : undefined;
}

/** Everything of text kind in o200k tokens, images in the vendor's. */
function countRaw(
  counter: TextCounter,
  model: string,
  family: TokenizerFamily,
  messages: readonly ChatMessage[],
  tools: readonly ToolDefinition[],
): { text: TokenEstimate; images: TokenEstimate } {
  const texts: TokenEstimate[] = [ANSWER_START, countTools(counter, family, tools)];
  const pictures: TokenEstimate[] = [];
  for (const message of messages) {
    if (!isResultsOnly(message)) texts.push(MESSAGE);
    if (message.name !== undefined) texts.push(NAME, exactly(counter.count(message.name)));
    for (const part of message.content) countPart(counter, model, part, texts, pictures);
  }
  return { text: addEstimates(...texts), images: pictures.length > 0 ? addEstimates(...pictures) : NO_TOKENS };
}

function isResultsOnly({ content }: ChatMessage): boolean {
  return (
    content.some(({ kind }) => kind === 'toolResult') &&
    content.every(({ kind }) => kind === 'toolResult' || kind === 'cacheMark')
  );
}

function countPart(
  counter: TextCounter,
  model: string,
  part: ChatPart,
  texts: TokenEstimate[],
  pictures: TokenEstimate[],
): void {
  switch (part.kind) {
    case 'text':
      texts.push(exactly(counter.count(part.text)));
      break;
    case 'image':
      pictures.push(imageTokens(model, part.data));
      break;
    case 'thinking': {
      // Vendors drop the thinking of earlier turns, or keep it while tools are in use: none to all of it counts.
      const shown = counter.count(part.text);
      const hidden = (part.redacted?.length ?? 0) / REDACTED_UNITS_PER_TOKEN;
      texts.push(about(shown + hidden, 0, shown + 2 * hidden));
      break;
    }
    case 'toolCall':
      texts.push(TOOL_CALL, exactly(counter.count(part.name) + counter.count(JSON.stringify(part.input))));
      break;
    case 'toolResult':
      texts.push(MESSAGE, TOOL_RESULT);
      for (const inner of part.content) countPart(counter, model, inner, texts, pictures);
      break;
    case 'cacheMark':
      break;
  }
}

function countTools(counter: TextCounter, family: TokenizerFamily, tools: readonly ToolDefinition[]): TokenEstimate {
  if (tools.length === 0) return NO_TOKENS;
  const introduction = TOOLS_INTRODUCED[family.dialect];
  if (family.dialect === 'openai') {
    const declarations = exactly(counter.count(toolsAsDeclarations(tools)));
    return addEstimates(introduction, scaleEstimate(declarations, DECLARATION_FACTOR));
  }
  const definitions = tools.map((tool) => addEstimates(TOOL_WRAP, exactly(counter.count(toolAsJson(tool)))));
  return addEstimates(introduction, ...definitions);
}
