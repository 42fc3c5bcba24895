/** Fires when what the picker shows has changed, and only then: VS Code asks everybody anew each time. */
import * as vscode from 'vscode';
import type { Catalog } from '../app/catalog.ts';
import { offersOf } from '../app/offers.ts';

export function offersEvent(catalog: Catalog): vscode.Disposable & { readonly event: vscode.Event<void> } {
  const changed = new vscode.EventEmitter<void>();
  let shown = JSON.stringify(offersOf(catalog.models()));
  const stop = catalog.onDidChange(() => {
    const now = JSON.stringify(offersOf(catalog.models()));
    if (now === shown) return;
    shown = now;
    changed.fire();
  });
  return {
    event: changed.event,
    dispose() {
      stop();
      changed.dispose();
    },
  };
}
