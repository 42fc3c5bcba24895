/**
 * The Copilot runtime's answer to `account.getQuota`, in the shape of github/copilot-sdk (experimental there), so everything
 * in it is optional here.
 */
import * as z from 'zod/mini';
import type { QuotaEvent } from '../ledger/event.ts';
import { quotaEvent } from '../ledger/quota.ts';

const SOURCE = 'copilot-account';
const AGENT = 'copilot';
/** The quota that credits are drawn from; chat and completions are counted apart, in requests. */
const CREDITS = 'premium_interactions';

/** The id of the question. */
export const QUESTION = 1;
const number = z.optional(z.nullable(z.number()));
const flag = z.optional(z.nullable(z.boolean()));

const answerSchema = z.object({
  id: z.literal(QUESTION),
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

export type QuotaAnswer =
  | { readonly kind: 'readings'; readonly readings: readonly QuotaEvent[] }
  /** The runtime's own word for what was wrong. */
  | { readonly kind: 'refused'; readonly message: string }
  | { readonly kind: 'unreadable' };

/** A message of the runtime; undefined: it doesn't answer the question. `at`: epoch ms. */
export function readQuotaAnswer(message: unknown, at: number): QuotaAnswer | undefined {
  const answer = answerSchema.safeParse(message);
  if (!answer.success) return undefined;
  if (answer.data.error) return { kind: 'refused', message: answer.data.error.message };
  const result = quotaSchema.safeParse(answer.data.result);
  if (!result.success) return { kind: 'unreadable' };
  return { kind: 'readings', readings: quotaReadings(result.data.quotaSnapshots, at) };
}

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
