/** `Marginal: Try the Gate`: a made-up question on the way of a real one, and what the answer would have done. */
import * as vscode from 'vscode';
import { DRILLS, type DrillKind, drillOutcome, drillQuestion } from '../core/gate/drill.ts';
import { DEFAULT_GATE_SETTINGS } from '../core/gate/gateSettings.ts';
import type { GateQuestion } from '../core/gate/question.ts';
import type { Clock, GateApi } from '../ports.ts';
import type { GateNotice } from './gateQuestions.ts';

export interface GateDrillParts {
  readonly clock: Pick<Clock, 'now'>;
  readonly newId: () => string;
  /** What the worker's notices go to. */
  readonly notice: (notice: GateNotice) => void;
  readonly drills: Drills;
}

/** The drills that wait for an answer. */
export interface Drills {
  add(question: GateQuestion): void;
  /** The gate's answers pass through here: those to a drill go no further. */
  readonly answer: GateApi['answerGate'];
}

const THREE: readonly DrillKind[] = ['irreversible', 'commit', 'spend'];

export async function gateDrill({ clock, newId, notice, drills }: GateDrillParts): Promise<void> {
  const picked = await vscode.window.showQuickPick(
    [
      ...DRILLS.map(({ kind, label, description }) => ({ label, description, kinds: [kind] })),
      { label: 'Three at once', description: 'one after another, with their number', kinds: THREE },
    ],
    { title: 'Try the gate: which question?', placeHolder: 'Nothing is done, whatever you answer' },
  );
  if (!picked) return;
  const folder = vscode.workspace.workspaceFolders?.[0]?.uri.fsPath;
  for (const kind of picked.kinds) {
    const question = drillQuestion(kind, {
      id: newId(),
      now: clock.now(),
      answerSeconds: DEFAULT_GATE_SETTINGS.answerSeconds,
      ...(folder !== undefined && { folder }),
    });
    drills.add(question);
    notice({ kind: 'gateQuestion', question });
  }
}

/** `passOn`: answers real questions. */
export function createDrills(clock: Pick<Clock, 'now'>, passOn: GateApi['answerGate']): Drills {
  const waiting = new Map<string, GateQuestion>();
  return {
    add: (question) => void waiting.set(question.id, question),
    async answer(id, choice) {
      const question = waiting.get(id);
      if (!question) return passOn(id, choice);
      waiting.delete(id);
      if (clock.now() > question.deadline) return false;
      void vscode.window.showInformationMessage(drillOutcome(question, choice));
      return true;
    },
  };
}
