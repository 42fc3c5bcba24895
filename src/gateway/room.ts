/** Room for what callers have sent, in bytes: whoever finds none waits for its turn with its call unread. */
export interface Room {
  /**
   * Resolves when there is room, to what gives it back; the first that came is the first to get some. What is small always has
   * room: it is as little as what the socket holds of it anyway, and a quick answer isn't to wait behind long ones. Rejects when
   * `signal` aborts first.
   */
  enter(bytes: number, signal: AbortSignal): Promise<() => void>;
}

/** `most` bytes in all, besides those of at most `small`. One that is longer than all of it gets it when nobody else has some. */
export function createRoom({ most, small }: { readonly most: number; readonly small: number }): Room {
  let taken = 0;
  let waiting: readonly { readonly bytes: number; readonly go: () => void }[] = [];

  function taking(bytes: number): () => void {
    taken += bytes;
    let left = false;
    return () => {
      if (left) return;
      left = true;
      taken -= bytes;
      next();
    };
  }

  function next(): void {
    for (let [first] = waiting; first && (taken === 0 || taken + first.bytes <= most); [first] = waiting) first.go();
  }

  return {
    async enter(bytes, signal) {
      signal.throwIfAborted();
      if (bytes <= small) return () => {};
      return new Promise((resolve, reject) => {
        const leave = () => {
          waiting = waiting.filter((each) => each !== mine);
          signal.removeEventListener('abort', giveUp);
        };
        const giveUp = () => {
          leave();
          reject(signal.reason);
          next();
        };
        const mine = {
          bytes,
          go() {
            leave();
            resolve(taking(bytes));
          },
        };
        waiting = [...waiting, mine];
        signal.addEventListener('abort', giveUp, { once: true });
        next();
      });
    },
  };
}
