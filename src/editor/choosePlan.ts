/** `Marginal: Choose Plan…`: from the list, with own numbers where they differ, and as many plans as there are. */
import * as vscode from 'vscode';
import { PLAN_OFFERS } from '../core/plans/catalogue.ts';
import type { Plan, PlanOffer } from '../core/plans/plan.ts';
import type { PlanSetting } from '../core/plans/readPlans.ts';
import { agentLabel } from '../core/status/labels.ts';
import { wholeNumber } from '../core/wholeNumber.ts';
import { deletePlan, savePlan } from './settings.ts';

export interface PlanDialogParts {
  readonly plans: () => readonly Plan[];
  /** Ids of agents that were found here. */
  readonly agents: () => Promise<readonly string[]>;
}

type PlanItem = vscode.QuickPickItem & { readonly offer?: PlanOffer; readonly remove?: Plan };

const TITLE = 'Choose Plan';

export async function choosePlan(parts: PlanDialogParts): Promise<void> {
  const chosen = parts.plans();
  const picked = await vscode.window.showQuickPick(planItems(chosen), {
    title: TITLE,
    placeHolder: 'What pays for your agents? Pick again for a second plan.',
    matchOnDescription: true,
    matchOnDetail: true,
    // A focused dashboard takes the focus back when the palette closes.
    ignoreFocusOut: true,
  });
  if (!picked) return;
  if (picked.remove) return deletePlan(picked.remove.agents);
  if (!picked.offer) return;
  const setting = await ask(picked.offer, parts);
  if (!setting) return;
  await savePlan(setting);
  const again = 'Another Plan…';
  const answer = await vscode.window.showInformationMessage(
    `${picked.offer.label} is set. The status bar’s hover and the dashboard show how it stands.`,
    again,
  );
  if (answer === again) await choosePlan(parts);
}

function planItems(chosen: readonly Plan[]): PlanItem[] {
  const has = new Set(chosen.map(({ offer }) => offer.id));
  return [
    ...PLAN_OFFERS.map((offer) => ({
      label: `${has.has(offer.id) ? '$(check) ' : ''}${offer.label}`,
      description: amountOf(offer),
      detail: [offer.note, `Source: ${offer.source}, read ${offer.date}`].filter(Boolean).join(' '),
      offer,
    })),
    ...(chosen.length === 0 ? [] : [{ label: 'Remove', kind: vscode.QuickPickItemKind.Separator }]),
    ...chosen.map((plan) => ({
      label: `$(trash) Remove ${plan.label}`,
      description: plan.agents.map(agentLabel).join(', '),
      remove: plan,
    })),
  ];
}

function amountOf({ kind, creditsPerSeat, pooled, windows }: PlanOffer): string {
  if (kind === 'windows') return (windows ?? []).map(({ label }) => label.toLowerCase()).join(', ');
  if (kind === 'metered') return 'each credit is paid';
  if (creditsPerSeat === undefined) return 'your own number of credits';
  return `${wholeNumber(creditsPerSeat)} credits a ${pooled ? 'seat and month, pooled' : 'month'}`;
}

/** What the catalogue can't know; undefined: the developer left the dialog. */
async function ask(offer: PlanOffer, parts: PlanDialogParts): Promise<PlanSetting | undefined> {
  const agents = offer.agents.length === 0 ? await askAgents(offer, parts) : undefined;
  if (offer.agents.length === 0 && !agents) return undefined;
  const base = { plan: offer.id, ...(agents ? { agents } : {}) };
  if (offer.kind !== 'pool') return base;
  const seats = offer.pooled
    ? await askNumber('Seats that share the pool (1: your own part of it)', '1', 1, 1_000_000)
    : 1;
  if (seats === undefined) return undefined;
  const listed = offer.creditsPerSeat === undefined ? undefined : offer.creditsPerSeat * seats;
  const credits = await askNumber(
    'Credits a month, all seats together (1 credit = US$0.01)',
    listed === undefined ? '' : String(listed),
    1,
    9_000_000,
  );
  if (credits === undefined) return undefined;
  const resetDay = await askNumber('Day of the month on which it is filled again, 1 to 31', '1', 1, 31);
  if (resetDay === undefined) return undefined;
  return {
    ...base,
    ...(seats === 1 ? {} : { seats }),
    ...(credits === listed ? {} : { entitlementCredits: credits }),
    ...(resetDay === 1 ? {} : { resetDay }),
  };
}

async function askNumber(prompt: string, value: string, least: number, most: number): Promise<number | undefined> {
  const text = await vscode.window.showInputBox({
    title: TITLE,
    prompt,
    value,
    ignoreFocusOut: true,
    validateInput: (entered) => {
      const number = numberOf(entered);
      const fits = Number.isInteger(number) && number >= least && number <= most;
      return fits ? undefined : `Enter a whole number from ${wholeNumber(least)} to ${wholeNumber(most)}.`;
    },
  });
  return text === undefined ? undefined : numberOf(text);
}

function numberOf(text: string): number {
  const digits = text.replaceAll(/[\s,]/g, '');
  return digits === '' ? Number.NaN : Number(digits);
}

async function askAgents(offer: PlanOffer, parts: PlanDialogParts): Promise<string[] | undefined> {
  const found = await parts.agents();
  const agents = [...new Set([...found, ...PLAN_OFFERS.flatMap((each) => each.agents), 'vscode-chat'])];
  const picked = await vscode.window.showQuickPick(
    agents.map((agent) => ({ label: agentLabel(agent), description: agent, picked: false })),
    {
      title: TITLE,
      placeHolder: `Which agents draw from it? (${offer.label})`,
      canPickMany: true,
      ignoreFocusOut: true,
    },
  );
  return picked && picked.length > 0 ? picked.map(({ description }) => description) : undefined;
}
