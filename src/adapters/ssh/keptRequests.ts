/** What is kept of requests while they can be signed, a file each: several windows and a restart see the same. */
import { mkdir, open, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { KeptRequest } from '../../core/gate/requestState.ts';

const NONCE = /^[0-9a-f]{32}$/;
/** Kept for so long after its end, so that it is refused by its reason. */
const AFTER_MS = 7 * 86_400_000;

export interface KeptRequests {
  keep(request: KeptRequest): Promise<void>;
  of(nonce: string): Promise<{ readonly kept: KeptRequest | undefined; readonly signedBy: string | undefined }>;
  /** False: it was used already, maybe by another window in this moment. */
  use(nonce: string, principal: string): Promise<boolean>;
  /** The latest open request for an action in a place. */
  open(digest: string, place: string, at: number): Promise<KeptRequest | undefined>;
}

export function keptRequests(folder: string): KeptRequests {
  const request = (nonce: string) => path.join(folder, `${nonce}.json`);
  const signed = (nonce: string) => path.join(folder, `${nonce}.signed`);

  async function read(nonce: string): Promise<KeptRequest | undefined> {
    return NONCE.test(nonce) ? keptRequest(await textOf(request(nonce))) : undefined;
  }

  async function all(at: number): Promise<readonly KeptRequest[]> {
    // Nothing was ever kept.
    const names = await readdir(folder).catch((): string[] => []);
    const found: KeptRequest[] = [];
    for (const [, nonce] of names.flatMap((name) => [/^([0-9a-f]{32})\.json$/.exec(name) ?? []])) {
      const kept = nonce === undefined ? undefined : await read(nonce);
      if (!kept) continue;
      if (at > kept.expires + AFTER_MS) {
        await Promise.all([request(kept.nonce), signed(kept.nonce)].map((file) => rm(file, { force: true })));
      } else found.push(kept);
    }
    return found;
  }

  return {
    async keep(kept) {
      await mkdir(folder, { recursive: true, mode: 0o700 });
      await writeFile(request(kept.nonce), JSON.stringify(kept), { mode: 0o600, flag: 'wx' });
    },
    async of(nonce) {
      if (!NONCE.test(nonce)) return { kept: undefined, signedBy: undefined };
      const [kept, signedBy] = await Promise.all([read(nonce), textOf(signed(nonce))]);
      return { kept, signedBy };
    },
    async use(nonce, principal) {
      try {
        const file = await open(signed(nonce), 'wx', 0o600);
        try {
          await file.writeFile(principal);
          await file.sync();
        } finally {
          await file.close();
        }
        return true;
      } catch (error) {
        if ((error as { code?: unknown }).code === 'EEXIST') return false;
        throw new Error('That the request is used could not be kept, so it doesn’t count: make room on the disk.', {
          cause: error,
        });
      }
    },
    async open(digest, place, at) {
      const fits = (await all(at)).filter(
        (kept) => kept.digest === digest && kept.place === place && kept.expires > at,
      );
      for (const kept of fits.sort((a, b) => b.expires - a.expires)) {
        if ((await textOf(signed(kept.nonce))) === undefined) return kept;
      }
      return undefined;
    },
  };
}

async function textOf(file: string): Promise<string | undefined> {
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    if ((error as { code?: unknown }).code === 'ENOENT') return undefined;
    throw error;
  }
}

/** Undefined: damaged, and so nothing that can be signed. */
function keptRequest(text: string | undefined): KeptRequest | undefined {
  try {
    const value = JSON.parse(text ?? 'null') as Partial<KeptRequest> | null;
    const { nonce, digest, textDigest, place, expires, since } = value ?? {};
    const strings = [nonce, digest, textDigest, place].every((each) => typeof each === 'string');
    const runTold = since === undefined || typeof since === 'number';
    return strings && typeof expires === 'number' && runTold ? (value as KeptRequest) : undefined;
  } catch {
    // Not JSON: written by something else, or cut off by a full disk.
    return undefined;
  }
}
