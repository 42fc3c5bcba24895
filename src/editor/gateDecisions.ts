/**
 * `Marginal: Show Decisions`: a list that is filtered by typing, then what can be done with one. Lists, so that all of it is a
 * matter of arrow keys, Enter and Escape.
 */
import * as vscode from 'vscode';
import { decisionText } from '../core/gate/decisionText.ts';
import { defectiveLoss, defectiveLossText } from '../core/gate/defectiveLoss.ts';
import { visibleLine } from '../core/gate/visibleText.ts';
import type { GateEvent } from '../core/ledger/event.ts';
import { momentText } from '../core/status/dateText.ts';
import { counted, wholeNumber } from '../core/wholeNumber.ts';
import type { Clock, CopyContents, GateApi } from '../ports.ts';

export interface DecisionsParts {
  readonly clock: Pick<Clock, 'now'>;
  readonly worker: Pick<GateApi, 'gateDecisions' | 'undoGate' | 'gateCopy'>;
}

const DAYS = 30;
const DAY_MS = 86_400_000;
const UNDO = 'Put Back What the Safety Copy Holds…';
const LOOK = 'Show What Is in the Copy';
const COPY_TEXT = 'Copy This Decision’s Text';

/** Rejects with a sentence where the ledger can't be read or a copy is gone. */
export async function showDecisions({ clock, worker }: DecisionsParts): Promise<void> {
  const now = clock.now();
  const decisions = await worker.gateDecisions(now - DAYS * DAY_MS, now + 1);
  if (decisions.length === 0) {
    void vscode.window.showInformationMessage(
      `Nothing was decided in the last ${DAYS} days. “Marginal: Try the Gate…” shows what a question looks like.`,
    );
    return;
  }
  const lost = defectiveLossText(defectiveLoss(decisions));
  const orders: Item | undefined = lost && { label: `$(warning) ${lost.found}`, detail: lost.lost };
  const items = decisions.map((decision) => itemOf(decision, now));
  let picked = await pickOf(
    `${counted(decisions.length, 'decision')} in the last ${DAYS} days, the latest first`,
    orders ? [orders, ...items] : items,
  );
  if (picked && picked === orders) {
    // What was found stands among the decisions, and is no decision of its own.
    const found = items.filter(({ decision }) => decision?.gate.defective !== undefined);
    picked = await pickOf(`${lost?.found} in the last ${DAYS} days, the latest first`, found);
  }
  if (picked?.decision) await actOn(picked.decision, { clock, worker });
}

interface Item extends vscode.QuickPickItem {
  /** undefined: it is a sum of them. */
  readonly decision?: GateEvent;
}

function pickOf(title: string, items: readonly Item[]) {
  return vscode.window.showQuickPick(items, {
    title,
    placeHolder: 'Filter by agent, allowed, denied, target, “safety copy”; Enter shows what can be done',
    matchOnDetail: true,
  });
}

function itemOf(decision: GateEvent, now: number): Item {
  const { label, description, detail } = decisionText(decision, now);
  const icon = decision.gate.decision === 'allowed' ? '$(check)' : '$(circle-slash)';
  // In the second line: beside a long label it would be cut.
  return { label: `${icon} ${withoutIcons(label)}`, detail: withoutIcons(`${description} · ${detail}`), decision };
}

/** `$(x)` in a quick pick is a picture: what comes from an agent is shown as it is. */
function withoutIcons(text: string): string {
  return text.replaceAll('$(', '$\u200b(');
}

async function actOn(decision: GateEvent, parts: DecisionsParts): Promise<void> {
  const { label, description, detail } = decisionText(decision, parts.clock.now());
  const hasCopy = decision.gate.copy !== undefined;
  const picked = await vscode.window.showQuickPick(
    [
      ...(hasCopy
        ? [
            { label: UNDO, description: 'nothing newer is overwritten without being kept aside' },
            { label: LOOK, description: '' },
          ]
        : []),
      { label: COPY_TEXT, description: '' },
    ],
    // The editor that the first list gives the focus back to would close this one.
    { title: label, placeHolder: `${description} · ${detail}`, ignoreFocusOut: true },
  );
  switch (picked?.label) {
    case UNDO:
      return undo(decision, parts);
    case LOOK:
      return look(decision, parts);
    case COPY_TEXT:
      return vscode.env.clipboard.writeText([label, description, detail].join('\n'));
  }
}

async function undo({ callId }: GateEvent, { clock, worker }: DecisionsParts): Promise<void> {
  const contents = await worker.gateCopy(callId);
  const yes: vscode.MessageItem = { title: 'Put It Back' };
  const answer = await vscode.window.showWarningMessage(
    `Put back ${summary(contents)} as of ${momentText(contents.at, clock.now())}?`,
    {
      modal: true,
      detail: `${contents.entries
        .slice(0, 8)
        .map(({ path }) => visibleLine(path))
        .join(
          '\n',
        )}${contents.entries.length > 8 ? `\nand ${wholeNumber(contents.entries.length - 8)} more` : ''}\n\nWhat is missing or has changed is put back. Where something newer stands, it is kept beside it under another name.`,
    },
    yes,
  );
  if (answer === yes) void vscode.window.showInformationMessage(await worker.undoGate(callId));
}

async function look(decision: GateEvent, parts: DecisionsParts): Promise<void> {
  const contents = await parts.worker.gateCopy(decision.callId);
  const picked = await vscode.window.showQuickPick(
    [
      ...contents.refs.map(({ name, object }) => ({ label: name, description: object.slice(0, 12) })),
      ...contents.entries.map(({ path, type, bytes }) => ({
        label: withoutIcons(visibleLine(path)),
        description: type === 'file' && bytes !== undefined ? counted(bytes, 'byte') : type,
      })),
    ],
    {
      title: `The copy of ${momentText(contents.at, parts.clock.now())}: ${summary(contents)}`,
      placeHolder: 'Enter goes on to putting it back',
      ignoreFocusOut: true,
      matchOnDescription: true,
    },
  );
  if (picked) await undo(decision, parts);
}

function summary({ entries, refs }: CopyContents): string {
  const files = entries.filter(({ type }) => type !== 'folder').length;
  const told = [
    ...(files > 0 || refs.length === 0 ? [counted(files, 'file')] : []),
    ...(refs.length > 0 ? [`${counted(refs.length, 'name')} of git`] : []),
  ];
  return told.join(' and ');
}
