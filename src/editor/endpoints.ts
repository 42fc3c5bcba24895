/** The endpoints in use: those in settings, an Ollama found by itself, and the models that VS Code offers. */
import * as vscode from 'vscode';
import type { Catalog } from '../app/catalog.ts';
import { patiently } from '../app/patiently.ts';
import type { Clock, Endpoint } from '../ports.ts';
import type { EndpointKeys } from './secrets.ts';
import type { EndpointSetting, LiveSettings } from './settings.ts';

export interface EndpointParts {
  readonly catalog: Catalog;
  readonly settings: LiveSettings;
  readonly keys: EndpointKeys;
  readonly secrets: vscode.SecretStorage;
  readonly clock: Clock;
  /** Makes an endpoint of a setting; the key is asked for at each request. */
  readonly build: (setting: EndpointSetting, key: () => Promise<string | undefined>) => Promise<Endpoint>;
  /** Where Ollama would be. */
  readonly ollamaUrl: string;
  readonly log: (sentence: string) => void;
}

export interface Endpoints extends vscode.Disposable {
  /** Looks again for what has come or gone; resolves when the catalog has it. Never rejects. */
  refresh(olderThanMs: number): Promise<void>;
}

const PROBE_TIMEOUT_MS = 1_500;
/** How often endpoints are asked by themselves. */
const ROUND_MS = 60_000;
const SETTLE_MS = 2_000;
/** Lists of models older than this are asked for at a look: own servers come and go, clouds hardly change. */
const LOOK_AGE_MS = 10_000;
const CLOUD_AGE_MS = 15 * 60_000;
/** VS Code's own list waits for every provider; one that hangs must not hold up ours. */
const OFFERED_PATIENCE_MS = 10_000;

export function followEndpoints(parts: EndpointParts): Endpoints {
  const { catalog, settings, keys, build, log } = parts;
  let current: readonly Endpoint[] = [];
  // The first look comes a turn later: it evaluates the endpoints' modules, and VS Code waits for an activation.
  let working = new Promise<void>((resolve) => setImmediate(resolve));
  let lookedAt = Number.NEGATIVE_INFINITY;
  let settling: ReturnType<typeof setTimeout> | undefined;
  /** What VS Code was asked for last. */
  let latest: Promise<readonly Endpoint[]> | undefined;

  /** Sets the catalog's endpoints where they changed, or else asks the same ones again. */
  async function look(rebuild: boolean): Promise<void> {
    lookedAt = parts.clock.elapsed();
    const configured = rebuild
      ? await Promise.all(settings.value.endpoints.map(endpointOf))
      : current.filter(isConfigured);
    // VS Code may take seconds to list its own models: what is here doesn't wait for them.
    const asking = offeredByVscode();
    const own = [...configured, ...(await foundOllama())];
    const soon = [...own, ...current.filter(isOfVscode)];
    const isNew = rebuild || !sameEndpoints(soon, current);
    if (isNew) await use(soon);
    const next = [...own, ...(await asking)];
    if (!sameEndpoints(next, current)) await use(next);
    else if (!isNew) await catalog.refresh(LOOK_AGE_MS, CLOUD_AGE_MS);
  }

  async function use(endpoints: readonly Endpoint[]): Promise<void> {
    current = endpoints;
    await catalog.setEndpoints(endpoints);
  }

  function isConfigured({ id }: Endpoint): boolean {
    return settings.value.endpoints.some((setting) => setting.id === id);
  }

  function isOfVscode({ id }: Endpoint): boolean {
    return id.startsWith('vscode:');
  }

  function endpointOf(setting: EndpointSetting): Promise<Endpoint> {
    return build(setting, () => keys.get(setting.id, setting.url));
  }

  /** Ollama at its usual place, if it answers and isn't in settings by itself. */
  async function foundOllama(): Promise<Endpoint[]> {
    const { discoverOllama, endpoints } = settings.value;
    const origin = new URL(parts.ollamaUrl).origin;
    if (!discoverOllama || endpoints.some(({ id, url }) => id === 'ollama' || new URL(url).origin === origin))
      return [];
    const known = current.find(({ id }) => id === 'ollama');
    if (known) return [known];
    const endpoint = await build(
      { id: 'ollama', kind: 'ollama', url: parts.ollamaUrl, label: 'Ollama' },
      async () => undefined,
    );
    try {
      await endpoint.listModels(AbortSignal.timeout(PROBE_TIMEOUT_MS));
      return [endpoint];
    } catch {
      return []; // not there: nothing to show
    }
  }

  async function offeredByVscode(): Promise<readonly Endpoint[]> {
    if (!settings.value.useVscodeModels) return [];
    try {
      const { vscodeEndpoints } = await import('./vscodeModels.ts');
      const asked = vscodeEndpoints();
      latest = asked;
      const offered = await patiently(asked, OFFERED_PATIENCE_MS);
      if (offered) return offered;
      void asked.then((late) => useLate(asked, late)).catch(notListed);
      return current.filter(isOfVscode);
    } catch (error) {
      notListed(error);
      return [];
    }
  }

  function notListed(error: unknown): void {
    log(`VS Code's own models can't be listed: ${error instanceof Error ? error.message : String(error)}`);
  }

  /** Asking again would take as long again. */
  function useLate(asked: typeof latest, offered: readonly Endpoint[]): Promise<void> {
    return inTurn(async () => {
      if (asked !== latest || !settings.value.useVscodeModels) return;
      const next = [...current.filter((endpoint) => !isOfVscode(endpoint)), ...offered];
      if (!sameEndpoints(next, current)) await use(next);
    });
  }

  /** A while later, once for all that happens until then. */
  function lookSoon(): void {
    if (settling) return;
    settling = setTimeout(() => {
      settling = undefined;
      void again(false);
    }, SETTLE_MS);
  }

  function again(rebuild: boolean): Promise<void> {
    return inTurn(() => look(rebuild));
  }

  /** Never rejects. */
  function inTurn(work: () => Promise<void>): Promise<void> {
    working = working.then(work).catch((error: unknown) => {
      log(`Looking for endpoints failed: ${error instanceof Error ? error.message : String(error)}`);
    });
    return working;
  }

  void again(true);
  const round = setInterval(() => void again(false), ROUND_MS);
  const subscriptions = vscode.Disposable.from(
    settings.onDidChange(() => void again(true)),
    parts.secrets.onDidChange(() => void again(true)),
    // Our own changes come back here too: only after a while, and a look that finds nothing new fires nothing.
    vscode.lm.onDidChangeChatModels(lookSoon),
    {
      dispose() {
        latest = undefined;
        clearInterval(round);
        clearTimeout(settling);
      },
    },
  );
  return {
    async refresh(olderThanMs) {
      if (parts.clock.elapsed() - lookedAt >= olderThanMs) void again(false);
      await working;
      if (olderThanMs === 0) await catalog.refresh();
    },
    dispose: () => subscriptions.dispose(),
  };
}

function sameEndpoints(some: readonly Endpoint[], others: readonly Endpoint[]): boolean {
  return some.length === others.length && some.every(({ id }, index) => id === others[index]?.id);
}
