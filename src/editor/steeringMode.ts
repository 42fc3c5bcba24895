import * as vscode from 'vscode';
import type { SteeringMode } from '../app/runs/runSteering.ts';

/** How far advice is followed for runs that pass through Marginal; `show` where the setting is none of these. */
export function steeringMode(): SteeringMode {
  const mode = vscode.workspace.getConfiguration('marginal').get<unknown>('allocator.mode');
  return mode === 'ask' || mode === 'act' ? mode : 'show';
}
