/** Programs that the developer has allowed, by workspace: rebuilt from what the ledger has of the gate's decisions. */
import { isWithin } from '../../core/ledger/folders.ts';
import type { Clock, LedgerStore } from '../../ports.ts';
import type { KnownPrograms } from './gateParts.ts';

export interface KnownProgramsParts {
  readonly clock: Pick<Clock, 'now'>;
  readonly ledger: Pick<LedgerStore, 'gateDecisions'>;
  /** This window's folders. */
  readonly folders: () => readonly string[];
}

/** In a record's `approved`, before each name. */
const MARK = 'program:';
/** Other windows' decisions are looked for as often. */
const FRESH_MS = 30_000;
/** A decision is written a moment after it was made. */
const OVERLAP_MS = 60_000;

export interface KnownProgramsKeeper extends KnownPrograms {
  /** Something was erased from the ledger: it is read anew. */
  renew(): void;
}

export function createKnownPrograms({ clock, ledger, folders }: KnownProgramsParts): KnownProgramsKeeper {
  /** Program to the folders that it was allowed in. */
  let known = new Map<string, Set<string>>();
  let readAt: number | undefined;

  function add(program: string, folder: string): void {
    const allowed = known.get(program) ?? new Set();
    allowed.add(folder);
    known.set(program, allowed);
  }

  function catchUp(): void {
    const now = clock.now();
    if (readAt !== undefined && now - readAt < FRESH_MS) return;
    const from = readAt === undefined ? Number.MIN_SAFE_INTEGER : readAt - OVERLAP_MS;
    for (const { facts, gate } of ledger.gateDecisions(from, Number.MAX_SAFE_INTEGER)) {
      if (facts.folder === undefined || gate.decision !== 'allowed') continue;
      for (const program of programsIn(gate.approved)) add(program, facts.folder);
    }
    readAt = now;
  }

  /** The window's folder that holds it; else itself. */
  function workspaceOf(folder: string): string {
    return folders().find((each) => isWithin(folder, each)) ?? folder;
  }

  return {
    knows(program, cwd) {
      if (cwd === undefined) return false;
      catchUp();
      const workspace = workspaceOf(cwd);
      return [...(known.get(program) ?? [])].some((folder) => workspaceOf(folder) === workspace);
    },
    learn(programs, cwd) {
      if (cwd !== undefined) for (const program of programs) add(program, cwd);
    },
    renew() {
      known = new Map();
      readAt = undefined;
    },
  };
}

/** What a record says was approved beyond one action. undefined: nothing. */
export function approvedText(programs: readonly string[], kindLabel: string | undefined): string | undefined {
  const words = [
    ...programs.map((program) => `${MARK}${encodeURIComponent(program)}`),
    ...(kindLabel === undefined ? [] : [kindLabel.replaceAll(';', ',')]),
  ];
  return words.length === 0 ? undefined : words.join('; ');
}

function programsIn(approved: string | undefined): readonly string[] {
  return (approved ?? '').split('; ').flatMap((word) => {
    if (!word.startsWith(MARK)) return [];
    const name = word.slice(MARK.length);
    try {
      return [decodeURIComponent(name)];
    } catch {
      return [name]; // not written by this version
    }
  });
}
