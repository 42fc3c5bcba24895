import { NANO_PER_CREDIT, type NanoCredits } from '../money.ts';
import { TASK_KINDS, TASK_SIZES, type TaskKind, type TaskSize } from '../quality/taskClass.ts';

/** What stands behind `/value`. */
export type ValueRequest =
  | { readonly kind: 'show' }
  | { readonly kind: 'state'; readonly nanoCredits: NanoCredits }
  /** What was stated is withdrawn. */
  | { readonly kind: 'reset' }
  /** The class of the last task is put right; what isn't named stays. */
  | { readonly kind: 'correct'; readonly task: TaskKind | undefined; readonly size: TaskSize | undefined }
  | { readonly kind: 'unclear' };

/** Above it a number is rather a slip of the keyboard: US$10,000. */
const MOST_CREDITS = 1_000_000;

/** `300`, `300 credits`, `$3`, `fix`, `fix, complex`, `reset`, nothing. */
export function valueRequest(prompt: string): ValueRequest {
  const text = prompt.trim().toLowerCase();
  if (text === '') return { kind: 'show' };
  if (/^(reset|auto|default|none|clear)$/.test(text)) return { kind: 'reset' };
  const [, dollars, digits] = /^(\$|us\$)?\s*(\d[\d,]*(?:\.\d+)?|\.\d+)\s*(?:cr|credits?)?$/.exec(text) ?? [];
  if (digits !== undefined) {
    const credits = Number(digits.replaceAll(',', '')) * (dollars === undefined ? 1 : 100);
    if (credits > MOST_CREDITS) return { kind: 'unclear' };
    return { kind: 'state', nanoCredits: Math.round(credits * NANO_PER_CREDIT) };
  }
  const words = text.split(/[\s,;/]+/).filter((word) => word !== '');
  const task = TASK_KINDS.find((kind) => words.includes(kind));
  const size = TASK_SIZES.find((each) => words.includes(each));
  const known = (task === undefined ? 0 : 1) + (size === undefined ? 0 : 1);
  return known > 0 && known === words.length ? { kind: 'correct', task, size } : { kind: 'unclear' };
}
