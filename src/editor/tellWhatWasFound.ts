import * as vscode from 'vscode';
import type { Catalog } from '../app/catalog.ts';
import { foundLine } from '../core/status/foundLine.ts';
import type { Clock, WorkerApi } from '../ports.ts';

const TOLD = 'marginal.toldWhatWasFound';
const LOOK_EVERY_MS = 500;
/** By then the first records are read, and an Ollama at its usual place has answered. */
const SOONEST_MS = 2_500;
/** A line that lacks a slow endpoint is worth more than one that comes late. */
const PATIENCE_MS = 4_000;
/** Nothing that was there at the start takes longer to be found; what comes later shows by itself. */
const LONGEST_MS = 60_000;
const SHOWN_MS = 20_000;

/** Says {@link foundLine} once in the life of an installation, in the status bar, as soon as there is something to say. */
export function tellWhatWasFound(
  state: vscode.Memento,
  worker: Pick<WorkerApi, 'importStatus' | 'sources'>,
  catalog: Pick<Catalog, 'health'>,
  clock: Pick<Clock, 'elapsed'>,
): vscode.Disposable {
  if (state.get<boolean>(TOLD)) return { dispose() {} };
  const startedAt = clock.elapsed();
  let timer: ReturnType<typeof setTimeout> | undefined = setTimeout(look, SOONEST_MS);

  async function look(): Promise<void> {
    const waitedMs = clock.elapsed() - startedAt;
    const health = catalog.health();
    const isComplete = health.length > 0 && health.every(({ state: known }) => known !== 'checking');
    const line = isComplete || waitedMs >= PATIENCE_MS ? await lineNow() : undefined;
    if (timer === undefined) return; // disposed meanwhile
    if (line) {
      vscode.window.setStatusBarMessage(`$(search) Marginal: ${line}`, SHOWN_MS);
      await state.update(TOLD, true);
    } else if (waitedMs < LONGEST_MS) timer = setTimeout(look, LOOK_EVERY_MS);
  }

  async function lineNow(): Promise<string | undefined> {
    const [imports, sources] = await Promise.all([
      worker.importStatus().catch(() => []),
      worker.sources(0).catch(() => []),
    ]);
    const servers = catalog
      .health()
      .filter(({ endpoint, state: known }) => known === 'ok' && !endpoint.id.startsWith('vscode:'))
      .map(({ endpoint, models }) => ({ label: endpoint.label, models }));
    return foundLine({ imports, sources, servers });
  }

  return {
    dispose() {
      clearTimeout(timer);
      timer = undefined;
    },
  };
}
