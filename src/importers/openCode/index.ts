import type { Observation } from '../../core/ledger/event.ts';
import type { DatabaseImporter, DocumentImporter, DocumentItem, DocumentReader } from '../../ports.ts';
import { compact, parseValue, textIn, textOf } from '../line.ts';
import { readMessage } from './message.ts';
import {
  isKiloDatabase,
  isOpenCodeDatabase,
  isOpenCodeMessage,
  kiloFolders,
  openCodeFolders,
  openCodeMessageFolders,
} from './paths.ts';
import { readStore, type StoreNames } from './store.ts';

const OPENCODE: StoreNames = { label: 'OpenCode', agent: 'opencode', source: 'opencode-store' };
const KILO: StoreNames = { label: 'Kilo Code', agent: 'kilo-code', source: 'kilo-code-store' };
const DOCUMENT_SOURCE = 'opencode-message';

/**
 * OpenCode's database: a row in `message` for each model call, JSON in `data`, with the tokens that its server reported.
 * Seen: 1.18.33, run against a scripted endpoint.
 *
 * Traps: `tokens.input` excludes what was read from and written to the cache, `tokens.output` the reasoning; a row is
 * there from the call's begin with zeros, and is rewritten at its end; `cost` is OpenCode's own guess at list prices (0
 * for models that it doesn't know), and no bill; a reply that calls tools is `completed` when they have run.
 *
 * Joins: a sub-agent's session names its caller's by `parent_id`; the call of the caller that was going on then gives
 * the run. Copies of messages in a fork of a session, and in the documents of older versions, are the same calls. Not
 * told: the call that makes a session's title.
 */
export const openCodeStoreImporter: DatabaseImporter = {
  kind: 'database',
  id: OPENCODE.source,
  agent: OPENCODE.agent,
  roots: openCodeFolders,
  matches: isOpenCodeDatabase,
  descends: () => false,
  read: (database, cursor) => readStore(OPENCODE, database, cursor),
};

/** Kilo Code from version 7 on, which is built on OpenCode's core. From its code only; no database of it was seen. */
export const kiloStoreImporter: DatabaseImporter = {
  kind: 'database',
  id: KILO.source,
  agent: KILO.agent,
  roots: kiloFolders,
  matches: isKiloDatabase,
  descends: () => false,
  read: (database, cursor) => readStore(KILO, database, cursor),
};

/**
 * What OpenCode wrote before it had a database: each message a document with the same content. Which session a
 * sub-agent's belongs to stands elsewhere and isn't read: it is a session of its own here.
 */
export const openCodeMessageImporter: DocumentImporter = {
  kind: 'document',
  id: DOCUMENT_SOURCE,
  agent: OPENCODE.agent,
  roots: openCodeMessageFolders,
  matches: isOpenCodeMessage,
  reader: messageReader,
};

function messageReader(): DocumentReader {
  const members: Record<string, unknown> = {};
  return {
    item({ name, bytes }: DocumentItem) {
      if (name !== undefined && MEMBERS.has(name)) members[name] = parseValue(textOf(bytes));
    },
    end() {
      const call = readMessage(members);
      const id = textIn(members.id);
      if (call === undefined || call === 'open' || id === undefined) return { observations: [], problems: [] };
      const common = compact({
        callId: `${OPENCODE.agent}:${id}`,
        at: call.completedAt,
        source: DOCUMENT_SOURCE,
        facts: compact({
          agent: OPENCODE.agent,
          sessionId: textIn(members.sessionID),
          runId: call.promptId === undefined ? undefined : `${OPENCODE.agent}:${call.promptId}`,
          ...call.facts,
        }),
        ...call.observation,
      });
      const observation: Observation =
        call.fault === undefined ? { kind: 'settled', ...common } : { kind: 'failed', ...common, fault: call.fault };
      return { observations: [observation], problems: [] };
    },
  };
}

const MEMBERS = new Set([
  'id',
  'sessionID',
  'role',
  'parentID',
  'time',
  'tokens',
  'modelID',
  'providerID',
  'path',
  'error',
  'finish',
]);
