/** Calls across a message port: an object with async methods on one side, its typed mirror on the other. */

/** What a port of worker_threads offers; the smallest part that is needed. */
export interface MessageChannelEnd {
  postMessage(message: unknown): void;
  on(event: 'message', listener: (message: unknown) => void): unknown;
}

type Call = { readonly kind: 'call'; readonly id: number; readonly method: string; readonly parameters: unknown[] };
type Answer =
  | { readonly kind: 'result'; readonly id: number; readonly value: unknown }
  | { readonly kind: 'error'; readonly id: number; readonly message: string };
type Notice = { readonly kind: 'notice'; readonly notice: unknown };

// biome-ignore lint/suspicious/noExplicitAny: a method's parameters are checked where it is called, by its own type
type Methods<Api> = { readonly [Name in keyof Api]: (...parameters: any[]) => Promise<unknown> };

/** Answers calls on `port` with `api`; a rejected call carries its message only. Returns how to send a notice. */
export function serveApi<Api extends Methods<Api>>(port: MessageChannelEnd, api: Api): (notice: unknown) => void {
  port.on('message', async (message) => {
    const call = message as Call;
    if (call.kind !== 'call') return;
    try {
      const method = (api as Record<string, (...parameters: unknown[]) => Promise<unknown>>)[call.method];
      if (!method) throw new Error(`No method ${call.method}.`);
      port.postMessage({ kind: 'result', id: call.id, value: await method(...call.parameters) } satisfies Answer);
    } catch (error) {
      port.postMessage({ kind: 'error', id: call.id, message: messageOf(error) } satisfies Answer);
    }
  });
  return (notice) => port.postMessage({ kind: 'notice', notice } satisfies Notice);
}

/** The other side: `api` sends calls, `fail` rejects all that wait (the other side is gone). */
export interface RemoteApi<Api> {
  readonly api: Api;
  fail(reason: Error): void;
}

/** Mirrors the api served at the other end of `port`. */
export function connectApi<Api extends Methods<Api>>(
  port: MessageChannelEnd,
  onNotice: (notice: unknown) => void,
): RemoteApi<Api> {
  let lastId = 0;
  const waiting = new Map<number, { resolve: (value: unknown) => void; reject: (error: Error) => void }>();
  port.on('message', (message) => {
    const answer = message as Answer | Notice;
    if (answer.kind === 'notice') return onNotice(answer.notice);
    const call = waiting.get(answer.id);
    waiting.delete(answer.id);
    if (answer.kind === 'result') call?.resolve(answer.value);
    else call?.reject(new Error(answer.message));
  });
  const api = new Proxy({} as object, {
    get: (_target, method) =>
      // a promise that resolves to the api must not take it for a promise
      method === 'then' || typeof method === 'symbol'
        ? undefined
        : (...parameters: unknown[]) =>
            new Promise((resolve, reject) => {
              const id = ++lastId;
              waiting.set(id, { resolve, reject });
              port.postMessage({ kind: 'call', id, method, parameters } satisfies Call);
            }),
  }) as Api;
  return {
    api,
    fail(reason) {
      for (const call of waiting.values()) call.reject(reason);
      waiting.clear();
    },
  };
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
