import type { LineImporter, LineReader, LineResult } from '../../ports.ts';
import {
  compact,
  contains,
  type JsonObject,
  listIn,
  NOTHING,
  needle,
  numberIn,
  objectIn,
  parseObject,
  textIn,
} from '../line.ts';
import { isTraceFile, leadsToTraceFiles, traceFileRoots } from './paths.ts';
import { type TraceRecord, traceCall } from './trace.ts';

const COPILOT_TRACES_SOURCE = 'copilot-traces';

/**
 * Files of traces: one JSON object a line, a span, a log record or a metric. Seen: Copilot CLI 1.0.102 with
 * `COPILOT_OTEL_FILE_EXPORTER_PATH` (`{ type, traceId, spanId, startTime: [s, ns], attributes: {…} }`). Read about only:
 * Copilot Chat's spans (the same without `type`) and log records, and what a collector writes of either
 * (`resourceSpans`, `resourceLogs`).
 *
 * Joins: a call's span has the reply's id and its own, and the runtime's measures; see `callIdentities`.
 */
export const copilotTraceFileImporter: LineImporter = {
  kind: 'lines',
  id: COPILOT_TRACES_SOURCE,
  agent: 'copilot',
  roots: traceFileRoots,
  matches: isTraceFile,
  descends: leadsToTraceFiles,
  reader: traceFileReader,
};

/** In every record of a model call, and in no metric's head: metrics are told apart once parsed. */
const OPERATION = needle('gen_ai.operation.name');
const METRIC = needle('"dataPoints"');

function traceFileReader(): LineReader {
  return {
    line(bytes): LineResult {
      if (!contains(bytes, OPERATION) || contains(bytes, METRIC)) return NOTHING;
      const line = parseObject(bytes);
      if (!line) return { observations: [], problem: 'A line of a Copilot trace is not valid JSON and was skipped.' };
      return { observations: recordsIn(line).flatMap((record) => traceCall(record, COPILOT_TRACES_SOURCE) ?? []) };
    },
    state: () => null,
  };
}

function recordsIn(line: JsonObject): readonly TraceRecord[] {
  const collected = [
    ...collectedRecords(line.resourceSpans, 'scopeSpans', 'spans'),
    ...collectedRecords(line.resourceLogs, 'scopeLogs', 'logRecords'),
  ];
  if (collected.length > 0) return collected;
  const resource = attributesOf(objectIn(line.resource)?.attributes ?? objectIn(line.resource)?._attributes);
  return [recordOf(line, resource)];
}

/** A collector's form: records by scope by resource. */
function collectedRecords(resources: unknown, scopes: string, records: string): readonly TraceRecord[] {
  return listIn(resources).flatMap((resource) => {
    const shared = attributesOf(objectIn(objectIn(resource)?.resource)?.attributes);
    return listIn(objectIn(resource)?.[scopes]).flatMap((scope) =>
      listIn(objectIn(scope)?.[records]).flatMap((record) => {
        const found = objectIn(record);
        return found ? [recordOf(found, shared)] : [];
      }),
    );
  });
}

function recordOf(record: JsonObject, resource: JsonObject): TraceRecord {
  const context = objectIn(record.spanContext) ?? {};
  const endedAt = momentOf(record.endTime ?? record.endTimeUnixNano);
  return {
    kind: endedAt === undefined ? 'log' : 'span',
    traceId: textIn(record.traceId) ?? textIn(context.traceId),
    spanId: textIn(record.spanId) ?? textIn(context.spanId),
    parentSpanId: textIn(record.parentSpanId),
    startedAt: endedAt === undefined ? undefined : momentOf(record.startTime ?? record.startTimeUnixNano),
    endedAt: endedAt ?? momentOf(record.hrTime ?? record.time ?? record.timeUnixNano ?? record.timestamp),
    failed: numberIn(objectIn(record.status)?.code) === ERROR || objectIn(record.status)?.code === 'STATUS_CODE_ERROR',
    attributes: { ...resource, ...attributesOf(record.attributes) },
  };
}

const ERROR = 2;

/** Epoch ms of `[seconds, nanoseconds]`, or of nanoseconds as a number or text. */
function momentOf(value: unknown): number | undefined {
  if (Array.isArray(value)) {
    const [seconds, nanoseconds] = value.map(numberIn);
    // Any number times a thousand may be none.
    return seconds === undefined ? undefined : numberIn(seconds * 1000 + Math.floor((nanoseconds ?? 0) / 1e6));
  }
  if (typeof value === 'string' && /^\d{7,}$/.test(value)) return numberIn(Number(value.slice(0, -6)));
  return typeof value === 'number' && value > 1e17 ? Math.floor(value / 1e6) : undefined;
}

/** `{ key: value }`, or a collector's `[{ key, value: { stringValue | intValue | … } }]`. */
function attributesOf(value: unknown): JsonObject {
  if (!Array.isArray(value)) return objectIn(value) ?? {};
  return compact(
    Object.fromEntries(
      value.flatMap((item: unknown): [string, unknown][] => {
        const key = textIn(objectIn(item)?.key);
        return key === undefined ? [] : [[key, plainValue(objectIn(objectIn(item)?.value))]];
      }),
    ),
  );
}

function plainValue(value: JsonObject | undefined): unknown {
  const values = objectIn(value?.arrayValue)?.values;
  if (values !== undefined) return listIn(values).map((item) => plainValue(objectIn(item)));
  const whole = value?.intValue;
  return (
    value?.stringValue ?? value?.doubleValue ?? value?.boolValue ?? (typeof whole === 'string' ? Number(whole) : whole)
  );
}
