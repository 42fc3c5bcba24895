/** The user's settings as one readonly value that follows their changes. Bad values fall back to the default, one by one. */
import * as vscode from 'vscode';
import type { AllocationSettings } from '../core/allocate/allocationSettings.ts';
import { ALLOCATOR_MODES, type AllocatorMode, type ChoiceSettings } from '../core/allocate/choiceSettings.ts';
import { readValueSettings } from '../core/allocate/taskValue.ts';
import type { Limit } from '../core/budget/limits.ts';
import { readLimits } from '../core/budget/readLimits.ts';
import type { GateSettings } from '../core/gate/gateSettings.ts';
import { readGateSettings } from '../core/gate/readGateSettings.ts';
import { type MeterSwitches, meterSwitches } from '../core/meters.ts';
import { NANO_PER_CREDIT, type NanoCredits } from '../core/money.ts';
import type { Plan } from '../core/plans/plan.ts';
import { type PlanSetting, readPlans } from '../core/plans/readPlans.ts';
import { readPrivacy } from '../core/route/privacy.ts';
import { readRules } from '../core/route/readRules.ts';
import type { LocalCost, PriceOverride } from '../ports.ts';

export type EndpointKind = 'ollama' | 'openai' | 'anthropic';

export interface EndpointSetting {
  readonly id: string;
  readonly kind: EndpointKind;
  readonly url: string;
  readonly label?: string;
  /** Tokens of context to ask of the server, where it would take a smaller default (Ollama). */
  readonly contextTokens?: number;
  /** A demonstration that answers from a script. */
  readonly demo?: boolean;
}

export interface Settings {
  readonly endpoints: readonly EndpointSetting[];
  readonly discoverOllama: boolean;
  readonly useVscodeModels: boolean;
  readonly priceOverrides: readonly PriceOverride[];
  readonly localCost: LocalCost;
  /** Credits; 0: no budget. */
  readonly budget: { readonly dayCredits: number; readonly monthCredits: number };
  /** What the worker weighs requests with. */
  readonly allocation: AllocationSettings;
  /** What is chosen by before a request is sent. */
  readonly choice: ChoiceSettings;
  readonly meters: MeterSwitches;
  /** What agents may do, and how long a question waits. */
  readonly gate: GateSettings;
  readonly plans: readonly Plan[];
  /** The developer allows that GitHub is asked for the Copilot account's own count. */
  readonly askCopilotQuota: boolean;
  /** What becomes of agents' work is followed in this window: tests, commits, edits that stay. */
  readonly watchOutcomes: boolean;
  readonly showStatusBar: boolean;
  /** Settings that were ignored, one sentence each. */
  readonly problems: readonly string[];
}

export interface LiveSettings extends vscode.Disposable {
  readonly value: Settings;
  readonly onDidChange: vscode.Event<Settings>;
}

export function liveSettings(): LiveSettings {
  const changed = new vscode.EventEmitter<Settings>();
  let value = readSettings();
  const subscription = vscode.workspace.onDidChangeConfiguration((event) => {
    if (!event.affectsConfiguration('marginal')) return;
    value = readSettings();
    changed.fire(value);
  });
  return {
    get value() {
      return value;
    },
    onDidChange: changed.event,
    dispose() {
      subscription.dispose();
      changed.dispose();
    },
  };
}

/** Adds an endpoint to the user's settings, or replaces the one with its id. Entries that aren't right are left as they are. */
export async function saveEndpoint(endpoint: EndpointSetting): Promise<void> {
  await writeEndpoints([...rawEndpoints().filter((entry) => !isEntry(entry, endpoint.id)), endpoint]);
}

export async function deleteEndpoint(id: string): Promise<void> {
  await writeEndpoints(rawEndpoints().filter((entry) => !isEntry(entry, id)));
}

/** What the setting holds, entries with mistakes included. */
function rawEndpoints(): readonly unknown[] {
  const value = vscode.workspace.getConfiguration('marginal').get<unknown>('endpoints');
  return Array.isArray(value) ? value : [];
}

function isEntry(entry: unknown, id: string): boolean {
  return (entry as { id?: unknown } | null)?.id === id;
}

async function writeEndpoints(endpoints: readonly unknown[]): Promise<void> {
  await vscode.workspace.getConfiguration('marginal').update('endpoints', endpoints, vscode.ConfigurationTarget.Global);
}

/** Adds a plan to the user's settings in place of those that the same agents draw from; the other entries stay as they are. */
export async function savePlan(plan: PlanSetting): Promise<void> {
  const agents = new Set(readPlans([plan]).plans.flatMap((read) => read.agents));
  const others = rawPlans().filter(
    (entry) => !readPlans([entry]).plans.some((read) => read.agents.some((agent) => agents.has(agent))),
  );
  await writePlans([...others, plan]);
}

/** Takes out the plans that agents draw from. */
export async function deletePlan(agents: readonly string[]): Promise<void> {
  await writePlans(
    rawPlans().filter(
      (entry) => !readPlans([entry]).plans.some((read) => read.agents.some((agent) => agents.includes(agent))),
    ),
  );
}

function rawPlans(): readonly unknown[] {
  const value = vscode.workspace.getConfiguration('marginal').get<unknown>('plans');
  return Array.isArray(value) ? value : [];
}

async function writePlans(plans: readonly unknown[]): Promise<void> {
  await vscode.workspace.getConfiguration('marginal').update('plans', plans, vscode.ConfigurationTarget.Global);
}

export async function allowAccountQuota(): Promise<void> {
  await vscode.workspace
    .getConfiguration('marginal')
    .update('copilot.askAccountQuota', true, vscode.ConfigurationTarget.Global);
}

function readSettings(): Settings {
  const section = vscode.workspace.getConfiguration('marginal');
  const problems: string[] = [];
  const read = readPlans(section.get<unknown>('plans'));
  problems.push(...read.problems);
  const budget = {
    dayCredits: amount(section.get('budget.dayCredits'), 0),
    monthCredits: amount(section.get('budget.monthCredits'), 0),
  };
  const allocation = allocationOf(section, problems);
  const choice = choiceOf(section, allocation.limits, problems);
  const gate = readGateSettings({
    answerSeconds: section.get<unknown>('gate.answerSeconds'),
    rules: section.get<unknown>('gate.rules'),
    trustedServers: section.get<unknown>('gate.trustedServers'),
    days: section.get<unknown>('gate.safetyCopies.days'),
    maxMegabytes: section.get<unknown>('gate.safetyCopies.maxMegabytes'),
  });
  problems.push(...gate.problems);
  return {
    endpoints: endpointsOf(section.get<unknown>('endpoints'), problems),
    discoverOllama: section.get<boolean>('ollama.discover', true),
    useVscodeModels: section.get<boolean>('vscodeModels.enabled', true),
    priceOverrides: pricesOf(section.get<unknown>('prices'), problems),
    localCost: {
      watts: amount(section.get('local.watts'), 150),
      dollarsPerKilowattHour: amount(section.get('local.dollarsPerKilowattHour'), 0.2),
      hardwareDollars: amount(section.get('local.hardwareDollars'), 1500),
      hardwareLifeHours: amount(section.get('local.hardwareLifeHours'), 10_000),
    },
    budget,
    allocation: {
      ...allocation,
      brakes: {
        ...allocation.brakes,
        mode: choice.mode,
        confirmRunNanoCredits: choice.confirm.runNanoCredits,
      },
    },
    choice,
    meters: meterSwitches((name) => section.get<boolean>(`meters.${name}`, true)),
    gate: gate.settings,
    plans: read.plans,
    watchOutcomes: section.get<boolean>('outcomes', true),
    askCopilotQuota: section.get<boolean>('copilot.askAccountQuota', false),
    showStatusBar: section.get<boolean>('statusBar.enabled', true),
    problems,
  };
}

function allocationOf(section: vscode.WorkspaceConfiguration, problems: string[]): AllocationSettings {
  const read = readLimits({
    mode: section.get<unknown>('budget.mode'),
    runCredits: section.get<unknown>('budget.runCredits'),
    sessionCredits: section.get<unknown>('budget.sessionCredits'),
    dayCredits: section.get<unknown>('budget.dayCredits'),
    monthCredits: section.get<unknown>('budget.monthCredits'),
    projects: section.get<unknown>('budget.projects'),
    models: section.get<unknown>('budget.models'),
    planPercent: section.get<unknown>('budget.planPercent'),
  });
  problems.push(...read.problems);
  const value = readValueSettings({
    hourlyRateDollars: section.get<unknown>('value.hourlyRateDollars'),
    attentionShare: section.get<unknown>('value.attentionShare'),
    minutesSaved: section.get<unknown>('value.minutesSaved'),
  });
  problems.push(...value.problems);
  return {
    value: value.settings,
    limits: read.limits,
    waitTargetSeconds: aboveZero(amount(section.get('allocator.waitTargetSeconds'), 0)),
    riskLimitPerHour: limit(amount(section.get('allocator.riskCreditsPerHour'), 0)),
    brakes: { mode: 'show', planLimit: read.planLimit },
  };
}

function choiceOf(
  section: vscode.WorkspaceConfiguration,
  limits: readonly Limit[],
  problems: string[],
): ChoiceSettings {
  const { rules, problems: ofRules } = readRules(section.get<unknown>('rules'));
  const { prices, problems: ofPrivacy } = readPrivacy(section.get<unknown>('privacy'));
  problems.push(...ofRules, ...ofPrivacy);
  const mode = modeOf(section.get<unknown>('allocator.mode'), problems);
  const runNanoCredits = confirmLimit('confirm.runCredits', section.get<unknown>('confirm.runCredits'), problems);
  return {
    rules,
    privacy: prices,
    mode,
    confirm: {
      requestNanoCredits: confirmLimit(
        'confirm.requestCredits',
        section.get<unknown>('confirm.requestCredits'),
        problems,
      ),
      runNanoCredits,
      // Who only wants to be shown, and set no limit for a run, isn't held up by a forecast.
      onLeavingQuote: mode !== 'show' || runNanoCredits !== undefined,
    },
    budgetHolds: limits.some((each) => each.mode !== 'soft'),
    budgetRefuses: limits.some((each) => each.mode === 'hard'),
    home: process.env.HOME ?? process.env.USERPROFILE,
  };
}

function modeOf(value: unknown, problems: string[]): AllocatorMode {
  const known = ALLOCATOR_MODES.find((mode) => mode === value);
  if (known === undefined && value !== undefined && value !== null)
    problems.push('marginal.allocator.mode: it is show, ask or act; show is used.');
  return known ?? 'show';
}

/** 0: no limit. */
function confirmLimit(name: string, value: unknown, problems: string[]): NanoCredits | undefined {
  const credits = amount(value, Number.NaN);
  if (Number.isNaN(credits) && value !== undefined && value !== null)
    problems.push(`marginal.${name}: write credits from 0 on; until then you are not asked.`);
  return limit(credits);
}

const nano = (credits: number): NanoCredits => Math.round(credits * NANO_PER_CREDIT);
const aboveZero = (value: number) => (value > 0 ? value : undefined);
/** 0: no limit. */
const limit = (credits: number) => (credits > 0 ? nano(credits) : undefined);

function amount(value: unknown, fallback: number): number {
  return typeof value === 'number' && Number.isFinite(value) && value >= 0 ? value : fallback;
}

function endpointsOf(value: unknown, problems: string[]): EndpointSetting[] {
  if (!Array.isArray(value)) return [];
  const seen = new Set<string>();
  return value.flatMap((item: Record<string, unknown>, index) => {
    const { id, kind, url, label, contextTokens, demo } = item ?? {};
    const place = `marginal.endpoints, entry ${index + 1}`;
    if (typeof id !== 'string' || id === '' || seen.has(id)) {
      problems.push(`${place}: give it an id of its own.`);
      return [];
    }
    if (kind !== 'ollama' && kind !== 'openai' && kind !== 'anthropic') {
      problems.push(`${place} (${id}): kind is ollama, openai or anthropic.`);
      return [];
    }
    if (typeof url !== 'string' || !/^https?:\/\/\S+$/.test(url) || !URL.canParse(url)) {
      problems.push(`${place} (${id}): url starts with http:// or https://.`);
      return [];
    }
    seen.add(id);
    return [
      {
        id,
        kind,
        url,
        ...(typeof label === 'string' && label ? { label } : {}),
        ...(typeof contextTokens === 'number' && contextTokens > 0 ? { contextTokens } : {}),
        ...(demo === true ? { demo } : {}),
      },
    ];
  });
}

function pricesOf(value: unknown, problems: string[]): PriceOverride[] {
  if (value === null || typeof value !== 'object') return [];
  return Object.entries(value).flatMap(([model, price]: [string, Record<string, unknown>]) => {
    const { input, output, cachedInput, cacheWrite } = price ?? {};
    if (!isPrice(input) || !isPrice(output)) {
      problems.push(`marginal.prices (${model}): give input and output in US dollars per million tokens.`);
      return [];
    }
    return [
      {
        model,
        input,
        output,
        ...(isPrice(cachedInput) ? { cachedInput } : {}),
        ...(isPrice(cacheWrite) ? { cacheWrite } : {}),
      },
    ];
  });
}

function isPrice(value: unknown): value is number {
  return typeof value === 'number' && Number.isFinite(value) && value >= 0;
}
