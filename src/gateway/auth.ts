/** Who may ask: programs of this user that could read the token, and no web page. */
import { createHash, timingSafeEqual } from 'node:crypto';

export interface Secrets {
  /** That 127.0.0.1 listens on. */
  readonly port: number;
  readonly token: string;
}

/** The status that refuses a request; undefined: it may go on. */
export function refusalOf(headers: Headers, { port, token }: Secrets): 401 | 403 | undefined {
  // A page that a name was bound anew for, to reach what listens here, sends that name.
  if (headers.get('host') !== `127.0.0.1:${port}`) return 403;
  // Browsers say where a page is from; hooks don't.
  if (headers.has('origin') || headers.has('sec-fetch-site')) return 403;
  const [, shown = ''] = /^Bearer (.+)$/.exec(headers.get('authorization') ?? '') ?? [];
  return same(shown, token) ? undefined : 401;
}

/** Takes as long whatever is shown. */
function same(shown: string, token: string): boolean {
  return timingSafeEqual(digest(shown), digest(token));
}

function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}
