/**
 * Many hooks in a process of their own, so that none waits for what the window's does: told a window and the bodies of their
 * calls, it asks all at once and tells what each got: the agent's words, or why there was no answer (its hook then denies).
 */
import { askWindow } from '../../src/hook/askWindow.ts';
import type { FoundWindow } from '../../src/hook/windowFiles.ts';

const PATIENCE_MS = 100_000;

process.on('message', async ({ window, bodies }: { window: FoundWindow; bodies: readonly string[] }) => {
  process.send?.(await Promise.all(bodies.map((body) => told(window, Buffer.from(body)))));
});

export async function told(window: FoundWindow, body: Buffer): Promise<string> {
  const asked = await askWindow(window, '/hooks/claude-code/PreToolUse', body, PATIENCE_MS);
  return asked.kind === 'answered' ? asked.reply.stdout : asked.kind;
}
