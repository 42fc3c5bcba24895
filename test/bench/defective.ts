/**
 * How well text that gives orders to an agent is found: on the sets in test/fixtures/defective (the last one written after the
 * signs were fixed), on harmless texts, among them what the installed packages bring, and how long 200 kB take.
 */
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { defectiveText } from '../../src/core/gate/defectiveText.ts';

const ROOT = path.join(import.meta.dirname, '../..');
const FIXTURES = path.join(ROOT, 'test/fixtures/defective');
const PERMISSIVE = /^\(?(?:MIT|ISC|Apache-2\.0|BSD|0BSD|BlueOak|CC0|Unlicense)/;
const DOCUMENT = /^(?:readme|changelog|history|licen[cs]e|security|contributing)/i;
const TIMED_CHARS = 200_000;
const ROUNDS = 40;

/** Returns the keys of the benchmark's line. */
export async function run() {
  const known = ['a', 'b', 'c'].flatMap((name) => injections(name));
  const heldOut = injections('d');
  const own = (JSON.parse(readFileSync(path.join(FIXTURES, 'benign.json'), 'utf8')) as string[][]).map(
    ([, text = '']) => text,
  );
  const packages = packageTexts();
  const benign = [...own, ...packages];
  const alarms = benign.filter(isFound).length;
  const found = heldOut.filter(isFound).length;
  const missed = heldOut.filter((text) => !isFound(text));
  for (const text of missed) console.log(`missed: ${text.slice(0, 120)}`);
  const times = timed(packages.join('\n'));
  return {
    injections: known.length + heldOut.length,
    recallKnown: share(known.filter(isFound).length, known.length),
    recallHeldOut: share(found, heldOut.length),
    heldOut: heldOut.length,
    benign: benign.length,
    falseAlarms: share(alarms, benign.length),
    precisionHeldOut: share(found, found + alarms),
    p50Ms: times.at(Math.floor(times.length / 2)),
    worstMs: times.at(-1),
    chars: TIMED_CHARS,
  };
}

const isFound = (text: string) => defectiveText(text) !== undefined;
const share = (part: number, all: number) => (all === 0 ? undefined : Math.round((part / all) * 1000) / 1000);

function injections(name: string): readonly string[] {
  const rows = JSON.parse(readFileSync(path.join(FIXTURES, `injections-${name}.json`), 'utf8')) as string[][];
  return rows.map(([, , text = '']) => text);
}

/** What is documentation in the installed packages. */
function packageTexts(): readonly string[] {
  const modules = path.join(ROOT, 'node_modules');
  const names = readdirSync(modules)
    .filter((name) => !name.startsWith('.'))
    .flatMap((name) =>
      name.startsWith('@') ? readdirSync(path.join(modules, name)).map((each) => `${name}/${each}`) : [name],
    );
  return names.flatMap((name) => {
    const folder = path.join(modules, name);
    const files = filesOf(folder);
    if (!files.includes('package.json')) return [];
    const { license } = JSON.parse(readFileSync(path.join(folder, 'package.json'), 'utf8')) as { license?: unknown };
    if (typeof license !== 'string' || !PERMISSIVE.test(license)) return [];
    return files.filter((file) => DOCUMENT.test(file)).map((file) => readFileSync(path.join(folder, file), 'utf8'));
  });
}

function filesOf(folder: string): readonly string[] {
  return readdirSync(folder, { withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map(({ name }) => name);
}

/** Milliseconds for 200 kB, ascending, at different places of a long text; the first rounds warm up and don't count. */
function timed(text: string): readonly number[] {
  const times: number[] = [];
  for (let round = 0; round < ROUNDS; round += 1) {
    const from = (round * TIMED_CHARS) % Math.max(1, text.length - TIMED_CHARS);
    const part = text.slice(from, from + TIMED_CHARS);
    const began = performance.now();
    defectiveText(part);
    if (round >= ROUNDS / 4) times.push(Math.round((performance.now() - began) * 100) / 100);
  }
  return times.sort((a, b) => a - b);
}
