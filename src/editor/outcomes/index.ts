/** What became of agents' work: follows edits, checks and commits in this window and hands labels to the ledger. */
import * as vscode from 'vscode';
import { createOutcomeKeeper } from '../../app/outcomeKeeper.ts';
import type { Clock, WorkerApi } from '../../ports.ts';
import type { LiveSettings } from '../settings.ts';
import { followChecks } from './checks.ts';
import { followEdits, MOST_BYTES, textOf } from './edits.ts';
import { followGit } from './git.ts';

export interface Outcomes extends vscode.Disposable {
  /** A run of this window begins. */
  asked(run: { readonly runId: string; readonly folder: string; readonly prompt: string }): void;
  /** The developer says whether a run's work was any good. */
  vote(runId: string, up: boolean): void;
}

export interface OutcomesPorts {
  readonly clock: Clock;
  readonly worker: Pick<WorkerApi, 'runs' | 'append'>;
  readonly settings: Pick<LiveSettings, 'value' | 'onDidChange'>;
  /** 32 random bits. */
  readonly salt: number;
  readonly log: (sentence: string) => void;
}

export function followOutcomes({ clock, worker, settings, salt, log }: OutcomesPorts): Outcomes {
  const keeper = createOutcomeKeeper({
    clock,
    worker,
    salt,
    log,
    record: (events) => {
      worker.append(events).catch((error: Error) => log(error.message));
    },
    async read(path) {
      const text = await textOf(vscode.Uri.file(path));
      if (text === 'too large') throw new Error('The file is too large to be looked at.');
      return text;
    },
    later(work, delayMs) {
      const timer = setTimeout(work, delayMs);
      return () => clearTimeout(timer);
    },
  });
  const isOn = () => settings.value.watchOutcomes;
  let parts: vscode.Disposable[] = [];

  function start(): void {
    const git = followGit(clock, (commit) => keeper.committed(commit), MOST_BYTES, log);
    parts = [
      git,
      followEdits({
        clock,
        salt,
        headText: (path) => git.headText(path),
        changed: (change) => keeper.changed(change),
        log,
      }),
      followChecks(clock, (check) => keeper.checked(check)),
    ];
  }

  function stop(): void {
    for (const part of parts) part.dispose();
    parts = [];
  }

  if (isOn()) start();
  const following = settings.onDidChange(() => {
    if (isOn() === parts.length > 0) return;
    if (isOn()) start();
    else stop();
  });

  return {
    asked: (run) => {
      if (isOn()) keeper.asked(run);
    },
    vote: (runId, up) => keeper.vote(runId, up),
    dispose() {
      following.dispose();
      stop();
      keeper.dispose();
    },
  };
}
