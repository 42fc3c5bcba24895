import type { LineImporter } from '../../ports.ts';
import { GEMINI_CLI_SOURCE, geminiCliReader } from './parse.ts';
import { geminiCliRoots, holdsGeminiCliLogs, isGeminiCliLog } from './paths.ts';

/**
 * Gemini CLI's session logs: every model call of its main agent and its sub-agents, with Google's own token counts.
 *
 * Not told by the log: its version, why a reply ended (only that it called tools), how long it took, which run of its
 * session a sub-agent's file belongs to, and helper calls beside the conversation. Versions before the line logs kept
 * each session as one document (`session-*.json`), which is not read here.
 */
export const geminiCliImporter: LineImporter = {
  kind: 'lines',
  id: GEMINI_CLI_SOURCE,
  agent: 'gemini-cli',
  roots: geminiCliRoots,
  matches: isGeminiCliLog,
  descends: holdsGeminiCliLogs,
  reader: geminiCliReader,
};
