/** Asks for a stretch of time. */
import * as vscode from 'vscode';
import { dayOf, startOfDay, startOfMonth } from '../core/ledger/localDay.ts';

export interface Period {
  /** Epoch ms; undefined: from the beginning. */
  readonly from: number | undefined;
  /** Epoch ms, not included. */
  readonly to: number;
  /** What it was called when it was picked, to stand in a sentence. */
  readonly label: string;
}

type Item = vscode.QuickPickItem & { readonly period?: Period };

/** undefined: the user turned away. */
export async function pickPeriod(title: string, now: number): Promise<Period | undefined> {
  const today = dayOf(now);
  const tomorrow = startOfDay(today, 1);
  const item = (label: string, from: number | undefined, to = tomorrow): Item => ({
    label,
    period: { from, to, label: label.toLowerCase() },
  });
  const picked = await vscode.window.showQuickPick<Item>(
    [
      item('Today', startOfDay(today)),
      item('The last 7 days', startOfDay(today, -6)),
      item('The last 30 days', startOfDay(today, -29)),
      item('This month', startOfMonth(now)),
      item('Last month', startOfMonth(now, -1), startOfMonth(now)),
      item('All time', undefined),
      { label: 'From one day to another…' },
    ],
    { title, ignoreFocusOut: true },
  );
  if (!picked) return undefined;
  if (picked.period) return picked.period;
  const first = await askDay(`${title} First day`, today);
  if (first === undefined) return undefined;
  const last = await askDay(`${title} Last day`, today, first);
  if (last === undefined) return undefined;
  return { from: startOfDay(first), to: startOfDay(last, 1), label: `from ${first} to ${last}` };
}

async function askDay(title: string, today: string, notBefore = ''): Promise<string | undefined> {
  return vscode.window.showInputBox({
    title,
    value: today,
    ignoreFocusOut: true,
    validateInput: (text) => {
      if (!/^\d{4}-\d\d-\d\d$/.test(text) || dayOf(startOfDay(text)) !== text) return 'A day as 2026-11-26.';
      return text < notBefore ? `Not before ${notBefore}.` : undefined;
    },
  });
}
