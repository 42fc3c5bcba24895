#!/usr/bin/env node
// Stands in for `copilot --headless --stdio`: answers one framed request as its environment says, and notes how it ended.
import { writeFileSync } from 'node:fs';

const { ANSWER = '', ARGUMENTS_FILE } = process.env;
if (ARGUMENTS_FILE)
  writeFileSync(ARGUMENTS_FILE, JSON.stringify({ arguments: process.argv.slice(2), pid: process.pid }));
if (ANSWER === 'exit') process.exit(3);
if (ANSWER === 'flood') setInterval(() => process.stdout.write('x'.repeat(65_536)), 1);
process.stdin.once('data', () => {
  if (ANSWER === 'silence' || ANSWER === 'flood') return;
  const body = ANSWER;
  process.stdout.write(`Content-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`);
});
process.stdin.on('end', () => process.exit(0));
if (ANSWER === 'silence') setInterval(() => {}, 1_000);
