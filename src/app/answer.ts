/**
 * Answers a chat request with the model that was picked, or with the one that a policy chooses; a policy goes on to its
 * next choice when an endpoint fails before its answer began.
 */
import type { ChatRequest, ReplyPart } from '../core/chat.ts';
import { EndpointError, type EndpointFault } from '../core/endpointError.ts';
import { type Chains, inToolLoop, placeRequest } from '../core/ledger/chain.ts';
import type { CallFacts } from '../core/ledger/event.ts';
import { taskClass } from '../core/quality/taskClass.ts';
import { userRequest } from '../core/quality/userRequest.ts';
import { needOf } from '../core/route/candidate.ts';
import { chooseBest, chooseFrugal, type RouteChoice } from '../core/route/choose.ts';
import { inputTokens, type Usage } from '../core/usage.ts';
import type { Catalog, CatalogModel } from './catalog.ts';
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
  /** The window's first folder. */
  readonly folder: () => string | undefined;
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

function agentOf({ initiator }: AnswerOrigin): string {
  return initiator === undefined || VSCODE_CHAT.has(initiator.toLowerCase()) ? 'vscode-chat' : initiator;
}

function classOf(prompt: string): Pick<CallFacts, 'taskKind' | 'taskSize'> {
  const { kind, size } = taskClass(prompt);
  return { taskKind: kind, taskSize: size };
}

/** Images are tokens by their size on screen, not by their bytes. */
function withoutBytes(_key: string, value: unknown): unknown {
  return value instanceof Uint8Array ? '' : value;
}

export function createAnswer(ports: AnswerPorts): Answer {
  const { catalog, clock } = ports;
  let chains: Chains = [];
  const calibratedAt = new Map<string, number>();

  return async function* answer(offerId, request, origin, signal) {
    const placed = placeRequest(chains, request.messages, ports.newId(), clock.now(), origin.sessionId);
    chains = placed.chains;
    const runId = origin.promptId === undefined ? placed.runId : `${placed.sessionId}/${origin.promptId}`;
    const folder = ports.folder();
    const prompt = userRequest(request);
    if (folder !== undefined && prompt !== undefined && !inToolLoop(request.messages))
      ports.onAsked?.({ runId, folder, prompt });
    const facts: CallFacts = {
      agent: agentOf(origin),
      sessionId: placed.sessionId,
      ...(origin.sessionId === undefined ? { sessionInferred: true } : {}),
      runId,
      taskId: runId,
      ...(folder ? { folder } : {}),
      ...(prompt === undefined ? {} : classOf(prompt)),
    };
    const ending = await ports.steer?.(facts, request);
    if (ending !== undefined) {
      yield { kind: 'text', text: ending };
      yield { kind: 'finished', reason: 'stop' };
      return;
    }
    if (catalog.models().length === 0) await catalog.refresh();
    const policy = policyOf(offerId);
    if (policy) yield* byPolicy(policy, request, { ...facts, policy }, signal);
    else yield* byModel(offerId, request, facts, signal);
  };

  async function* byModel(offerId: string, request: AnswerRequest, facts: CallFacts, signal: AbortSignal) {
    const candidate = catalog.models().find(({ id }) => id === offerId);
    if (!candidate)
      throw new EndpointError(
        'unknownModel',
        `No configured endpoint offers ${offerId} any more: pick another model, or add its endpoint again.`,
      );
    yield* step(candidate, request, facts, signal);
  }

  async function* byPolicy(
    policy: PolicyName,
    request: AnswerRequest,
    facts: CallFacts,
    signal: AbortSignal,
  ): AsyncGenerator<ReplyPart, void, undefined> {
    const need = needOf(request, await countedInput(request));
    const choose = policy === 'frugal' ? chooseFrugal : chooseBest;
    const failed = new Set<string>();
    const route = () =>
      choose(
        catalog.models().filter(({ id }) => !failed.has(id)),
        need,
      );
    // What was down may have been started since; only a request that nothing else can take waits to know.
    if (!route().choice) await catalog.refresh();
    for (;;) {
      const chosen = route();
      if (!chosen.choice) throw new EndpointError('refused', chosen.reason);
      recordDecision(chosen, facts);
      let begun = false;
      try {
        for await (const part of step(chosen.choice, request, facts, signal)) {
          begun = true;
          yield part;
        }
        return;
      } catch (error) {
        failed.add(chosen.choice.id);
        const another = error instanceof EndpointError && TRY_NEXT.has(error.fault) && !begun && chosen.runnerUp;
        if (!another || failed.size >= MOST_TRIES) throw error;
      }
    }
  }

  async function* step(
    candidate: CatalogModel,
    request: AnswerRequest,
    facts: CallFacts,
    signal: AbortSignal,
  ): AsyncGenerator<ReplyPart, void, undefined> {
    const target = { ...candidate, price: candidate.price, priceBook: catalog.priceBook() };
    try {
      const onReported = (usage: Usage) => calibrate(candidate, request, inputTokens(usage));
      yield* runStep(target, request, facts, { ...ports, onReported }, signal);
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

  function recordDecision(route: RouteChoice<CatalogModel>, facts: CallFacts): void {
    if (!route.choice) return;
    ports.record([
      {
        kind: 'decision',
        callId: `decision:${ports.newId()}`,
        at: clock.now(),
        source: 'provider',
        facts,
        choice: route.choice.id,
        reason: route.reason,
        candidates: route.ranked
          .slice(0, 5)
          .map(({ candidate, nanoCredits, doubt }) => ({ id: candidate.id, nanoCredits, doubt })),
      },
    ]);
  }
}
