/** `@marginal` in VS Code's chat. What answers is loaded when it is first asked. */
import * as vscode from 'vscode';
import type { ThisChat } from '../app/chatAnswers.ts';
import type { AnswererParts } from './participantAnswers.ts';

export interface ParticipantParts extends AnswererParts {
  readonly outcomes: { vote(runId: string, up: boolean): void };
}

const PARTICIPANT = 'marginal.chat';

export function registerParticipant(parts: ParticipantParts): vscode.Disposable {
  let answerer: Promise<vscode.ChatRequestHandler> | undefined;
  const participant = vscode.chat.createChatParticipant(PARTICIPANT, async (request, context, stream, token) => {
    answerer ??= import('./participantAnswers.ts').then(({ participantAnswers }) => participantAnswers(parts));
    return (await answerer)(request, context, stream, token);
  });
  participant.iconPath = vscode.Uri.joinPath(parts.extension.extensionUri, 'media/icon.png');
  const following = participant.onDidReceiveFeedback(({ result, kind }) => {
    const { runId } = (result.metadata ?? {}) as Partial<ThisChat>;
    if (runId !== undefined) parts.outcomes.vote(runId, kind === vscode.ChatResultFeedbackKind.Helpful);
  });
  return vscode.Disposable.from(participant, following);
}
