/**
 * The gate's questions as modal dialogs, one after another, in the order in which they came. Whatever isn't a clear yes is no:
 * Enter on the dialog as it comes up, Escape, closing it, and anything that goes wrong here. Of a question that is over, boxes
 * are withdrawn and nothing more is shown; VS Code lets nobody close a modal dialog but the developer.
 */
import * as vscode from 'vscode';
import type { GateChoice, GateQuestion } from '../core/gate/question.ts';
import { type QuestionStep, questionText, quoted, tooLateText } from '../core/gate/questionText.ts';
import { readSignature } from '../core/gate/twoPeople.ts';
import type { Clock, GateApi, WorkerNotice } from '../ports.ts';

export type GateNotice = Extract<WorkerNotice, { kind: 'gateQuestion' | 'gateQuestionOver' }>;

export interface GateQuestionsParts {
  readonly clock: Pick<Clock, 'now'>;
  readonly answer: GateApi['answerGate'];
  /** Told of all questions that wait, whenever one begins or ends to; `isBehind`: a dialog that is over is still before them. */
  readonly onWaiting: (questions: readonly GateQuestion[], isBehind: boolean) => void;
  readonly log: (sentence: string) => void;
}

export interface GateQuestions {
  notice(notice: GateNotice): void;
}

interface Waiting {
  readonly question: GateQuestion;
  /** Cancelled when nobody waits for its answer any more. */
  readonly gone: vscode.CancellationTokenSource;
}

/** The dialog's own way out, at its end: in VS Code the one that Escape chooses, and never the focused one. */
const CLOSE: vscode.MessageItem = { title: 'Close (Deny)', isCloseAffordance: true };
const CLOSE_SPEND: vscode.MessageItem = { title: 'Close (Stop)', isCloseAffordance: true };

export function gateQuestions({ clock, answer, onWaiting, log }: GateQuestionsParts): GateQuestions {
  /** The first is on the screen: the only one that may be over. */
  let queue: readonly Waiting[] = [];
  /** Since when there is always one on the screen: how many were answered in time. */
  let answered = 0;
  let showing = false;

  function tell(): void {
    const [first] = queue;
    const waiting = queue.filter((each) => !isOver(each));
    onWaiting(
      waiting.map(({ question }) => question),
      first !== undefined && isOver(first),
    );
  }

  async function showAll(): Promise<void> {
    if (showing) return;
    showing = true;
    try {
      for (let next = queue[0]; next; next = queue[0]) {
        await put(next);
        queue = queue.filter((each) => each !== next);
        if (!isOver(next)) answered++;
        next.gone.dispose();
        tell();
      }
    } finally {
      showing = false;
      answered = 0;
    }
  }

  async function put(waiting: Waiting): Promise<void> {
    const { question } = waiting;
    let choice: GateChoice = { kind: 'deny' };
    try {
      choice = await choiceOf(waiting);
    } catch (error) {
      log(`A question of the gate could not be shown, so the answer is no: ${sentenceOf(error)}`);
    }
    try {
      const inTime = await answer(question.id, choice);
      if (!inTime) void vscode.window.showInformationMessage(tooLateText(question));
    } catch (error) {
      void vscode.window.showErrorMessage(
        `Marginal: your answer did not reach the gate, so the agent is told no: ${sentenceOf(error)}`,
      );
    }
  }

  async function choiceOf(waiting: Waiting): Promise<GateChoice> {
    const { question } = waiting;
    const { token } = waiting.gone;
    let part = 0;
    let note: string | undefined;
    // The answer to one that is over only tells that it is.
    while (!isOver(waiting)) {
      const text = questionText(question, {
        now: clock.now(),
        number: answered + 1,
        of: answered + queue.length,
        part,
        note,
      });
      const items = text.choices.map(({ step, label }) => ({ title: label, step }));
      const picked = await vscode.window.showWarningMessage<vscode.MessageItem & { readonly step?: QuestionStep }>(
        text.title,
        { modal: true, detail: text.detail },
        ...items,
        question.kind === 'spend' ? CLOSE_SPEND : CLOSE,
      );
      if (isOver(waiting)) break;
      switch (picked?.step) {
        case 'once':
        case 'kind':
          return { kind: picked.step };
        case 'denyWhy': {
          const why = (await reasonFrom(question, token))?.trim();
          return why ? { kind: 'deny', why } : { kind: 'deny' };
        }
        case 'more':
          part = part >= text.parts ? 0 : part + 1;
          note = undefined;
          break;
        case 'type': {
          const typed = await nameFrom(question, token);
          if (typed !== undefined) return { kind: 'typed', text: typed };
          note = 'Its name wasn’t typed, so nothing is allowed yet.';
          break;
        }
        case 'copyRequest':
        case 'paste': {
          const signature = await signatureFrom(question, picked.step === 'copyRequest', token);
          if (signature !== undefined) return { kind: 'signed', signature };
          note = 'No signature came, so nothing is allowed yet.';
          break;
        }
        default:
          return { kind: 'deny' };
      }
    }
    return { kind: 'deny' };
  }

  return {
    notice(notice) {
      if (notice.kind === 'gateQuestion') {
        // A worker that starts anew may tell a question again.
        if (queue.some(({ question }) => question.id === notice.question.id)) return;
        const { agent, id } = notice.question;
        queue = [...queue, { question: notice.question, gone: new vscode.CancellationTokenSource() }];
        log(`The gate asks for ${agent} (${id}).`);
        void showAll();
      } else {
        const { questionId } = notice;
        for (const { question, gone } of queue)
          if (questionId === undefined || question.id === questionId) gone.cancel();
        queue = queue.filter((each, index) => index === 0 || !isOver(each));
      }
      tell();
    },
  };
}

function isOver({ gone }: Waiting): boolean {
  return gone.token.isCancellationRequested;
}

function reasonFrom(question: GateQuestion, token: vscode.CancellationToken): Thenable<string | undefined> {
  return vscode.window.showInputBox(
    {
      title: 'Why not?',
      prompt: 'The agent is told this with the denial. Escape denies without a reason.',
      placeHolder: question.kind === 'action' ? 'for example: keep the folder, only delete the logs in it' : '',
      ignoreFocusOut: true,
    },
    token,
  );
}

/** Accepts nothing but the very name. */
function nameFrom(question: GateQuestion, token: vscode.CancellationToken): Thenable<string | undefined> {
  const name = question.kind === 'action' && question.people?.kind === 'one' ? question.people.typed : undefined;
  if (name === undefined) return Promise.resolve(undefined);
  return vscode.window.showInputBox(
    {
      title: 'Allow by typing the name',
      prompt: `Type ${quoted(name)} and press Enter to allow this once. Escape goes back to the question.`,
      ignoreFocusOut: true,
      validateInput: (typed) => (typed === name ? undefined : `That isn’t ${quoted(name)} yet.`),
    },
    token,
  );
}

/** `copy`: the request is put on the clipboard first. Waits for the signature in a box that leaves the window usable. */
async function signatureFrom(
  question: GateQuestion,
  copy: boolean,
  token: vscode.CancellationToken,
): Promise<string | undefined> {
  if (question.kind !== 'action' || question.people?.kind !== 'two') return undefined;
  if (copy) await vscode.env.clipboard.writeText(question.people.request);
  else {
    const there = readSignature(await vscode.env.clipboard.readText());
    if (there !== undefined) return there;
  }
  const pasted = await vscode.window.showInputBox(
    {
      title: copy
        ? 'The request is on the clipboard: send it to the second person'
        : 'The clipboard holds no signature',
      prompt:
        'Paste the signature that they send back, from its BEGIN line to its END line. Escape goes back to the question.',
      placeHolder: '-----BEGIN SSH SIGNATURE----- …',
      ignoreFocusOut: true,
      validateInput: (text) =>
        readSignature(text) === undefined ? 'This is no whole SSH signature yet: paste all of it.' : undefined,
    },
    token,
  );
  return pasted === undefined ? undefined : readSignature(pasted);
}

function sentenceOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
