// Runs another program to its end, and says plainly why it failed.
import { spawn } from 'node:child_process';

/**
 * Resolves with the program's stdout; rejects with the last lines it wrote where it failed.
 * @param {string} program
 * @param {readonly string[]} args
 * @param {{ cwd?: string, env?: NodeJS.ProcessEnv, timeoutMs?: number }} [options]
 * @returns {Promise<string>}
 */
export function run(program, args, { cwd, env, timeoutMs = 15 * 60_000 } = {}) {
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, {
      cwd,
      env: env ?? process.env,
      stdio: ['ignore', 'pipe', 'pipe'],
      timeout: timeoutMs,
    });
    let stdout = '';
    let everything = '';
    child.stdout.on('data', (chunk) => {
      stdout += chunk;
      everything += chunk;
    });
    child.stderr.on('data', (chunk) => {
      everything += chunk;
    });
    child.on('error', (cause) => reject(new Error(`${program} could not be started: ${cause.message}`, { cause })));
    child.on('close', (code, signal) => {
      if (code === 0) return resolve(stdout);
      const lastLines = everything.trim().split('\n').slice(-15).join('\n');
      reject(new Error(`${program} ${args.join(' ')} ended with ${signal ?? code}:\n${lastLines}`));
    });
  });
}
