// `npm run -s decide -- NAME`: the product's own decisions, one JSON line in, one JSON line out for each question, in order, at
// once; everything else goes to standard error. scripts/decide/NAME.ts only calls what the extension calls.
import { existsSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { node24 } from './node24.mjs';
import { ensureDependencies, root, run } from './steps.mjs';

ensureDependencies();
const folder = path.join(root, 'scripts/decide');
const [name] = process.argv.slice(2);
const file = path.join(folder, `${name}.ts`);
if (!name || !existsSync(file)) {
  const names = readdirSync(folder).filter((entry) => entry.endsWith('.ts'));
  console.error(
    `Usage: npm run -s decide -- NAME, with NAME one of ${names.map((entry) => entry.slice(0, -3)).join(', ')}`,
  );
  process.exit(2);
}
// A line that can't be read is told on standard error and has no answer; the lines after it are answered.
const program = `
  import { createInterface } from 'node:readline';
  const { decider } = await import(${JSON.stringify(pathToFileURL(file).href)});
  const decide = decider();
  for await (const line of createInterface({ input: process.stdin })) {
    if (line.trim() === '') continue;
    try {
      const answer = decide(JSON.parse(line));
      if (answer !== undefined) process.stdout.write(JSON.stringify(answer) + '\\n');
    } catch (error) {
      console.error(error);
    }
  }
`;
process.exit(run(node24(), ['--disable-warning=ExperimentalWarning', '--input-type=module', '-e', program]));
