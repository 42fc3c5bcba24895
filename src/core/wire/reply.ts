import type { ReplyPart } from '../chat.ts';
import type { EndpointFault } from '../endpointError.ts';
import { createNdjsonParser } from './ndjson.ts';
import { createSseParser, type ServerSentEvent } from './sse.ts';

/** A reply that went wrong, as a value: readers never throw. */
export interface WireFault {
  readonly kind: 'fault';
  readonly fault: EndpointFault;
  /** What was wrong, in our words; never text of the conversation. */
  readonly detail?: string | undefined;
  /** The vendor's own words: they may quote a key or the prompt and must be cleaned before anyone sees them. */
  readonly vendorMessage?: string | undefined;
  readonly status?: number | undefined;
  /** Out of credit: waiting doesn't help. */
  readonly exhausted?: boolean | undefined;
}

export type ReplyStep = ReplyPart | WireFault;

/** Reads one streamed reply from its bytes, cut anywhere. After `finished` or a fault nothing more comes. */
export interface ReplyReader {
  push(chunk: Uint8Array | string): readonly ReplyStep[];
  /** The stream ended: `finished` where the reply had said why it ends, else a `brokenOff` or `garbled` fault. */
  end(): readonly ReplyStep[];
}

/** What a vendor's reply needs to be read: it is shown each event in turn. */
export interface ReplyDecoder<Event> {
  event(event: Event): readonly ReplyStep[];
  /** Whether the event holds a whole message of the protocol. */
  isWhole(event: Event): boolean;
  /** The `finished` part if the reply has told why it ends (its usage may be missing); undefined: it hasn't. */
  finish(): readonly ReplyStep[] | undefined;
}

export function garbled(detail: string): WireFault {
  return { kind: 'fault', fault: 'garbled', detail };
}

const BROKEN_OFF: WireFault = { kind: 'fault', fault: 'brokenOff' };
const LINE_TOO_LONG = garbled('a line longer than 16 MB');
/** A reply of a million tokens is 4 MB. */
export const MOST_REPLY_CHARACTERS = 64 * 1024 * 1024;
const REPLY_TOO_LONG = garbled('a reply without an end');

interface Framing<Event> {
  push(chunk: Uint8Array | string): readonly Event[] | undefined;
  end(): Event | undefined;
  sawForeignLine(): boolean;
}

function createReader<Event>(
  framing: Framing<Event>,
  decoder: ReplyDecoder<Event>,
  mostCharacters: number,
): ReplyReader {
  let over = false;
  let begun = false;
  let characters = 0;

  /** Steps up to and with the first that ends the reply. */
  function closing(steps: readonly ReplyStep[]): readonly ReplyStep[] {
    const last = steps.findIndex((step) => step.kind === 'finished' || step.kind === 'fault');
    if (last === -1) return steps;
    over = true;
    return steps.slice(0, last + 1);
  }

  function take(events: readonly Event[]): ReplyStep[] {
    const steps: ReplyStep[] = [];
    for (const event of events) {
      if (over) break;
      begun = true;
      for (const step of closing(decoder.event(event))) {
        characters += charactersOf(step);
        steps.push(step);
      }
      if (!over && characters > mostCharacters) for (const step of closing([REPLY_TOO_LONG])) steps.push(step);
    }
    return steps;
  }

  return {
    push(chunk) {
      if (over) return [];
      const events = framing.push(chunk);
      return events === undefined ? closing([LINE_TOO_LONG]) : take(events);
    },
    end() {
      if (over) return [];
      const rest = framing.end();
      const steps = rest !== undefined && decoder.isWhole(rest) ? take([rest]) : [];
      if (over) return steps;
      const ending = decoder.finish();
      if (ending !== undefined) return [...steps, ...closing(ending)];
      const foreign = !begun && framing.sawForeignLine();
      return [...steps, ...closing([foreign ? garbled('no event stream') : BROKEN_OFF])];
    },
  };
}

function charactersOf(step: ReplyStep): number {
  if (step.kind === 'text') return step.text.length;
  if (step.kind !== 'thinking') return 0;
  return step.text.length + (step.signature?.length ?? 0) + (step.redacted?.length ?? 0);
}

/** A reader of a reply in server-sent events. */
export function createSseReader(
  decoder: ReplyDecoder<ServerSentEvent>,
  mostCharacters = MOST_REPLY_CHARACTERS,
): ReplyReader {
  return createReader(createSseParser(), decoder, mostCharacters);
}

/** A reader of a reply in newline-delimited JSON. */
export function createNdjsonReader(decoder: ReplyDecoder<string>, mostCharacters = MOST_REPLY_CHARACTERS): ReplyReader {
  const parser = createNdjsonParser();
  let foreign = false;
  return createReader(
    {
      push: parser.push,
      end() {
        const rest = parser.end();
        foreign = rest !== undefined && !rest.trimStart().startsWith('{');
        return rest;
      },
      sawForeignLine: () => foreign,
    },
    decoder,
    mostCharacters,
  );
}
