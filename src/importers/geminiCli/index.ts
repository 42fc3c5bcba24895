import type { DocumentImporter, LineImporter } from '../../ports.ts';
import { GEMINI_CLI_DOCUMENT_SOURCE, GEMINI_CLI_SOURCE, geminiCliDocumentReader, geminiCliReader } from './parse.ts';
import { geminiCliRoots, holdsGeminiCliLogs, isGeminiCliDocument, isGeminiCliLog } from './paths.ts';

/**
 * Gemini CLI's session logs: every model call of its main agent and its sub-agents, with Google's own token counts.
 *
 * Not told by the log: its version, why a reply ended (only that it called tools), how long it took, which run of its
 * session a sub-agent's file belongs to, and helper calls beside the conversation.
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

/**
 * The sessions of versions before the logs of lines, each one document that is written anew with each message. From Gemini CLI's
 * code, whose present version still reads them and copies a resumed one into a log of lines; no such document was seen.
 * Not told besides: the session that a sub-agent's belongs to.
 */
export const geminiCliDocumentImporter: DocumentImporter = {
  kind: 'document',
  id: GEMINI_CLI_DOCUMENT_SOURCE,
  agent: 'gemini-cli',
  roots: geminiCliRoots,
  matches: isGeminiCliDocument,
  descends: holdsGeminiCliLogs,
  reader: geminiCliDocumentReader,
};
