/** The text of a request; undefined: it is longer than that. Rejects where it breaks off. */
export async function boundedBody(request: Request, maxBytes: number): Promise<string | undefined> {
  if (!request.body) return '';
  const pieces: Uint8Array[] = [];
  let bytes = 0;
  for await (const piece of request.body as unknown as AsyncIterable<Uint8Array>) {
    bytes += piece.length;
    if (bytes > maxBytes) return undefined;
    pieces.push(piece);
  }
  return Buffer.concat(pieces).toString('utf8');
}
