import type { ChatRequest } from '../../chat.ts';

type Effort = NonNullable<ChatRequest['reasoningEffort']>;

/**
 * Whether a request may say how much a model is to think. Other vendors than these refuse the field for some models, or
 * know other words for it. undefined: a server that nobody knows.
 */
export function takesEffort(provider: string | undefined, model: string): boolean {
  switch (provider) {
    case 'openai':
    case 'azure':
      // VS Code's chat always offers tools.
      return !thinksOnlyWithoutTools(model);
    case undefined:
    case 'openrouter':
    case 'google':
      return true;
    default:
      return false;
  }
}

/** `reasoning_effort` as the vendor knows it for this model; undefined: the field isn't sent. */
export function toOpenAiEffort(
  provider: string | undefined,
  model: string,
  effort: Effort | undefined,
  offersTools: boolean,
): string | undefined {
  switch (provider) {
    case 'openai':
    case 'azure':
      if (offersTools && thinksOnlyWithoutTools(model)) return 'none';
      if (effort !== 'none') return effort;
      return leastOfOpenAi(model);
    case 'google':
      return effort === 'none' && !/gemini-2\.5-flash/.test(model) ? 'low' : effort;
    default:
      return takesEffort(provider, model) ? effort : undefined;
  }
}

/**
 * From gpt-5.2 on, chat completions refuse tools together with thinking ("use /v1/responses or set reasoning_effort to
 * 'none'"); from 5.5 on also where no effort is set, since thinking is their default (BerriAI/litellm#34569).
 */
function thinksOnlyWithoutTools(model: string): boolean {
  const [, major, minor = '0'] = /^gpt-(\d+)(?:\.(\d+))?(?!.*-chat)(?:-|$)/.exec(model) ?? [];
  return Number(major) > 5 || (Number(major) === 5 && Number(minor) >= 2);
}

/** Only gpt-5.1 and later can be told not to think at all. */
function leastOfOpenAi(model: string): string {
  if (/^o\d/.test(model)) return 'low';
  return /^gpt-5(-|$)/.test(model) ? 'minimal' : 'none';
}
