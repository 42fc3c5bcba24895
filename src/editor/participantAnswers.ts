/** Answers `@marginal`'s requests: hands them on, and puts texts and buttons into the chat. */
import * as vscode from 'vscode';
import { type ChatAnswerPorts, createChatAnswers, type ThisChat } from '../app/chatAnswers.ts';
import { createDoCommand, type DoCommandPorts } from '../app/doCommand.ts';
import { policyOf } from '../app/offers.ts';
import type { HelpCommand } from '../core/chatText/helpText.ts';
import { VENDOR } from './chatProvider.ts';
import { doToolDefinitions, doTools, type GatedTools } from './doTools.ts';

export interface AnswererParts extends ChatAnswerPorts, Omit<DoCommandPorts, keyof ChatAnswerPorts> {
  readonly worker: ChatAnswerPorts['worker'] & DoCommandPorts['worker'];
  readonly allocator: ChatAnswerPorts['allocator'] & DoCommandPorts['allocator'];
  readonly extension: Pick<vscode.Extension<unknown>, 'extensionUri' | 'packageJSON'>;
  readonly gatedTools: GatedTools;
}

export function participantAnswers(parts: AnswererParts): vscode.ChatRequestHandler {
  const answers = createChatAnswers(parts);
  const tasks = createDoCommand(parts);
  const commands = commandsOf(parts.extension.packageJSON);

  return async (request, context, stream, token) => {
    const memory = memoryOf(context) ?? { session: `do-${parts.newId()}` };
    try {
      return { metadata: await answer(request, memory, stream, token) };
    } catch (error) {
      if (token.isCancellationRequested) return { metadata: memory };
      const message = error instanceof Error ? error.message : String(error);
      parts.log(message);
      return { metadata: memory, errorDetails: { message } };
    }
  };

  async function answer(
    request: vscode.ChatRequest,
    memory: ThisChat,
    stream: vscode.ChatResponseStream,
    token: vscode.CancellationToken,
  ): Promise<ThisChat> {
    switch (request.command) {
      case 'quote': {
        const { text, quotes } = await answers.quote(request.prompt, memory.session, doToolDefinitions([]));
        stream.markdown(text);
        if (quotes.length > 0) {
          stream.button(asking('Do it', `@marginal /do ${request.prompt}`));
          stream.button(asking('Put it into the chat', request.prompt, true));
        }
        return memory;
      }
      case 'why':
        stream.markdown(await answers.why(memory));
        return memory;
      case 'value':
        stream.markdown(await answers.value(request.prompt, memory));
        return memory;
      case 'budget':
        stream.markdown(await answers.budget());
        return memory;
      case 'prices':
        stream.markdown(await answers.prices());
        return memory;
      case 'regret':
        stream.markdown(await answers.regret());
        stream.button({ title: 'Whole report', command: 'marginal.showRegretReport' });
        return memory;
      case 'do':
        return doIt(request, memory, stream, token);
      default:
        stream.markdown(await answers.help(commands));
        return memory;
    }
  }

  async function doIt(
    request: vscode.ChatRequest,
    memory: ThisChat,
    stream: vscode.ChatResponseStream,
    token: vscode.CancellationToken,
  ): Promise<ThisChat> {
    const abort = new AbortController();
    const subscription = token.onCancellationRequested(() => abort.abort());
    if (token.isCancellationRequested) abort.abort();
    try {
      const { runId, canGoOn } = await tasks.run(
        {
          prompt: request.prompt,
          context: contextOf(request.references),
          sessionId: memory.session,
          offerId: pickedPolicy(request.model) ?? 'policy/balanced',
          tools: doTools(
            request.toolInvocationToken,
            request.toolReferences.map(({ name }) => name),
            parts.gatedTools,
            `${memory.session}/${parts.newId()}`,
          ),
        },
        { markdown: (text) => stream.markdown(text), progress: (text) => stream.progress(text) },
        abort.signal,
      );
      if (canGoOn) stream.button(asking('Go on', '@marginal /do go on'));
      return { ...memory, ...(runId === undefined ? {} : { runId }) };
    } finally {
      subscription.dispose();
    }
  }
}

/** A button that sends a prompt to the chat, or only writes it there. */
function asking(title: string, query: string, isPartialQuery = false): vscode.Command {
  return { title, command: 'workbench.action.chat.open', arguments: [{ query, isPartialQuery }] };
}

/** One of Marginal's policies, where the developer has picked it for this chat. */
function pickedPolicy({ vendor, id }: vscode.LanguageModelChat): string | undefined {
  return vendor === VENDOR && policyOf(id) !== undefined ? id : undefined;
}

function memoryOf({ history }: vscode.ChatContext): ThisChat | undefined {
  for (const turn of history.toReversed()) {
    if (!(turn instanceof vscode.ChatResponseTurn)) continue;
    const { session, runId } = (turn.result.metadata ?? {}) as Readonly<Record<string, unknown>>;
    if (typeof session === 'string') return { session, ...(typeof runId === 'string' ? { runId } : {}) };
  }
  return undefined;
}

/** The workspace's folders, and what the developer attached, by name: the model reads what it needs. */
function contextOf(references: readonly vscode.ChatPromptReference[]): string {
  const folders = (vscode.workspace.workspaceFolders ?? []).map(({ uri }) => `- ${uri.fsPath}`);
  const attached = references.flatMap((reference) => attachedText(reference) ?? []);
  return [
    '<workspace_info>',
    folders.length === 0 ? 'No folder is open.' : `Workspace folders:\n${folders.join('\n')}`,
    ...(attached.length === 0 ? [] : [`Attached by the developer:\n${attached.join('\n')}`]),
    '</workspace_info>',
  ].join('\n');
}

/** undefined: VS Code's own addition to every prompt (its skills, say), which each request would pay for. */
function attachedText({ value, range }: vscode.ChatPromptReference): string | undefined {
  if (value instanceof vscode.Uri) return `- ${value.fsPath}`;
  if (value instanceof vscode.Location)
    return `- ${value.uri.fsPath}, lines ${value.range.start.line + 1} to ${value.range.end.line + 1}`;
  return typeof value === 'string' && range !== undefined ? `- ${value}` : undefined;
}

/** As package.json lists them. */
function commandsOf(manifest: unknown): readonly HelpCommand[] {
  const { contributes } = manifest as {
    contributes: { chatParticipants: readonly { commands: readonly HelpCommand[] }[] };
  };
  return contributes.chatParticipants.flatMap(({ commands }) => commands);
}
