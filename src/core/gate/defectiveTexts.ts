/** What is said of text that gives orders to an agent. */
import { formatCredits, type NanoCredits } from '../money.ts';
import { counted } from '../wholeNumber.ts';
import type { SignKind } from './defectiveSigns.ts';

const PHRASES: Readonly<Record<SignKind, string>> = {
  override: 'asks not to follow what was said before',
  address: 'speaks to AI agents',
  duty: 'says what the agent must do',
  command: 'wants something done',
  danger: 'names commands or files that do harm',
  secrecy: 'wants it kept from the developer',
  exfiltration: 'asks to send secrets away',
  role: 'poses as the system or another speaker',
  authority: 'claims that somebody has agreed',
  persona: 'gives the agent another role',
  reveal: 'asks for its instructions',
  urgency: 'presses for it',
  hidden: 'hides text in characters that nobody sees',
  covered: 'stands where readers don’t look',
  encoded: 'hides orders in an encoding',
};

const MOST_NAMED = 2;

/** For the dialog; `signs` the heaviest first. */
export function suspicionText(tool: string, signs: readonly SignKind[]): string {
  const named = signs.slice(0, MOST_NAMED).map((sign) => PHRASES[sign]);
  return `A result of ${tool} in this run reads like orders to the agent: it ${named.join(' and ')}.`;
}

/** For the record: without its full stop. */
export function defectiveReason(tokens: number, nanoCredits: NanoCredits | undefined): string {
  const lost = nanoCredits === undefined ? 'of unknown cost' : `${formatCredits(nanoCredits)} credits lost`;
  return `gave back text that reads like orders to the agent (about ${counted(tokens, 'token')}, ${lost})`;
}
