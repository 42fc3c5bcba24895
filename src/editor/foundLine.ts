/** The one line that a new user sees: what Marginal found, without a dialog. */
import * as vscode from 'vscode';
import type { Catalog, EndpointHealth } from '../app/catalog.ts';
import { agentLabel } from '../core/status/labels.ts';
import type { ImportStatus, WorkerApi } from '../ports.ts';

/** `Found Copilot, Claude Code, Ollama (3 models)`; undefined: nothing was found. */
export function foundLine(imports: readonly ImportStatus[], endpoints: readonly EndpointHealth[]): string | undefined {
  const agents = new Set(imports.filter(({ observations }) => observations > 0).map(({ agent }) => agentLabel(agent)));
  const servers = endpoints
    .filter(({ endpoint, state, models }) => state === 'ok' && models > 0 && !endpoint.id.startsWith('vscode:'))
    .map(({ endpoint, models }) => `${endpoint.label} (${models === 1 ? 'one model' : `${models} models`})`);
  const found = [...agents, ...servers];
  return found.length === 0 ? undefined : `Marginal found ${found.join(', ')}`;
}

const TOLD = 'marginal.toldWhatWasFound';
/** After so long the endpoints have answered and the first records are read. */
const LOOK_AFTER_MS = 6_000;
const SHOWN_MS = 20_000;

/** Says {@link foundLine} once in the life of an installation, in the status bar. */
export function tellWhatWasFound(
  state: vscode.Memento,
  worker: Pick<WorkerApi, 'importStatus'>,
  catalog: Pick<Catalog, 'health'>,
): vscode.Disposable {
  if (state.get<boolean>(TOLD)) return { dispose() {} };
  const timer = setTimeout(async () => {
    const line = foundLine(await worker.importStatus().catch(() => []), catalog.health());
    if (!line) return;
    vscode.window.setStatusBarMessage(`$(search) ${line}`, SHOWN_MS);
    await state.update(TOLD, true);
  }, LOOK_AFTER_MS);
  return { dispose: () => clearTimeout(timer) };
}
