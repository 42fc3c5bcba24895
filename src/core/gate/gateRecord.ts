/** What the gate decided, as it is kept: the reason and the targets, never the text of a command or an edit. */
import * as z from 'zod/mini';

export function gateRecordSchema() {
  const text = z.string();
  const optionalText = z.optional(text);

  return z.object({
    class: z.enum(['read', 'draft', 'commit', 'irreversible', 'deploy']),
    /** The tool that was to be used, as the agent names it. */
    tool: optionalText,
    /** One plain sentence, without its full stop. */
    reason: text,
    targets: z.array(text),
    expectedLossNanoCredits: z.number(),
    decision: z.enum(['allowed', 'denied']),
    /**
     * Who decided: the developer in a dialog, an approval that still held, a rule of theirs or the repository's, a cap, nobody in
     * time, a fault of ours, or two people.
     */
    by: z.enum(['developer', 'approval', 'rule', 'cap', 'timeout', 'fault', 'twoPeople', 'onePerson', 'agent']),
    /** What was approved beyond this one action: the kind, for the run. */
    approved: optionalText,
    /** Why the developer said no, as told to the agent; undefined: not said. */
    why: optionalText,
    /** SHA-256 of the action, hexadecimal: the same action has the same. */
    digest: text,
    /** The safety copy that was taken before; undefined: none. */
    copy: optionalText,
    /** A result that reads like orders to the agent: its size, and what its tokens cost (an estimate; undefined: unknown). */
    defective: z.optional(z.object({ tokens: z.number(), nanoCredits: z.optional(z.number()) })),
    /** Principals that signed. */
    signers: z.optional(z.array(text)),
  });
}

export type GateRecord = z.infer<ReturnType<typeof gateRecordSchema>>;
