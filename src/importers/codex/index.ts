import type { LineImporter } from '../../ports.ts';
import { CODEX_SOURCE, codexReader } from './parse.ts';
import { codexRoots, isCodexLog } from './paths.ts';

/**
 * Codex's session logs: every model call of its threads and their sub-agents, with the endpoint's own token counts.
 *
 * Joins: a call that also passed through another meter is the same where the meter knows OpenAI's response id
 * (`openai-response:<id>`). Not told by the log: why a reply ended (only that it called tools), how long a single call
 * took, and calls that failed.
 */
export const codexImporter: LineImporter = {
  kind: 'lines',
  id: CODEX_SOURCE,
  agent: 'codex',
  roots: codexRoots,
  matches: isCodexLog,
  reader: codexReader,
};
