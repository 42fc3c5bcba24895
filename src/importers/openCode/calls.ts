/** What the database of OpenCode tells of tool calls and of their results. */
import type { RunAction } from '../../core/quality/runStep.ts';
import { toolAction } from '../../core/quality/toolAction.ts';
import type { ReadonlyDatabase } from '../../ports.ts';
import type { ToldCalls } from '../callReader.ts';
import { numberIn, objectIn, parseValue, textIn } from '../line.ts';

/** OpenCode's, of these model calls: a message is told once its tools have run. Never throws. */
export function openCodeCalls(
  agent: string,
  database: ReadonlyDatabase,
  callIds: readonly string[],
): readonly ToldCalls[] {
  return callIds.flatMap((callId) => {
    const actions = partsOf(database, callId.slice(agent.length + 1)).flatMap(({ data }): readonly RunAction[] => {
      const { tool, state } = (typeof data === 'string' ? objectIn(parseValue(data)) : undefined) ?? {};
      const { status, input, metadata } = objectIn(state) ?? {};
      if (!textIn(tool)) return [];
      const exit = numberIn(objectIn(metadata)?.exit);
      const failed = status === 'error' ? true : status === 'completed' ? (exit ?? 0) !== 0 : undefined;
      return [toolAction(String(tool), input, failed)];
    });
    return actions.length > 0 ? [{ callId, actions }] : [];
  });
}

/** Without what tools gave back, which may be long. None where the table of parts has another form. */
function partsOf(database: ReadonlyDatabase, message: string): readonly Readonly<Record<string, unknown>>[] {
  try {
    return database.all(
      `SELECT json_remove(data, '$.state.output') AS data FROM part
       WHERE message_id = ? AND json_valid(data) AND json_extract(data, '$.type') = 'tool' ORDER BY id LIMIT 64`,
      message,
    );
  } catch {
    return [];
  }
}
