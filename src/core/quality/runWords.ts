/**
 * What the words of an agent tell of how its run goes: counts only, none of the text is kept. Runs whose agent speaks of
 * verifying, and whose tools showed an error (one that was looked for, most often), ended well more often; runs whose agent
 * takes back what it said, less often.
 */
const DOUBTS = /\b(?:wait|actually|however|hmm|oh)\b/gi;
const CHECKS = /\b(?:verify|confirm)/gi;
const ERROR_NAME = /\b[A-Z]\w*(?:Error|Exception)\b/;
const FENCE = '```';
/** An answer or a result is read this far. */
const READ_CHARS = 20_000;

/** Of an answer: what stands before its first block of code. */
export function answerWords(answer: string): { readonly doubts: number; readonly checks: number } {
  const said = answer.slice(0, READ_CHARS).split(FENCE, 1)[0] ?? '';
  return { doubts: said.match(DOUBTS)?.length ?? 0, checks: said.match(CHECKS)?.length ?? 0 };
}

/** Whether a tool's result names an error, as most languages' libraries name theirs. */
export const namesError = (result: string): boolean => ERROR_NAME.test(result.slice(0, READ_CHARS));
