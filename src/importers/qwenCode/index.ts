import type { LineImporter } from '../../ports.ts';
import { QWEN_CODE_SOURCE, qwenCodeReader } from './parse.ts';
import { isQwenCodeLog, qwenCodeRoots } from './paths.ts';

/**
 * Qwen Code's session logs: every model call of its main agent, its sub-agents and its helpers in the background, with
 * the endpoint's own token counts.
 *
 * Not told by the log: whose endpoint it was (only how the user signed in), why a reply ended (only that it called
 * tools), and the tools that a sub-agent called.
 */
export const qwenCodeImporter: LineImporter = {
  kind: 'lines',
  id: QWEN_CODE_SOURCE,
  agent: 'qwen-code',
  roots: qwenCodeRoots,
  matches: isQwenCodeLog,
  reader: qwenCodeReader,
};
