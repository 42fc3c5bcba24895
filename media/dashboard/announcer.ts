import { agentLabel, faultLabel } from '../../src/core/status/labels.ts';
import type { DashboardState } from '../../src/protocol/dashboard.ts';

const LEAST_SAID_INTERVAL_MS = 4_000;

/** Reads out sentences through a live region, at most one every few seconds: the last one stands for all. */
export function announcer(region: HTMLElement): (sentence: string) => void {
  let toSay: string | undefined;
  let saying = false;
  return function say(sentence) {
    toSay = sentence;
    if (saying) return;
    saying = true;
    region.textContent = toSay;
    toSay = undefined;
    setTimeout(() => {
      saying = false;
      if (toSay !== undefined) say(toSay);
    }, LEAST_SAID_INTERVAL_MS);
  };
}

/** What is to be said of the step that ended between two states; undefined: none did. */
export function endedStep(before: DashboardState, after: DashboardState): string | undefined {
  const last = after.run?.steps.find((step) => step.state === 'settled' || step.state === 'failed');
  const known = before.run?.steps.find(({ callId }) => callId === last?.callId);
  if (!last || !after.run || known?.state === last.state || before.run?.header.runId !== after.run.header.runId)
    return undefined;
  const credits =
    last.cost.nanoCredits === undefined ? 'cost unknown' : `${(last.cost.nanoCredits / 1e9).toPrecision(2)} credits`;
  const how = last.state === 'failed' ? `failed, ${faultLabel(last.fault ?? 'failed')}` : 'ended';
  return `${agentLabel(after.run.header.agent)}, step ${last.number} ${how}: ${credits}, ${last.cost.confidence}.`;
}
