/** What a sed script runs and writes. Source: https://www.gnu.org/software/sed/manual/sed.html */

export interface SedScript {
  /** Commands that it gives to a shell; '' where a line of the input is the command. */
  readonly runs: readonly string[];
  readonly writes: readonly string[];
}

export function readSedScript(script: string): SedScript {
  const runs: string[] = [];
  const writes: string[] = [];
  let at = 0;
  const restOfLine = () => {
    const end = script.indexOf('\n', at);
    const rest = script.slice(at, end < 0 ? undefined : end);
    at = end < 0 ? script.length : end + 1;
    return rest.trim();
  };
  /** From a delimiter's place to behind its next one that isn't escaped. */
  const pastDelimiter = (delimiter: string) => {
    while (at < script.length && script[at] !== delimiter) at += script[at] === '\\' ? 2 : 1;
    at++;
  };
  while (at < script.length) {
    const char = script[at] ?? '';
    if (/[\s;{}!,\d$~+]/.test(char)) at++;
    else if (char === '/') {
      at++;
      pastDelimiter('/');
      while (/[IM]/.test(script[at] ?? '')) at++;
    } else if (char === '\\') {
      const delimiter = script[at + 1] ?? '';
      at += 2;
      pastDelimiter(delimiter);
    } else if (char === 's' || char === 'y') {
      const delimiter = script[at + 1] ?? '';
      at += 2;
      pastDelimiter(delimiter);
      pastDelimiter(delimiter);
      const flags = /^[gpiImMe\d]*/.exec(script.slice(at, at + 20))?.[0] ?? '';
      at += flags.length;
      if (char === 's' && flags.includes('e')) runs.push('');
      if (char === 's' && script[at] === 'w') {
        at++;
        writes.push(restOfLine());
      }
    } else if (/[aic]/.test(char)) {
      // What follows is text, as far as its lines end in a backslash.
      do restOfLine();
      while (script[at - 2] === '\\' && at < script.length);
    } else if (char === 'e') {
      at++;
      runs.push(restOfLine());
    } else if (char === 'w' || char === 'W') {
      at++;
      writes.push(restOfLine());
    } else if (/[rR:btT#lqQvF=]/.test(char)) {
      const end = /[;\n}]/.exec(script.slice(at))?.index;
      if (end === undefined || /[rR#]/.test(char)) restOfLine();
      else at += end;
    } else at++;
  }
  return { runs, writes };
}
