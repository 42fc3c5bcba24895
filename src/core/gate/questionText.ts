/** The words in which a question of the gate is put to the developer. */
import { formatCredits, type NanoCredits } from '../money.ts';
import type { ActionClass } from '../risk/action.ts';
import { momentText } from '../status/dateText.ts';
import { agentLabel } from '../status/labels.ts';
import { counted, wholeNumber } from '../wholeNumber.ts';
import type { ActionQuestion, GateQuestion, PeopleNeeded, SpendQuestion } from './question.ts';
import { shortened, visibleLine, visibleText } from './visibleText.ts';

/** What can be done with a question; the first is the safe one. */
export type QuestionStep = 'deny' | 'denyWhy' | 'once' | 'kind' | 'type' | 'copyRequest' | 'paste' | 'more';

export interface QuestionText {
  readonly title: string;
  readonly detail: string;
  readonly choices: readonly { readonly step: QuestionStep; readonly label: string }[];
  /** In how many parts an action is shown that is too long for one dialog; 1: whole. */
  readonly parts: number;
}

export interface QuestionPlace {
  /** Epoch ms. */
  readonly now: number;
  /** Which of how many questions that wait, from 1. */
  readonly number: number;
  readonly of: number;
  /** Of a long action: 0 is its beginning and its end, each further number one of its parts. */
  readonly part?: number;
  /** What came of the last choice, where the question is put again. */
  readonly note?: string | undefined;
}

export const CLASS_WORDS: Readonly<Record<ActionClass, string>> = {
  read: 'only reads',
  draft: 'changes only what can be made again',
  commit: 'changes something, and can be taken back by hand',
  irreversible: 'can’t be undone',
  deploy: 'reaches beyond this machine: deploys, publishes, sends or pays',
};

const WANTS: Readonly<Record<ActionClass, string>> = {
  read: 'wants to read',
  draft: 'wants to change something that can be made again',
  commit: 'wants to make a change',
  irreversible: 'wants to do what can’t be undone',
  deploy: 'wants to act beyond this machine',
};

const MOST_TITLE = 180;
/** Of an action in one dialog; more has parts. */
const MOST_CHARACTERS = 1_000;
const MOST_LINES = 14;
const MOST_TARGETS = 6;
const MOST_TARGET = 120;
const MOST_REASON = 500;

export function questionText(question: GateQuestion, place: QuestionPlace): QuestionText {
  return question.kind === 'spend' ? spendText(question, place) : actionText(question, place);
}

/** Nobody waited for its answer any more when its dialog or box was left. */
export function tooLateText(question: Pick<GateQuestion, 'agent' | 'kind'>): string {
  const agent = visibleLine(agentLabel(question.agent));
  return `${agent} was already told no: its deadline has passed, or ${agent} has gone. Ask it to try again if it should go on.`;
}

function spendText(question: SpendQuestion, place: QuestionPlace): QuestionText {
  return {
    title: counting(place, `Should ${agentOf(question)} go on and spend this?`),
    detail: sections([
      place.note,
      visibleText(question.sentence),
      askedBy(question),
      deadlineText(question, place.now, 'is stopped'),
    ]),
    choices: [
      { step: 'deny', label: 'Stop' },
      { step: 'once', label: 'Go On' },
    ],
    parts: 1,
  };
}

function actionText(question: ActionQuestion, place: QuestionPlace): QuestionText {
  const reason = visibleLine(question.reason);
  const action = visibleText(question.action);
  const parts = partsOf(action);
  const part = place.part ?? 0;
  const title = `${agentOf(question)} ${WANTS[question.class]}: ${reason.replace(/\.$/, '')}.`;
  return {
    title: counting(place, shortened(title, MOST_TITLE)),
    detail: sections([
      place.note ?? (question.note === undefined ? undefined : visibleText(question.note)),
      shownPart(action, parts, part),
      [
        // Said once, unless the title had no room for all of it.
        ...([...title].length > MOST_TITLE ? [`Why: ${shortened(reason, MOST_REASON)}.`] : []),
        `Acts on: ${targetsText(question.targets)}.`,
        `Expected loss: ${figure(question.expectedLossNanoCredits)}. Expected gain: ${figure(question.expectedGainNanoCredits)}.`,
        ...(question.suspicion === undefined ? [] : [`Look closely: ${visibleLine(question.suspicion)}`]),
      ].join('\n'),
      peopleText(question.people),
      question.kindLabel !== undefined && !question.people
        ? `“${LABELS.kind}” would also allow, until the run ends: ${shortened(visibleLine(question.kindLabel), MOST_REASON)}.`
        : undefined,
      [askedBy(question), deadlineText(question, place.now, 'is denied')].join('\n'),
    ]),
    choices: stepsOf(question, parts.length).map((step) => ({ step, label: labelOf(step, part, parts.length) })),
    parts: parts.length,
  };
}

const LABELS: Readonly<Record<Exclude<QuestionStep, 'more'>, string>> = {
  deny: 'Deny',
  denyWhy: 'Deny and Tell the Agent Why…',
  once: 'Allow Once',
  kind: 'Allow This Kind for This Run',
  type: 'Type Its Name to Allow…',
  copyRequest: 'Copy the Request…',
  paste: 'Paste the Signature…',
};

function stepsOf({ people, kindLabel }: ActionQuestion, parts: number): readonly QuestionStep[] {
  const allow: readonly QuestionStep[] =
    people?.kind === 'one'
      ? ['type']
      : people?.kind === 'two'
        ? ['copyRequest', 'paste']
        : kindLabel === undefined
          ? ['once']
          : ['once', 'kind'];
  return ['deny', 'denyWhy', ...allow, ...(parts > 1 ? (['more'] as const) : [])];
}

function labelOf(step: QuestionStep, part: number, parts: number): string {
  if (step !== 'more') return LABELS[step];
  return part === parts ? 'Show Its Beginning and End' : `Show Part ${part + 1} of ${parts}`;
}

/** A long action in pieces that a dialog has room for, each of whole characters. */
function partsOf(visible: string): readonly string[] {
  const parts: string[] = [];
  let part = '';
  let [size, lines] = [0, 1];
  for (const character of visible) {
    if (size >= MOST_CHARACTERS || (character === '\n' && lines >= MOST_LINES)) {
      parts.push(part);
      part = '';
      [size, lines] = [0, 1];
      if (character === '\n') continue;
    }
    part += character;
    size++;
    if (character === '\n') lines++;
  }
  return parts.length === 0 || part !== '' ? [...parts, part] : parts;
}

function shownPart(visible: string, parts: readonly string[], part: number): string {
  if (parts.length === 1) return framed(visible);
  if (part > 0) return `Part ${part} of ${parts.length}:\n${framed(parts[part - 1] ?? '')}`;
  const head = firstLines(visible, MOST_LINES / 2, MOST_CHARACTERS / 2);
  const tail = lastLines(visible, MOST_LINES / 2, MOST_CHARACTERS / 2);
  const hidden = visible.length - head.length - tail.length;
  return `${framed(head)}\n⟨… ${wholeNumber(hidden)} of ${counted(visible.length, 'character')} aren’t shown here: “Show Part 1 of ${parts.length}” shows them. What is said below holds for all of it. …⟩\n${framed(tail)}`;
}

/** An action's own lines can't be taken for what is said about it. */
function framed(text: string): string {
  return text
    .split('\n')
    .map((line) => `│ ${line}`)
    .join('\n');
}

function firstLines(text: string, lines: number, characters: number): string {
  return [...text.split('\n').slice(0, lines).join('\n')].slice(0, characters).join('');
}

function lastLines(text: string, lines: number, characters: number): string {
  return [...text.split('\n').slice(-lines).join('\n')].slice(-characters).join('');
}

function peopleText(people: PeopleNeeded | undefined): string | undefined {
  if (people?.kind === 'one')
    return `Nobody else is set up to agree to this, so you alone decide: to allow it, type ${quoted(people.typed)}. It is recorded that one person decided.`;
  if (people?.kind === 'two')
    return [
      `This takes a second person: ${people.signers.length === 0 ? 'one who may sign here' : listed(people.signers.map(visibleLine))}.`,
      `1. “${LABELS.copyRequest}” puts the request on the clipboard: send it to them by chat or mail.`,
      '2. They sign it as the request itself explains, and send you the signature.',
      `3. “${LABELS.paste}” takes it from the clipboard. It is good for this action only, and once.`,
    ].join('\n');
  return undefined;
}

function targetsText(targets: readonly string[]): string {
  if (targets.length === 0) return 'nothing that could be named';
  const shown = targets.slice(0, MOST_TARGETS).map((target) => shortened(visibleLine(target), MOST_TARGET));
  const more = targets.length - shown.length;
  return more > 0 ? `${shown.join(', ')} and ${wholeNumber(more)} more` : shown.join(', ');
}

/** Losses and gains of single actions are never more than estimates. */
function figure(nanoCredits: NanoCredits | undefined): string {
  if (nanoCredits === undefined || !Number.isFinite(nanoCredits)) return 'unknown';
  return `≈ ${formatCredits(nanoCredits)} credits (estimated)`;
}

function askedBy({ agent, sessionId, step, subagentId, folder }: GateQuestion): string {
  const parts = [
    visibleLine(agentLabel(agent)),
    ...(sessionId === undefined ? [] : [`session ${shortId(sessionId)}`]),
    ...(step === undefined ? [] : [`step ${wholeNumber(step)}`]),
    ...(subagentId === undefined ? [] : [`its sub-agent ${shortId(subagentId)}`]),
  ];
  return `Asked by: ${parts.join(', ')}${folder === undefined ? '' : ` in ${shortened(visibleLine(folder), MOST_TARGET)}`}.`;
}

function shortId(id: string): string {
  const characters = [...visibleLine(id)];
  return characters.length > 12 ? characters.slice(0, 8).join('') : characters.join('') || '?';
}

function deadlineText({ deadline }: GateQuestion, now: number, otherwise: string): string {
  const seconds = Math.round((deadline - now) / 1_000);
  if (seconds <= 0) return `Its deadline has passed: it ${otherwise}.`;
  const left = seconds < 100 ? counted(seconds, 'second') : counted(Math.round(seconds / 60), 'minute');
  return `Without an answer within ${left} (${momentText(deadline, now)}), or if you close this dialog, it ${otherwise}.`;
}

function agentOf({ agent }: GateQuestion): string {
  return shortened(visibleLine(agentLabel(agent)), 40);
}

function counting({ number, of }: QuestionPlace, title: string): string {
  return of > 1 ? `${number} of ${of}: ${title}` : title;
}

function sections(all: readonly (string | undefined)[]): string {
  return all.filter((each) => each !== undefined && each !== '').join('\n\n');
}

function listed(names: readonly string[]): string {
  return names.length < 2 ? (names[0] ?? '') : `${names.slice(0, -1).join(', ')} or ${names.at(-1)}`;
}

export function quoted(text: string): string {
  return `“${visibleLine(text)}”`;
}
