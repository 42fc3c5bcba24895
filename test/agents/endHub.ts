import { readdirSync, readFileSync } from 'node:fs';

/** Cline leaves a process of its own running: the one that was started in this run's working folder. */
export function endHub(work: string): void {
  if (process.platform !== 'linux') return;
  for (const id of readdirSync('/proc').filter((name) => /^\d+$/.test(name))) {
    const line = commandLineOf(id);
    if (line.includes('--cline-hub-daemon') && line.includes(work)) process.kill(Number(id));
  }
}

function commandLineOf(id: string): readonly string[] {
  try {
    return readFileSync(`/proc/${id}/cmdline`, 'utf8').split('\0');
  } catch {
    // It has ended meanwhile.
    return [];
  }
}
