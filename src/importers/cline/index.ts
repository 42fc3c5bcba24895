/** Cline, and Roo Code and Kilo Code, which began as copies of it and keep their tasks in its format. */
import type { DocumentImporter } from '../../ports.ts';
import {
  clineManifest,
  clineSessionIdentity,
  clineSessionRoots,
  clineTaskRoots,
  isClineSession,
  isTask,
  leadsToTasks,
  sibling,
  taskRoots,
} from './paths.ts';
import { CLINE_SESSION_SOURCE, sessionReader } from './session.ts';
import { type TaskDialect, taskReader } from './task.ts';

/** Its adapters of these give OpenAI's `prompt_tokens`, cached ones included, beside the cached ones. */
const WITH_WHOLE_INPUT = ['openai', 'litellm', 'doubao', 'fireworks', 'hicap', 'lmstudio', 'qwen', 'xai', 'zai'];

const CLINE: TaskDialect = { agent: 'cline', source: 'cline-task', wholeInput: new Set(WITH_WHOLE_INPUT) };
/** Roo Code 3.29.5. */
const ROO: TaskDialect = {
  agent: 'roo-code',
  source: 'roo-code-task',
  wholeInputSince: Date.UTC(2025, 10, 1),
  wholeInput: new Set(),
};
/** Kilo Code 4.119.0. */
const KILO: TaskDialect = {
  agent: 'kilo-code',
  source: 'kilo-code-task',
  wholeInputSince: Date.UTC(2025, 10, 12),
  wholeInput: new Set(),
};

/**
 * Tasks of these extensions: `ui_messages.json`, an array that is rewritten whole with each change; a message
 * `api_req_started` for each model call, whose `text` is JSON with its tokens. From their code only (Cline up to 4.0, Roo
 * Code 3, Kilo Code up to 5); none of them was run.
 *
 * Traps: the message is there from the call's begin, with zeros or without counts; whether `tokensIn` includes the cache
 * depends on agent, date and server (see `TaskDialect`); `cost` is the agent's own guess, or what a reseller told: no
 * bill. Which model it was stands beside it: in `task_metadata.json` (Cline) or in the prompts (Roo, Kilo).
 *
 * Not told: thinking apart from other output, condensing a conversation (Roo and Kilo tell only what they think it cost),
 * and the calls of messages that were deleted before they were read. Calls of Marginal's own models are left out.
 */
export const clineTaskImporter: DocumentImporter = {
  ...taskImporter(CLINE),
  roots: clineTaskRoots,
  beside: (path) => [
    // `<storage>/state/taskHistory.json` lists all tasks with their folders.
    path.replace(/tasks([\\/])[^\\/]+[\\/][^\\/]+$/, (_, slash: string) => `state${slash}taskHistory.json`),
    sibling(path, 'task_metadata.json'),
  ],
};

export const rooCodeImporter: DocumentImporter = {
  ...taskImporter(ROO),
  roots: taskRoots('rooveterinaryinc.roo-cline'),
};

export const kiloCodeImporter: DocumentImporter = {
  ...taskImporter(KILO),
  roots: taskRoots('kilocode.kilo-code'),
};

/**
 * Sessions of Cline's own runtime: `<id>.messages.json`, rewritten whole; each reply of a model with `metrics`. Seen:
 * Cline CLI 3.0.65, run against a scripted endpoint. `sessions.db` beside them only lists them.
 *
 * Traps: `inputTokens` includes the cache; reasoning isn't told apart from other output; a sub-agent's file has a session
 * id of its own, and lies in its caller's folder. Joins: a sub-agent's calls are steps of the run in which it was called.
 */
export const clineSessionImporter: DocumentImporter = {
  kind: 'document',
  id: CLINE_SESSION_SOURCE,
  agent: 'cline',
  roots: clineSessionRoots,
  matches: isClineSession,
  beside(path) {
    const { sessionId, subagentId } = clineSessionIdentity(path);
    const manifest = clineManifest(path);
    return [
      ...(manifest ? [manifest] : []),
      ...(subagentId === undefined ? [] : [sibling(path, `${sessionId}.messages.json`)]),
    ];
  },
  reader: sessionReader,
};

function taskImporter(dialect: TaskDialect): Omit<DocumentImporter, 'roots'> {
  return {
    kind: 'document',
    id: dialect.source,
    agent: dialect.agent,
    matches: isTask,
    descends: leadsToTasks,
    beside: (path) => [sibling(path, 'history_item.json'), sibling(path, 'api_conversation_history.json')],
    reader: (path) => taskReader(path, dialect),
  };
}
