/** What the agent wrote, whole; 'tooLong' and 'late' where it doesn't end within its bounds. */
export type Input = Buffer | 'tooLong' | 'late';

/** Reads standard input to its end. What is too long is read on and thrown away: the agent is not to fail at writing. Never rejects. */
export function standardInput(maxBytes: number, patienceMs: number): Promise<Input> {
  return new Promise((resolve) => {
    const pieces: Buffer[] = [];
    let bytes = 0;
    const timer = setTimeout(() => done('late'), patienceMs);
    function done(input: Input): void {
      clearTimeout(timer);
      resolve(input);
    }
    process.stdin.on('data', (piece: Buffer) => {
      bytes += piece.length;
      if (bytes <= maxBytes) pieces.push(piece);
      else pieces.length = 0;
    });
    process.stdin.on('end', () => done(bytes > maxBytes ? 'tooLong' : Buffer.concat(pieces)));
    // Closed, or a folder: nothing was told.
    process.stdin.on('error', () => done(Buffer.alloc(0)));
  });
}
