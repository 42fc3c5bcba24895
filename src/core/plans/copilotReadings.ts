/** What `account.getQuota` of Copilot's runtime tells, as github/copilot-sdk types it. */
import * as z from 'zod/mini';
import type { QuotaEvent } from '../ledger/event.ts';
import { quotaEvent } from '../ledger/quota.ts';

const SOURCE = 'copilot-account';
const AGENT = 'copilot';
/** The quota that credits are drawn from; chat and completions are counted apart, in requests. */
const CREDITS = 'premium_interactions';

const number = z.optional(z.nullable(z.number()));
const flag = z.optional(z.nullable(z.boolean()));

const answerSchema = z.object({
  id: z.number(),
  result: z.optional(z.unknown()),
  error: z.optional(z.object({ message: z.string() })),
});
const snapshotSchema = z.object({
  entitlementRequests: number,
  usedRequests: number,
  remainingPercentage: number,
  isUnlimitedEntitlement: flag,
  overage: number,
  overageAllowedWithExhaustedQuota: flag,
  resetDate: z.optional(z.nullable(z.string())),
  hasQuota: flag,
  tokenBasedBilling: flag,
});
const quotaSchema = z.object({ quotaSnapshots: z.record(z.string(), z.unknown()) });

/** What the answer says of the credits; nothing where it says nothing of them. `at`: epoch ms. */
function quotaReadings(snapshots: Readonly<Record<string, unknown>>, at: number): readonly QuotaEvent[] {
  const parsed = snapshotSchema.safeParse(snapshots[CREDITS]);
  if (!parsed.success) return [];
  const told = parsed.data;
  const unlimited = told.isUnlimitedEntitlement === true || told.entitlementRequests === -1;
  const resetsAt = told.resetDate ? Date.parse(told.resetDate) : Number.NaN;
  return [
    quotaEvent(SOURCE, at, {
      agent: AGENT,
      window: 'month',
      // The field is named for requests; only this flag tells that credits are counted.
      ...(told.tokenBasedBilling === true ? { unit: 'credits' as const } : {}),
      ...(told.tokenBasedBilling === false ? { unit: 'requests' as const } : {}),
      ...(unlimited ? { unlimited } : amount('entitlement', told.entitlementRequests)),
      ...amount('used', told.usedRequests),
      ...(unlimited || typeof told.remainingPercentage !== 'number'
        ? {}
        : { usedShare: Math.max(0, (100 - told.remainingPercentage) / 100) }),
      ...amount('overage', told.overage),
      ...(typeof told.overageAllowedWithExhaustedQuota === 'boolean'
        ? { overageAllowed: told.overageAllowedWithExhaustedQuota }
        : {}),
      ...(Number.isFinite(resetsAt) ? { resetsAt } : {}),
    }),
  ];
}

function amount<Name extends string>(name: Name, value: number | null | undefined): Partial<Record<Name, number>> {
  return typeof value === 'number' && value >= 0 ? ({ [name]: value } as Record<Name, number>) : {};
}

/**
 * What a message answers to the question of this number; undefined: it is about something else. `at`: epoch ms of now.
 * `error`: the runtime's words, empty where its answer has another shape.
 */
export function copilotAnswer(
  message: unknown,
  question: number,
  at: number,
): { readonly readings: readonly QuotaEvent[] } | { readonly error: string } | undefined {
  const answer = answerSchema.safeParse(message);
  if (!answer.success || answer.data.id !== question) return undefined;
  if (answer.data.error) return { error: answer.data.error.message };
  const result = quotaSchema.safeParse(answer.data.result);
  return result.success ? { readings: quotaReadings(result.data.quotaSnapshots, at) } : { error: '' };
}
