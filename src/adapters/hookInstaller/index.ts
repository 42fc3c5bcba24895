/** Puts Marginal's hooks into agents' settings and takes them out again; see docs/agents.md for what each agent reads. */
import { stat } from 'node:fs/promises';
import path from 'node:path';
import { applyEdits } from 'jsonc-parser';
import type { GuardedAgent } from '../../core/hooks/hookCall.ts';
import { isOurCommand } from '../../core/hooks/install/hookCommand.ts';
import type { AgentGuard, AgentGuards, Clock, GuardChange, GuardStep } from '../../ports.ts';
import { type GuardEnvironment, type GuardFile, type GuardPlace, guardPlaces, OWN_FILE } from './guardFiles.ts';
import { digestOf, type Installed, type InstalledFile, readInstalled, writeInstalled } from './installed.ts';
import { hasEntries, isBare, ourCommands, type Rewritten, withEntries, withoutEntries } from './jsonHooks.ts';
import { programOnPath } from './programOnPath.ts';
import { readSettings, removeSettings, writeSettings } from './settingsFile.ts';
import { whatTurnsHooksOff } from './turnedOff.ts';

export interface HookInstallerParts extends GuardEnvironment {
  readonly clock: Pick<Clock, 'now'>;
}

interface Step extends GuardChange {
  readonly undo: Rewritten['undo'];
}

export function hookInstaller(parts: HookInstallerParts): AgentGuards {
  const { home, env, platform, clock } = parts;
  const places = guardPlaces(parts);

  async function look(): Promise<readonly AgentGuard[]> {
    const installed = await readInstalled(home);
    return Promise.all(
      places.map(async (place): Promise<AgentGuard> => {
        const { agent, files } = place;
        const [present, states, off] = await Promise.all([
          isPresent(place, env, platform),
          Promise.all(files.map(stateOf)),
          whatTurnsHooksOff(agent, place.folders),
        ]);
        const times = files.flatMap(({ file }) => installed[file]?.at ?? []);
        const unreadable = states.find((state) => state.problem !== undefined)?.problem;
        const problem = unreadable ?? off ?? (files.length === 0 ? 'Its hooks aren’t known on Windows.' : undefined);
        const all = new Set(states.map(({ state }) => state));
        const state = all.size === 1 ? (states[0]?.state ?? 'off') : all.size === 0 ? 'off' : 'changed';
        return {
          agent,
          present,
          state,
          ...(state !== 'off' && times.length > 0 && { since: Math.min(...times) }),
          files: files.map(({ file }) => file),
          ...(problem !== undefined && { problem }),
        };
      }),
    );
  }

  async function steps(agents: readonly GuardedAgent[], then: GuardStep): Promise<readonly Step[]> {
    const installed = await readInstalled(home);
    const all: Step[] = [];
    for (const { agent, files } of places.filter((place) => agents.includes(place.agent)))
      for (const file of files) {
        const before = await readSettings(file.file);
        const { text: after, undo } =
          then === 'guard' ? guarded(file, before) : left(file, before, installed[file.file]);
        if (after !== before) all.push({ agent, file: file.file, before, after, undo });
      }
    return all;
  }

  return {
    look,
    plan: async (agents, then) => (await steps(agents, then)).map(({ undo: _, ...change }) => change),
    async apply(agents, then, agreed) {
      const found = await steps(agents, then);
      const changed = agreed.find((change) => !found.some((step) => isSame(change, step)));
      const added = found.find((step) => !agreed.some((change) => isSame(change, step)));
      if (changed ?? added)
        throw new Error(
          `${(changed ?? added)?.file} has changed meanwhile: look at the change again. Nothing was written.`,
        );
      // Last in, first out: a folder that was made for the first of them is empty then.
      for (const step of then === 'leave' ? found.toReversed() : found) {
        const known = (await readInstalled(home))[step.file];
        if (step.after === undefined) await removeSettings(step.file, known?.madeFolder);
        else {
          const isScript = places.some(({ files }) =>
            files.some(({ file, kind }) => file === step.file && kind === 'script'),
          );
          const madeFolder = await writeSettings(step.file, step.after, isScript ? 0o755 : 0o600);
          if (then === 'guard') await remember(step, known, madeFolder);
        }
        if (then === 'leave') await forget(step.file);
      }
    },
  };

  /** The way back of an update goes on with that of what it replaced, if nobody changed the file between. */
  async function remember(step: Step, known: InstalledFile | undefined, madeFolder: string | undefined): Promise<void> {
    const goesOn = known !== undefined && step.before !== undefined && known.digest === digestOf(step.before);
    // With no way back our entries are taken out by edits.
    const isFirst = step.before === undefined || !isOurCommand(step.before);
    if (!goesOn && !isFirst) return forget(step.file);
    const folder = madeFolder ?? (goesOn ? known.madeFolder : undefined);
    await writeInstalled(home, {
      ...(await readInstalled(home)),
      [step.file]: {
        at: goesOn ? known.at : clock.now(),
        digest: digestOf(step.after ?? ''),
        undo: [...step.undo, ...(goesOn ? known.undo : [])],
        created: goesOn ? known.created : step.before === undefined,
        ...(folder !== undefined && { madeFolder: folder }),
      },
    });
  }

  async function forget(file: string): Promise<void> {
    const { [file]: _, ...rest }: Installed = await readInstalled(home);
    await writeInstalled(home, rest);
  }
}

interface Planned {
  readonly text: string | undefined;
  readonly undo: Rewritten['undo'];
}

function guarded(file: GuardFile, before: string | undefined): Planned {
  if (file.kind === 'settings')
    return withEntries(before, file.entries, { file: file.file, ...(file.fields && { fields: file.fields }) });
  if (before !== undefined && !isOurCommand(before))
    throw new Error(`${file.file} is a hook of yours: give it the ending .sh, then try again. Nothing was changed.`);
  return { text: file.text, undo: [] };
}

function left(file: GuardFile, before: string | undefined, known: InstalledFile | undefined): Planned {
  if (before === undefined) return { text: undefined, undo: [] };
  if (file.kind === 'script') return { text: isOurCommand(before) ? undefined : before, undo: [] };
  if (known && known.digest === digestOf(before))
    return {
      text: known.created ? undefined : known.undo.reduce((text, edit) => applyEdits(text, [edit]), before),
      undo: [],
    };
  const { text } = withoutEntries(before, file.file);
  // Only what we put there is left in a file that we made.
  const isOurFile = known?.created ?? path.basename(file.file) === OWN_FILE;
  const isNothing = text !== before && isOurFile && isBare(text, file.fields);
  return { text: isNothing ? undefined : text, undo: [] };
}

async function stateOf(file: GuardFile): Promise<{ state: AgentGuard['state']; problem?: string }> {
  try {
    const text = await readSettings(file.file);
    if (text === undefined) return { state: 'off' };
    if (file.kind === 'script') return { state: text === file.text ? 'on' : isOurCommand(text) ? 'changed' : 'off' };
    if (ourCommands(text, file.file) === 0) return { state: 'off' };
    return { state: hasEntries(text, file.entries) ? 'on' : 'changed' };
  } catch (error) {
    return { state: 'off', problem: asProblem(error) };
  }
}

/** Where nothing was about to be written, nothing need be said of it. */
function asProblem(error: unknown): string {
  return (error instanceof Error ? error.message : String(error))
    .replace(/ Nothing was changed\.$/, '')
    .replace(/, then try again\.$/, '.');
}

function isSame(a: GuardChange, b: GuardChange): boolean {
  return a.file === b.file && a.before === b.before && a.after === b.after;
}

async function isPresent(
  { folders, programs }: GuardPlace,
  env: Readonly<Record<string, string | undefined>>,
  platform: NodeJS.Platform,
): Promise<boolean> {
  const found = await Promise.all([
    ...folders.map((folder) =>
      stat(folder).then(
        (stats) => stats.isDirectory(),
        () => false,
      ),
    ),
    ...programs.map(async (name) => (await programOnPath(name, env, platform)) !== undefined),
  ]);
  return found.includes(true);
}
