import type { TwoPeopleRequest } from './twoPeople.ts';

/** What is kept of a request while it can be signed: nothing of what it asks for but digests. */
export interface KeptRequest {
  readonly nonce: string;
  /** SHA-256 of the action, hexadecimal. */
  readonly digest: string;
  /** SHA-256 of the request's canonical form, hexadecimal. */
  readonly textDigest: string;
  /** Which repository it was made in: its git folder, or a folder in none. */
  readonly place: string;
  /** Epoch ms. */
  readonly expires: number;
  /** When the run began, epoch ms: who became a signer since doesn't count. undefined: not told. */
  readonly since?: number;
}

/** A request is open until it is signed or its time is over; what doesn't fit leaves it open. */
export type RequestState =
  | { readonly kind: 'open' }
  | { readonly kind: 'signed'; readonly principal: string }
  | { readonly kind: 'expired' };

export function requestState(kept: KeptRequest, signedBy: string | undefined, at: number): RequestState {
  if (signedBy !== undefined) return { kind: 'signed', principal: signedBy };
  return at >= kept.expires ? { kind: 'expired' } : { kind: 'open' };
}

/** Why a signature of a request can't count, whoever made it; a sentence. Undefined: it may. */
export function requestObjection(about: {
  /** What was kept under its number; undefined: nothing. */
  readonly kept: KeptRequest | undefined;
  readonly signedBy: string | undefined;
  readonly request: TwoPeopleRequest;
  readonly textDigest: string;
  readonly place: string;
  readonly at: number;
}): string | undefined {
  const { kept, request } = about;
  if (!kept) return 'This request was not made here: let the agent ask again, and send the new request.';
  if (kept.textDigest !== about.textDigest || kept.digest !== request.digest)
    return 'The request is not the one that was made: it was changed. Send the request again, as it is.';
  if (kept.place !== about.place) return 'The request was made in another repository: it counts there only.';
  const state = requestState(kept, about.signedBy, about.at);
  switch (state.kind) {
    case 'open':
      return undefined;
    case 'signed':
      return `The request was signed by ${state.principal} and used before: each counts once. Let the agent ask again.`;
    case 'expired':
      return 'The request’s time is over: let the agent ask again, and send the new request.';
  }
}
