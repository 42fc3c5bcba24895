/** Fires when what the picker shows has changed, and only then: VS Code asks everybody anew each time. */
import * as vscode from 'vscode';
import type { Catalog } from '../app/catalog.ts';
import { offersOf } from '../app/offers.ts';
import type { PolicyMenu } from '../app/policyMenu.ts';

export function offersEvent(
  catalog: Catalog,
  menu: PolicyMenu,
): vscode.Disposable & { readonly event: vscode.Event<void> } {
  const changed = new vscode.EventEmitter<void>();
  const offered = () => JSON.stringify(offersOf(catalog.models(), menu.text));
  let shown = offered();
  const look = () => {
    const now = offered();
    if (now === shown) return;
    shown = now;
    changed.fire();
  };
  const stops = [catalog.onDidChange(look), menu.onDidChange(look)];
  return {
    event: changed.event,
    dispose() {
      for (const stop of stops) stop();
      changed.dispose();
    },
  };
}
