/** What VS Code's own question on one of our tools says of the gate's verdict. */
import { formatCredits } from '../money.ts';
import type { Verdict } from '../risk/verdict.ts';
import type { GateOutcome } from './applyPolicy.ts';
import { CLASS_WORDS } from './questionText.ts';
import { visibleLine } from './visibleText.ts';

export interface ToolConfirmation {
  /** It is refused without a question; a sentence for the model. */
  readonly refusal?: string;
  /** The developer is to be asked, and told this. undefined: nothing speaks for a question. */
  readonly note?: string;
}

/** `explained`: undefined where the gate could not be asked, and so the developer is. */
export function toolConfirmation(
  explained:
    | { readonly verdict: Verdict; readonly outcome: GateOutcome; readonly rule?: string | undefined }
    | undefined,
): ToolConfirmation {
  if (!explained) return { note: 'Marginal’s gate could not judge this, so look at it closely.' };
  const { verdict, outcome, rule } = explained;
  const reason = visibleLine(verdict.reason).replace(/\.$/, '');
  switch (outcome) {
    case 'pass':
      return {};
    case 'deny':
      return {
        refusal: `This is not allowed here: it ${reason}${rule === undefined ? '' : ` (${visibleLine(rule)})`}. Do it another way, or ask the developer.`,
      };
    case 'ask':
    case 'twoPeople': {
      const { expectedLossNanoCredits: loss } = verdict;
      const worth = Number.isFinite(loss) ? `≈ ${formatCredits(loss)} credits (estimated)` : 'unknown';
      return { note: `It ${reason}: ${CLASS_WORDS[verdict.class]}. Expected loss: ${worth}.` };
    }
  }
}
