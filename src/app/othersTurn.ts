/** Resolves once whatever else waits for this thread has had its turn. */
export function othersTurn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}

/** Long enough for a few steps, short enough that nobody notices a wait. */
const TURN_MS = 8;

/** For work in many small parts: called between them, it lets others have their turn once some milliseconds were worked. */
export function othersTurns({ elapsed }: { elapsed(): number }): () => Promise<void> {
  let begun = elapsed();
  return async () => {
    if (elapsed() - begun < TURN_MS) return;
    await othersTurn();
    begun = elapsed();
  };
}
