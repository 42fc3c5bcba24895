/**
 * Text that comes in pieces. A string built with `+=` keeps every piece and a link to it, ten times the text's size where
 * the pieces are tokens; here they are joined as they come.
 */
export interface TextPieces {
  push(piece: string): void;
  /** Characters that were pushed, those beyond the limit included. */
  length(): number;
  /** What was pushed, up to the limit. */
  text(): string;
}

const JOINED_AT_ONCE = 1024;

/** Keeps the first `mostCharacters` of what is pushed. */
export function createTextPieces(mostCharacters: number): TextPieces {
  const joined: string[] = [];
  let pieces: string[] = [];
  let length = 0;

  function join(): void {
    if (pieces.length > 0) joined.push(pieces.join(''));
    pieces = [];
  }

  return {
    push(piece) {
      const room = mostCharacters - length;
      length += piece.length;
      if (room <= 0 || piece === '') return;
      pieces.push(piece.length > room ? piece.slice(0, room) : piece);
      if (pieces.length >= JOINED_AT_ONCE) join();
    },
    length: () => length,
    text() {
      join();
      return joined.join('');
    },
  };
}
