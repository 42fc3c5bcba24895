import { readFileSync } from 'node:fs';

export const IRREVERSIBLE = commands('irreversible');
export const DEPLOY = commands('deploy');
export const COMMIT = commands('commit');
export const HARMLESS = commands('harmless');

function commands(name: string): readonly string[] {
  const text = readFileSync(new URL(`../../fixtures/shellCommands/${name}.txt`, import.meta.url), 'utf8');
  return text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => line.replaceAll('\\n', '\n'));
}
