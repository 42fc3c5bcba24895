// `npm run bench -- NAME [--data FILE]`: runs test/bench/NAME.ts on Node 24; the last line is its result as JSON.
import { existsSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { node24 } from './node24.mjs';
import { ensureDependencies, root, run } from './steps.mjs';

ensureDependencies();
const [name, ...options] = process.argv.slice(2);
const file = path.join(root, 'test/bench', `${name}.ts`);
if (!name || !existsSync(file)) {
  const names = readdirSync(path.join(root, 'test/bench')).filter((entry) => entry.endsWith('.ts'));
  console.error(
    `Usage: npm run bench -- NAME [--data FILE], with NAME one of ${names.map((entry) => entry.slice(0, -3)).join(', ')}`,
  );
  process.exit(2);
}
const data = options[0] === '--data' ? options[1] : undefined;
const program = `
  const { run } = await import(${JSON.stringify(pathToFileURL(file).href)});
  const result = await run({ data: ${JSON.stringify(data)} });
  process.stdout.write(JSON.stringify(result) + '\\n', () => process.exit(0));
`;
process.exit(
  run(node24(), ['--disable-warning=ExperimentalWarning', '--expose-gc', '--input-type=module', '-e', program]),
);
