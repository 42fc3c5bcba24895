/** Text from outside, shown so that nothing in it hides. */
import { wholeNumber } from '../wholeNumber.ts';

/** Above so many spaces or empty lines in a row their number is told: they could push what follows out of sight. */
const MOST_SPACES = 16;
const MOST_EMPTY_LINES = 2;

/** Looks like nothing, or like a space that it isn't, though Unicode calls it a letter, a symbol or a mark. */
const BLANK = String.raw`[\u034f\u115f\u1160\u17b4\u17b5\u2800\u3164\ufe00-\ufe0f\uffa0\u{e0100}-\u{e01ef}]`;
/** Controls (but a line's end), what turns the reading direction or is invisible, half characters, spaces of other kinds. */
const HIDDEN = new RegExp(String.raw`[\p{Cc}\p{Cf}\p{Cs}\p{Co}\p{Cn}\p{Zl}\p{Zp}]|(?! )\p{Zs}|${BLANK}`, 'gu');

/** Each character that can't be seen stands as its number: `rm ⟨U+202E⟩txt`. */
export function visibleText(text: string): string {
  return text
    .replaceAll('\r\n', '\n')
    .replaceAll('\t', '    ')
    .replace(HIDDEN, (character) => (character === '\n' ? character : marked(character)))
    .replace(/ {2,}/g, (run) => (run.length > MOST_SPACES ? ` ⟨${wholeNumber(run.length)} spaces⟩ ` : run))
    .replace(/\n(?: *\n)+/g, (run) => {
      const empty = run.split('\n').length - 2;
      return empty > MOST_EMPTY_LINES ? `\n⟨${wholeNumber(empty)} empty lines⟩\n` : run;
    });
}

/** The same on one line. */
export function visibleLine(text: string): string {
  return visibleText(text.trim()).replace(/ *\n */g, ' ⏎ ');
}

function marked(character: string): string {
  return `⟨U+${(character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0')}⟩`;
}

/** Its beginning and its end, with `middle` in between, where it is longer than `most` characters; none is cut in two. */
export function shortened(text: string, most: number, middle = '…'): string {
  if (text.length <= most) return text;
  const characters = [...text];
  if (characters.length <= most) return text;
  const kept = Math.max(0, most - middle.length);
  const head = Math.ceil(kept / 2);
  return `${characters.slice(0, head).join('')}${middle}${characters.slice(characters.length - (kept - head)).join('')}`;
}
