/** The endpoints' models with their prices and health, kept fresh; one list that picker, policies and dashboard share. */
import type { ModelInfo } from '../core/chat.ts';
import { EndpointError } from '../core/endpointError.ts';
import type { Candidate } from '../core/route/candidate.ts';
import type { Clock, Endpoint, WorkerApi } from '../ports.ts';

/** A model that may be picked or chosen. */
export interface CatalogModel extends Candidate {
  /** Unique among all endpoints: the picker's id. */
  readonly id: string;
  readonly endpoint: Endpoint;
  readonly price: Candidate['price'] | undefined;
}

export interface EndpointHealth {
  readonly endpoint: Endpoint;
  readonly state: 'checking' | 'ok' | 'down';
  /** What is wrong and what to do about it, when down. */
  readonly sentence: string | undefined;
  readonly models: number;
  /** How long the endpoint took to list its models. */
  readonly latencyMs: number | undefined;
  readonly checkedAt: number | undefined;
}

export interface Catalog {
  /** Every model of every endpoint, in the order of the settings; those of an endpoint that is down stay listed. */
  models(): readonly CatalogModel[];
  health(): readonly EndpointHealth[];
  priceBook(): string;
  setEndpoints(endpoints: readonly Endpoint[]): Promise<void>;
  /**
   * Asks the endpoints whose list is older than `olderThanMs`, or `cloudOlderThanMs` for those that aren't own hardware
   * (all by default). Never rejects.
   */
  refresh(olderThanMs?: number, cloudOlderThanMs?: number): Promise<void>;
  /** Asks one endpoint now. Never rejects. */
  check(endpointId: string): Promise<void>;
  /** A request to this model failed or succeeded: its health and its endpoint's follow without asking. */
  observe(modelId: string, error: EndpointError | undefined): void;
  /** Called after any change; returns how to stop. */
  onDidChange(listener: () => void): () => void;
}

export interface CatalogPorts {
  readonly clock: Clock;
  readonly describer: Pick<WorkerApi, 'describeModels'>;
}

const LIST_TIMEOUT_MS = 5_000;
/** How long a model is passed over after a fault, where the endpoint names no time. */
const TROUBLE_MS = 60_000;
const LONGEST_TROUBLE_MS = 3_600_000;

interface Shelf {
  readonly endpoint: Endpoint;
  health: EndpointHealth;
  models: readonly CatalogModel[];
  asking: Promise<void> | undefined;
  /** By a model's id: why it can't be had, and until when (by the clock that never jumps). */
  readonly troubles: Map<string, { readonly what: string; readonly until: number }>;
}

export function createCatalog({ clock, describer }: CatalogPorts): Catalog {
  let shelves: Shelf[] = [];
  let priceBook = '';
  const listeners = new Set<() => void>();

  function changed(): void {
    for (const listener of listeners) listener();
  }

  function setHealth(shelf: Shelf, change: Partial<EndpointHealth>): void {
    shelf.health = { ...shelf.health, ...change };
  }

  async function ask(shelf: Shelf): Promise<void> {
    const { endpoint } = shelf;
    const startedAt = clock.elapsed();
    try {
      const listed = await endpoint.listModels(AbortSignal.timeout(LIST_TIMEOUT_MS));
      const latencyMs = clock.elapsed() - startedAt;
      shelf.models = await described(endpoint, listed);
      setHealth(shelf, { state: 'ok', sentence: undefined, models: listed.length, latencyMs, checkedAt: clock.now() });
    } catch (error) {
      const sentence = error instanceof EndpointError ? error.message : `${endpoint.label} could not list its models.`;
      setHealth(shelf, { state: 'down', sentence, latencyMs: undefined, checkedAt: clock.now() });
    }
  }

  /** The listed models with prices and public facts; without them where the worker can't be asked. */
  async function described(endpoint: Endpoint, listed: readonly ModelInfo[]): Promise<readonly CatalogModel[]> {
    const queries = listed.map((model) => ({
      model,
      provider: endpoint.provider,
      local: endpoint.local && !model.remoteHost,
    }));
    const answer = await describer.describeModels(queries).catch(() => undefined);
    if (answer) priceBook = answer.priceBook;
    return queries.map(({ model, local }, index) => ({
      id: `${endpoint.id}/${model.name}`,
      endpoint,
      endpointId: endpoint.id,
      endpointLabel: endpoint.label,
      local,
      demo: endpoint.demo,
      model: answer?.models[index]?.model ?? model,
      price: answer?.models[index]?.price,
      strength: answer?.models[index]?.strength,
    }));
  }

  /** Asks each, joining in where one is being asked already. */
  async function askAll(due: readonly Shelf[]): Promise<void> {
    const before = shelves;
    if (due.length === 0) return;
    await Promise.all(
      due.map((shelf) => {
        shelf.asking ??= ask(shelf).finally(() => {
          shelf.asking = undefined;
        });
        return shelf.asking;
      }),
    );
    if (shelves === before) changed();
  }

  return {
    models: () =>
      shelves.flatMap(({ models, health, troubles }) =>
        models.map((model) => ({
          ...model,
          healthy: health.state !== 'down',
          trouble: troubleNow(troubles, model.id),
        })),
      ),
    health: () => shelves.map((shelf) => shelf.health),
    priceBook: () => priceBook,

    async setEndpoints(endpoints) {
      const before = new Map(shelves.map((shelf) => [shelf.endpoint.id, shelf.models]));
      shelves = endpoints.map((endpoint) => ({
        endpoint,
        // Until the new endpoint has answered, the picker keeps what its namesake offered.
        models: (before.get(endpoint.id) ?? []).map((model) => ({ ...model, endpoint, endpointLabel: endpoint.label })),
        asking: undefined,
        troubles: new Map(),
        health: {
          endpoint,
          state: 'checking',
          sentence: undefined,
          models: 0,
          latencyMs: undefined,
          checkedAt: undefined,
        },
      }));
      changed();
      await this.refresh();
    },

    refresh: (olderThanMs = 0, cloudOlderThanMs = olderThanMs) =>
      askAll(
        shelves.filter(({ endpoint, health }) => {
          const ageMs = clock.now() - (health.checkedAt ?? 0);
          return ageMs >= (endpoint.local ? olderThanMs : cloudOlderThanMs);
        }),
      ),

    check: (endpointId) => askAll(shelves.filter(({ endpoint }) => endpoint.id === endpointId)),

    observe(modelId, error) {
      const shelf = shelves.find(({ models }) => models.some(({ id }) => id === modelId));
      if (!shelf) return;
      const before = JSON.stringify([shelf.health.state, shelf.health.sentence, [...shelf.troubles.keys()]]);
      if (error === undefined) {
        shelf.troubles.delete(modelId);
        setHealth(shelf, { state: 'ok', sentence: undefined });
      } else if (isOfEndpoint(error)) {
        setHealth(shelf, { state: 'down', sentence: error.message, checkedAt: clock.now() });
      } else if (error.fault in TROUBLES) {
        const lifeMs = Math.min((error.retryAfterSeconds ?? 0) * 1000 || TROUBLE_MS, LONGEST_TROUBLE_MS);
        shelf.troubles.set(modelId, { what: TROUBLES[error.fault] ?? '', until: clock.elapsed() + lifeMs });
        // Whoever answers with a status is there, and a key that was refused before is taken by now.
        setHealth(shelf, { sentence: error.message, ...(error.status === undefined ? {} : { state: 'ok' }) });
      }
      if (before !== JSON.stringify([shelf.health.state, shelf.health.sentence, [...shelf.troubles.keys()]])) changed();
    },

    onDidChange(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };

  function troubleNow(troubles: Shelf['troubles'], modelId: string): string | undefined {
    const trouble = troubles.get(modelId);
    if (trouble && trouble.until > clock.elapsed()) return trouble.what;
    troubles.delete(modelId);
    return undefined;
  }
}

/** Whether a fault is about the whole endpoint: nobody is there, or the key is not taken (403 may be about one model). */
function isOfEndpoint({ fault, status }: EndpointError): boolean {
  return fault === 'unreachable' || (fault === 'unauthorized' && status !== 403);
}

/** Faults that may be about one model: a policy passes it over for a while. */
const TROUBLES: Readonly<Partial<Record<EndpointError['fault'], string>>> = {
  quota: 'out of quota just now',
  unauthorized: 'not allowed with this key',
  serverError: 'failed just now',
  timeout: 'too slow just now',
  unknownModel: 'not there just now',
};
