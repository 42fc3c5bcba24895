import * as vscode from 'vscode';
import type { Meter } from './meter.ts';
import type { LiveSettings } from './settings.ts';
import { StatusBar } from './statusBar.ts';

/** How often the status bar is brought up to date by itself: a day may have begun, a local model's seconds pass. */
const REFRESH_MS = 1_000;

/** Keeps the status bar at what the meter says. */
export function showBurn(meter: Meter, settings: LiveSettings): vscode.Disposable {
  const statusBar = new StatusBar();
  const update = () => statusBar.update(settings.value.showStatusBar ? meter.status() : undefined);
  const timer = setInterval(update, REFRESH_MS);
  update();
  return vscode.Disposable.from(statusBar, meter.onDidChange(update), settings.onDidChange(update), {
    dispose: () => clearInterval(timer),
  });
}
