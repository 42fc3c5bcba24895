/** How agents' settings call the launcher. */

/** Of a command, a script or an entry: that it is Marginal's. */
const OURS = /[\\/]\.marginal[\\/]hook(?:\.cmd)?(?![\w.])/;

export function isOurCommand(text: string): boolean {
  return OURS.test(text);
}

export type HookShell = 'sh' | 'cmd' | 'powershell';

/**
 * One command line. `decides`: it comes before a tool; should the launcher itself be gone, code 2 blocks the tool in every agent,
 * where any other failure lets it run.
 */
export function hookCommand(
  launcher: string,
  { agent, event, decides }: { readonly agent: string; readonly event: string; readonly decides: boolean },
  shell: HookShell,
): string {
  const words = `${agent} ${event}`;
  switch (shell) {
    case 'sh':
      return `${quoted(launcher)} ${words}${decides ? ' || exit 2' : ''}`;
    // The same words mean the same to a POSIX shell, in which some agents run hooks on Windows too.
    case 'cmd':
      return `"${launcher}" ${words}${decides ? ' || exit 2' : ''}`;
    case 'powershell':
      return `& '${launcher.replaceAll("'", "''")}' ${words}${decides ? '; if (-not $?) { exit 2 }' : ''}`;
  }
}

function quoted(path: string): string {
  return /^[\w@%+=:,./-]+$/.test(path) ? path : `'${path.replaceAll("'", `'\\''`)}'`;
}
