// The README's tables of commands and settings, written from package.json between their markers.
// usage: node scripts/readme.mjs [--check]      --check: fails where the README is stale, and writes nothing
import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/** The README with its tables made anew. Throws, with the remedy, where a marker is missing. */
export function withTables(readme, manifest) {
  const { commands = [], configuration = [] } = manifest.contributes ?? {};
  return [
    ['commands', commandTable(commands)],
    ['settings', settingTable([configuration].flat())],
  ].reduce((text, [name, table]) => between(text, name, table), readme);
}

function between(text, name, table) {
  const [start, end] = [`<!-- ${name}:start -->`, `<!-- ${name}:end -->`];
  const [from, to] = [text.indexOf(start), text.indexOf(end)];
  if (from < 0 || to < from)
    throw new Error(`README.md has no place for its ${name}: put ${start} and ${end} into it.`);
  return `${text.slice(0, from + start.length)}\n${table}\n${text.slice(to)}`;
}

function commandTable(commands) {
  const rows = commands.map(({ command, category, title }) => [
    cell(category ? `${category}: ${title}` : title),
    code(command),
  ]);
  return table(['Command', 'Id'], rows);
}

function settingTable(sections) {
  const rows = sections.flatMap(({ properties = {} }) =>
    Object.entries(properties).map(([name, setting]) => [
      code(name),
      code(JSON.stringify(setting.default)),
      cell(setting.markdownDescription ?? setting.description ?? ''),
    ]),
  );
  return table(['Setting', 'Default', 'What it does'], rows);
}

function table(head, rows) {
  const lines = [head, head.map(() => '---'), ...rows].map((cells) => `| ${cells.join(' | ')} |`);
  return lines.join('\n');
}

function code(text) {
  return `\`${cell(text)}\``;
}

/** Text on one line, in which a bar doesn't end the cell. */
function cell(text) {
  return text.replace(/\s+/g, ' ').replaceAll('|', '\\|').trim();
}

function main() {
  const pathOf = (name) => fileURLToPath(new URL(`../${name}`, import.meta.url));
  const readme = readFileSync(pathOf('README.md'), 'utf8');
  const wanted = withTables(readme, JSON.parse(readFileSync(pathOf('package.json'), 'utf8')));
  if (wanted === readme) return;
  if (process.argv.includes('--check')) {
    console.error('The tables of README.md are stale: run `node scripts/readme.mjs` and commit what it writes.');
    process.exitCode = 1;
    return;
  }
  writeFileSync(pathOf('README.md'), wanted);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) main();
