/**
 * Lets what agents write right now tell of its tool calls, too. What was written before Marginal looked is not asked: the
 * readers of model calls step over most of it, and a first reading must not take longer for this.
 */
import type { DatabaseImporter, DocumentImporter, Importer, LineImporter } from '../ports.ts';
import type { CallReader, DocumentCallReader, ToldCalls } from './callReader.ts';
import { claudeCodeCalls } from './claudeCode/calls.ts';
import { clineSessionCalls, taskCalls } from './cline/calls.ts';
import { codexCalls } from './codex/calls.ts';
import { copilotEventsCalls } from './copilot/calls.ts';
import { geminiCliCalls } from './geminiCli/calls.ts';
import { openCodeCalls } from './openCode/calls.ts';
import { qwenCodeCalls } from './qwenCode/calls.ts';

export interface CallWatch {
  /** Epoch ms. */
  now(): number;
  /** Must not throw. */
  told(calls: readonly ToldCalls[]): void;
}

/** Whoever told of a model call so long ago is at work. */
const LIVE_MS = 10 * 60_000;
/** Documents that were read once: those that are read again are being written. */
const MOST_DOCUMENTS = 4096;

const LINES: Readonly<Record<string, () => CallReader>> = {
  'claude-code-log': claudeCodeCalls,
  'codex-log': codexCalls,
  'gemini-cli-log': geminiCliCalls,
  'qwen-code-log': qwenCodeCalls,
  'copilot-events': copilotEventsCalls,
};

const DOCUMENTS: Readonly<Record<string, (path: string) => DocumentCallReader>> = {
  'cline-session': clineSessionCalls,
  'cline-task': taskCalls('cline'),
  'roo-code-task': taskCalls('roo-code'),
  'kilo-code-task': taskCalls('kilo-code'),
};

const DATABASES: ReadonlySet<string> = new Set(['opencode-store', 'kilo-code-store']);

export function watchCalls(importers: readonly Importer[], watch: CallWatch): readonly Importer[] {
  return importers.map((importer): Importer => {
    if (importer.kind === 'lines') return withLines(importer, watch);
    return importer.kind === 'document' ? withDocuments(importer, watch) : withDatabase(importer, watch);
  });
}

function withLines(importer: LineImporter, watch: CallWatch): LineImporter {
  const make = LINES[importer.id];
  if (!make) return importer;
  return {
    ...importer,
    reader(path, saved) {
      const inner = importer.reader(path, saved);
      let calls: CallReader | undefined;
      return {
        line(bytes) {
          const result = inner.line(bytes);
          const latest = result.observations.at(-1);
          if (latest) calls = watch.now() - latest.at < LIVE_MS ? (calls ?? make()) : undefined;
          if (calls) tell(watch, calls.line(bytes, result.observations));
          return result;
        },
        state: inner.state,
      };
    },
  };
}

function withDocuments(importer: DocumentImporter, watch: CallWatch): DocumentImporter {
  const make = DOCUMENTS[importer.id];
  if (!make) return importer;
  const known = new Set<string>();
  return {
    ...importer,
    reader(path) {
      const inner = importer.reader(path);
      if (!known.has(path)) {
        known.add(path);
        if (known.size > MOST_DOCUMENTS) known.delete(known.values().next().value ?? path);
        return inner;
      }
      const calls = make(path);
      return {
        item(item) {
          inner.item(item);
          if (item.path === path) calls.item(item);
        },
        end() {
          const result = inner.end();
          const at = Math.max(0, ...result.observations.slice(-MOST_TOLD).map((each) => each.at));
          if (watch.now() - at < LIVE_MS) tell(watch, calls.end());
          return result;
        },
      };
    },
  };
}

const MOST_TOLD = 32;

function withDatabase(importer: DatabaseImporter, watch: CallWatch): DatabaseImporter {
  if (!DATABASES.has(importer.id)) return importer;
  return {
    ...importer,
    read(database, cursor) {
      const result = importer.read(database, cursor);
      const live = result.observations.filter(({ at }) => watch.now() - at < LIVE_MS).slice(-MOST_TOLD);
      const callIds = live.map(({ callId }) => callId);
      if (callIds.length > 0) tell(watch, openCodeCalls(importer.agent, database, callIds));
      return result;
    },
  };
}

function tell(watch: CallWatch, calls: readonly ToldCalls[]): void {
  if (calls.length > 0) watch.told(calls);
}
