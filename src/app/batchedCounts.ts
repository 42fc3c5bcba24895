/**
 * Counting for VS Code's own budgeting, which asks some 4,800 times for one request, nearly always for a short text that
 * it has asked for before: what comes in one turn goes to the worker as one message, and short texts are remembered.
 */

const LONGEST_REMEMBERED = 200;
const MOST_REMEMBERED = 20_000;

interface Question {
  readonly text: string;
  readonly resolve: (tokens: number) => void;
  readonly reject: (error: unknown) => void;
}

/** `ask` counts many texts for a model; rejects where they can't be counted, and so does each count of that turn. */
export function batchedCounts(
  ask: (model: string, texts: readonly string[]) => Promise<readonly number[]>,
): (model: string, text: string) => Promise<number> {
  const waiting = new Map<string, Question[]>();
  const remembered = new Map<string, number>();

  async function send(model: string): Promise<void> {
    const questions = waiting.get(model) ?? [];
    waiting.delete(model);
    try {
      const counts = await ask(
        model,
        questions.map(({ text }) => text),
      );
      for (const [index, { text, resolve }] of questions.entries()) {
        const tokens = counts[index] ?? 0;
        remember(model, text, tokens);
        resolve(tokens);
      }
    } catch (error) {
      for (const { reject } of questions) reject(error);
    }
  }

  function remember(model: string, text: string, tokens: number): void {
    if (text.length > LONGEST_REMEMBERED) return;
    if (remembered.size >= MOST_REMEMBERED) remembered.clear();
    remembered.set(keyOf(model, text), tokens);
  }

  return (model, text) => {
    if (text === '') return Promise.resolve(0);
    const known = text.length <= LONGEST_REMEMBERED ? remembered.get(keyOf(model, text)) : undefined;
    if (known !== undefined) return Promise.resolve(known);
    return new Promise((resolve, reject) => {
      const questions = waiting.get(model);
      if (questions) {
        questions.push({ text, resolve, reject });
        return;
      }
      waiting.set(model, [{ text, resolve, reject }]);
      setTimeout(send, 0, model);
    });
  };
}

function keyOf(model: string, text: string): string {
  return `${model}\n${text}`;
}
