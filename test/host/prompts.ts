// Lets a scripted endpoint answer by what the person typed, however VS Code wraps it, and however many rounds of tools it took.
import type { RecordedRequest, ScriptedTurn } from '../fakes/scriptedEndpoint.ts';

/** What the endpoint says to a prompt that holds `key`, round by round: a round follows each answer with tool calls. */
export type PromptScript = Readonly<Record<string, readonly ScriptedTurn[]>>;

/** A script for startScriptedEndpoint(). A prompt that isn't in it gets status 500. */
export function byPrompt(answers: PromptScript): (request: RecordedRequest) => ScriptedTurn {
  return (request) => {
    const { prompt, round } = placeOf(request);
    const [, turns] = Object.entries(answers).find(([key]) => prompt.includes(key)) ?? [];
    return (
      turns?.[round] ?? { status: 500, body: JSON.stringify({ error: { message: 'the script has no such turn' } }) }
    );
  };
}

interface Message {
  readonly role: string;
  readonly content: unknown;
}

function placeOf(request: RecordedRequest): { readonly prompt: string; readonly round: number } {
  const messages: readonly Message[] = request.body?.messages ?? [];
  const at = messages.findLastIndex(
    ({ role, content }) => role === 'user' && textOf(content).includes('<userRequest>'),
  );
  const prompt = /<userRequest>([\s\S]*)<\/userRequest>/.exec(textOf(messages[at]?.content))?.[1] ?? '';
  return { prompt, round: messages.slice(at + 1).filter(({ role }) => role === 'assistant').length };
}

function textOf(content: unknown): string {
  if (typeof content === 'string') return content;
  return Array.isArray(content) ? content.map((part: { text?: string }) => part.text ?? '').join('') : '';
}
