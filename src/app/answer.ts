/**
 * Answers a chat request with the model that was picked, or with the one that a policy chooses; a policy goes on to its
 * next choice when an endpoint fails before its answer began. Before a request is sent that may cost more than the developer
 * set, they are asked.
 */
import type { ChatRequest, ReplyPart } from '../core/chat.ts';
import { EndpointError, type EndpointFault } from '../core/endpointError.ts';
import { type Chains, inToolLoop, placeRequest } from '../core/ledger/chain.ts';
import type { LedgerEvent } from '../core/ledger/event.ts';
import { requestFeatures } from '../core/quality/requestFeatures.ts';
import { userRequest } from '../core/quality/userRequest.ts';
import { needOf } from '../core/route/candidate.ts';
import { mentionedFiles } from '../core/route/mentionedFiles.ts';
import { isNamedBy } from '../core/route/rules.ts';
import { inputTokens, type Usage } from '../core/usage.ts';
import type { Allocator } from './allocator.ts';
import type { Catalog, CatalogModel } from './catalog.ts';
import type { AskedRequest } from './chooser.ts';
import { type PolicyName, policyOf } from './offers.ts';
import { patiently } from './patiently.ts';
import { runStep, type StepPorts } from './runStep.ts';
import type { RunSteering } from './runs/runSteering.ts';

export type AnswerRequest = Omit<ChatRequest, 'model'>;

export interface AnswerOrigin {
  /** `core` for VS Code itself, an extension's id, or unknown. */
  readonly initiator: string | undefined;
  /** The chat's own id; undefined: the session is inferred. */
  readonly sessionId?: string | undefined;
  /** The same for all requests of one prompt; undefined: the run is inferred. */
  readonly promptId?: string | undefined;
  /** Who asks follows its run's advice by itself. */
  readonly followsAdvice?: boolean | undefined;
}

/** Streams the reply to `request` by the offer with this id; throws EndpointError with a sentence for the chat. */
export type Answer = (
  offerId: string,
  request: AnswerRequest,
  origin: AnswerOrigin,
  signal: AbortSignal,
) => AsyncGenerator<ReplyPart, void, undefined>;

export interface AnswerPorts extends StepPorts {
  readonly catalog: Catalog;
  readonly allocator: Pick<Allocator, 'chooser' | 'permit' | 'runs' | 'classes' | 'values' | 'settings'>;
  /** The window's folders; the first is where its agent works. */
  readonly folders: () => readonly string[];
  /** Before a request is sent: undefined: send it; else the run ends with this sentence. */
  readonly steer?: RunSteering['before'];
  /** A run begins, with what the person typed, to be compared with other prompts and not kept. */
  readonly onAsked?: (run: { readonly runId: string; readonly folder: string; readonly prompt: string }) => void;
}

/** How many models a policy tries for one request. */
const MOST_TRIES = 3;
const COUNT_PATIENCE_MS = 1_500;
/** When counting takes too long, this many characters of JSON are taken for a token: rather too many tokens than too few. */
const FEW_CHARACTERS_PER_TOKEN = 2;
/** An endpoint's count of a model's tokens is compared with ours at most this often. */
const CALIBRATE_EVERY_MS = 60_000;

/** The faults that another model may not have. */
const TRY_NEXT: ReadonlySet<EndpointFault> = new Set([
  'unreachable',
  'timeout',
  'unauthorized',
  'quota',
  'unknownModel',
  'tooLong', // where a model's context wasn't known
  'serverError',
]);

/** VS Code's own chat asks as `core` (Agent Host) or through its bundled extension (the local harness). */
const VSCODE_CHAT: ReadonlySet<string> = new Set(['core', 'github.copilot-chat']);

const OWN_CHAT = 'vscode-chat';

function agentOf({ initiator }: AnswerOrigin): string {
  return initiator === undefined || VSCODE_CHAT.has(initiator.toLowerCase()) ? OWN_CHAT : initiator;
}

/** Images are tokens by their size on screen, not by their bytes. */
function withoutBytes(_key: string, value: unknown): unknown {
  return value instanceof Uint8Array ? '' : value;
}

export function createAnswer(ports: AnswerPorts): Answer {
  const { catalog, clock, allocator } = ports;
  let chains: Chains = [];
  const calibratedAt = new Map<string, number>();

  return async function* answer(offerId, request, origin, signal) {
    const placed = placeRequest(chains, request.messages, ports.newId(), clock.now(), origin.sessionId);
    chains = placed.chains;
    const { sessionId } = placed;
    const runId = origin.promptId === undefined ? placed.runId : `${sessionId}/${origin.promptId}`;
    const folders = ports.folders();
    const [folder] = folders;
    const prompt = userRequest(request);
    const agent = agentOf(origin);
    const isFirst = !inToolLoop(request.messages);
    if (prompt !== undefined && isFirst) {
      if (folder !== undefined) ports.onAsked?.({ runId, folder, prompt });
      allocator.runs.began({ runId, sessionId }, prompt);
    }
    const told = prompt ?? (agent === OWN_CHAT ? undefined : userRequest(request, true));
    const read = told === undefined ? undefined : readPrompt(told, runId, request);
    const policy = policyOf(offerId);
    const facts = {
      agent,
      sessionId,
      ...(origin.sessionId === undefined ? { sessionInferred: true } : {}),
      runId,
      taskId: runId,
      ...(folder === undefined ? {} : { folder }),
      ...(read ? { taskKind: read.task.kind, taskSize: read.task.size } : {}),
      ...(policy ? { policy } : {}),
    };
    const ending = origin.followsAdvice ? undefined : await ports.steer?.(facts, request);
    if (ending !== undefined) {
      yield { kind: 'text', text: ending };
      yield { kind: 'finished', reason: 'stop' };
      return;
    }
    if (catalog.models().length === 0) await catalog.refresh();
    const places = placesOf(request, folders);
    const valueNanoCredits = allocator.values.take(sessionId);
    // Counting may take a second for a large request: who picked a model and set no limit doesn't wait for it.
    const asked = async (): Promise<AskedRequest> => ({
      facts,
      need: needOf(request, await countedInput(request)),
      places,
      prompt: read,
      isFirst,
      valueNanoCredits,
    });
    if (policy) yield* byPolicy(policy, request, await asked(), signal);
    else yield* byModel(offerId, request, { facts, places, asked }, signal);
  };

  function readPrompt(prompt: string, runId: string, { tools }: AnswerRequest) {
    const attempt = allocator.runs.failedBefore(runId).length;
    const features = requestFeatures(prompt, { toolsOffered: tools.length, attempt });
    return { ...allocator.classes.read(prompt, runId), features };
  }

  /** Files are looked for only where a rule could ask for them. */
  function placesOf({ messages }: AnswerRequest, folders: readonly string[]): AskedRequest['places'] {
    const { privacy, rules, home } = allocator.settings();
    const isAsked = privacy.length > 0 || rules.some(({ when }) => when.folder !== undefined);
    const isNamed = isNamedBy({ privacy, rules }, home);
    return { folders, files: isAsked ? mentionedFiles(messages, folders, isNamed) : [], home };
  }

  async function* byModel(
    offerId: string,
    request: AnswerRequest,
    { facts, places, asked }: Pick<AskedRequest, 'facts' | 'places'> & { readonly asked: () => Promise<AskedRequest> },
    signal: AbortSignal,
  ): AsyncGenerator<ReplyPart, void, undefined> {
    const candidate = catalog.models().find(({ id }) => id === offerId);
    if (!candidate)
      throw new EndpointError(
        'unknownModel',
        `No configured endpoint offers ${offerId} any more: pick another model, or add its endpoint again.`,
      );
    const chosen = await (await allocator.chooser()).byName(candidate, places, asked);
    const ended = await allocator.permit.permit(chosen, facts, signal);
    try {
      yield* step(candidate, request, { facts }, signal);
    } finally {
      ended();
    }
  }

  async function* byPolicy(
    policy: PolicyName,
    request: AnswerRequest,
    asked: AskedRequest,
    signal: AbortSignal,
  ): AsyncGenerator<ReplyPart, void, undefined> {
    const failed = new Set<string>();
    // What was down may have been started since; only a request that nothing else can take waits to know.
    const chooser = await allocator.chooser();
    if (!chooser.canServe(asked)) await catalog.refresh();
    for (;;) {
      const chosen = await chooser.byPolicy(policy, asked, failed, signal);
      const ended = await allocator.permit.permit(chosen, asked.facts, signal);
      let begun = false;
      try {
        for await (const part of step(chosen.candidate, request, asked, signal)) {
          begun = true;
          yield part;
        }
        return;
      } catch (error) {
        failed.add(chosen.candidate.id);
        const another = error instanceof EndpointError && TRY_NEXT.has(error.fault) && !begun && chosen.hasNext;
        if (!another || failed.size >= MOST_TRIES) throw error;
      } finally {
        ended();
      }
    }
  }

  async function* step(
    candidate: CatalogModel,
    request: AnswerRequest,
    { facts }: Pick<AskedRequest, 'facts'>,
    signal: AbortSignal,
  ): AsyncGenerator<ReplyPart, void, undefined> {
    const target = { ...candidate, price: candidate.price, priceBook: catalog.priceBook() };
    const record = (events: readonly LedgerEvent[]) => {
      allocator.runs.observe(events);
      ports.record(events);
    };
    try {
      const onReported = (usage: Usage) => calibrate(candidate, request, inputTokens(usage));
      for await (const part of runStep(target, request, facts, { ...ports, record, onReported }, signal)) {
        if (part.kind === 'finished')
          allocator.runs.answered(facts, { optionId: candidate.id, model: candidate.model.name }, part.usage);
        yield part;
      }
      catalog.observe(candidate.id, undefined);
    } catch (error) {
      if (error instanceof EndpointError) catalog.observe(candidate.id, error);
      throw error;
    }
  }

  function calibrate(
    { id, endpoint, model }: CatalogModel,
    request: AnswerRequest,
    observed: number | undefined,
  ): void {
    const last = calibratedAt.get(id);
    if (observed === undefined || (last !== undefined && clock.elapsed() - last < CALIBRATE_EVERY_MS)) return;
    calibratedAt.set(id, clock.elapsed());
    const { messages, tools } = request;
    const counted = { model: model.name, messages, tools, endpointId: endpoint.id };
    // A count that can't be learned from only leaves the next one as rough as it is.
    ports.counter.observeTokens(counted, observed).catch(() => {});
  }

  /** Tokens of the request as o200k would count them, or a high guess when the tokenizer takes too long. */
  async function countedInput({ messages, tools }: AnswerRequest): Promise<number> {
    const counted = await patiently(
      ports.counter.countRequest({ model: 'gpt-5', messages, tools }),
      COUNT_PATIENCE_MS,
    ).catch(() => undefined);
    return (
      counted?.tokens ?? Math.ceil(JSON.stringify({ messages, tools }, withoutBytes).length / FEW_CHARACTERS_PER_TOKEN)
    );
  }
}
