/** What the gate decided, in the words of a list for the developer. */
import type { GateEvent } from '../ledger/event.ts';
import { formatCredits } from '../money.ts';
import { momentText } from '../status/dateText.ts';
import { agentLabel } from '../status/labels.ts';
import { wholeNumber } from '../wholeNumber.ts';
import type { GateRecord } from './gateRecord.ts';
import { CLASS_WORDS } from './questionText.ts';
import { shortened, visibleLine } from './visibleText.ts';

export interface DecisionText {
  /** `Denied: deletes notes, 214 untracked files`. */
  readonly label: string;
  /** When, which agent. */
  readonly description: string;
  /** By whom, the copy, what it acts on, class, loss: what matters most comes first, since lists are narrow. */
  readonly detail: string;
}

const MOST_REASON = 110;
const MOST_TARGETS = 4;

export function decisionText({ at, facts, gate }: Pick<GateEvent, 'at' | 'facts' | 'gate'>, now: number): DecisionText {
  const targets = gate.targets.slice(0, MOST_TARGETS).map((target) => shortened(visibleLine(target), 60));
  const more = gate.targets.length - targets.length;
  return {
    label: `${gate.decision === 'allowed' ? 'Allowed' : 'Denied'}: ${shortened(visibleLine(gate.reason), MOST_REASON)}`,
    description: [momentText(at, now), visibleLine(agentLabel(facts.agent))].join(' · '),
    detail: [
      byText(gate),
      ...(gate.copy === undefined ? [] : ['has a safety copy']),
      ...(gate.approved === undefined ? [] : [`until the run’s end: ${visibleLine(gate.approved)}`]),
      ...(gate.why === undefined ? [] : [`“${shortened(visibleLine(gate.why), 80)}”`]),
      ...(targets.length === 0 ? [] : [`on ${targets.join(', ')}${more > 0 ? ` and ${wholeNumber(more)} more` : ''}`]),
      CLASS_WORDS[gate.class],
      `expected loss ${lossText(gate)}`,
    ].join(' · '),
  };
}

/** Who decided. */
function byText({ by, signers }: GateRecord): string {
  switch (by) {
    case 'developer':
      return 'by you';
    case 'approval':
      return 'by what you had allowed before';
    case 'rule':
      return 'by a rule';
    case 'cap':
      return 'by a cap';
    case 'timeout':
      return 'nobody answered in time';
    case 'fault':
      return 'by a fault of Marginal’s';
    case 'twoPeople':
      return signers === undefined || signers.length === 0
        ? 'by two people'
        : `by you and ${signers.map(visibleLine).join(', ')}`;
    case 'onePerson':
      return 'by one person';
    case 'agent':
      return 'left to the agent’s own approvals';
  }
}

function lossText({ expectedLossNanoCredits: loss }: GateRecord): string {
  return Number.isFinite(loss) ? `≈ ${formatCredits(loss)} cr (estimated)` : 'unknown';
}
