/**
 * Keys of endpoints, in VS Code's SecretStorage and nowhere else. A key belongs to the origin it was given for: an
 * endpoint whose URL has been changed to another host doesn't get it.
 */
import type * as vscode from 'vscode';

export interface EndpointKeys {
  get(endpointId: string, url: string): Promise<string | undefined>;
  set(endpointId: string, url: string, key: string): Promise<void>;
  delete(endpointId: string): Promise<void>;
}

export function endpointKeys(secrets: vscode.SecretStorage): EndpointKeys {
  return {
    async get(endpointId, url) {
      const stored = await secrets.get(nameOf(endpointId));
      if (!stored) return undefined;
      try {
        const { origin, key } = JSON.parse(stored) as { origin?: unknown; key?: unknown };
        return origin === new URL(url).origin && typeof key === 'string' ? key : undefined;
      } catch {
        // written by something else: as good as no key, and the endpoint will say what to do
        return undefined;
      }
    },
    async set(endpointId, url, key) {
      await secrets.store(nameOf(endpointId), JSON.stringify({ origin: new URL(url).origin, key }));
    },
    async delete(endpointId) {
      await secrets.delete(nameOf(endpointId));
    },
  };
}

function nameOf(endpointId: string): string {
  return `marginal.key.${endpointId}`;
}
