/** A prompt as the allocator asks about it before anything is sent. */
import type { RequestQuestion } from '../core/allocate/outlook.ts';
import type { ToolDefinition } from '../core/chat.ts';
import type { NanoCredits } from '../core/money.ts';
import { requestFeatures } from '../core/quality/requestFeatures.ts';
import { needOf } from '../core/route/candidate.ts';
import { mentionedFiles } from '../core/route/mentionedFiles.ts';
import { isNamedBy } from '../core/route/rules.ts';
import type { WorkerApi } from '../ports.ts';
import type { Allocator } from './allocator.ts';
import { startedTask } from './doTask.ts';

export interface PromptPorts {
  readonly allocator: Pick<Allocator, 'chooser' | 'classes' | 'settings'>;
  readonly worker: Pick<WorkerApi, 'countRequest'>;
  /** The window's. */
  readonly folders: () => readonly string[];
}

export interface Prompt {
  readonly text: string;
  readonly tools: readonly ToolDefinition[];
  /** V where the developer named it. */
  readonly valueNanoCredits: NanoCredits | undefined;
  readonly sessionId: string;
  /** Of the run that it begins; undefined: of none yet. */
  readonly runId: string | undefined;
}

/** What `/do` would send for a prompt, counted, with the developer's rules applied. Rejects where it can't be counted. */
export async function promptQuestion(prompt: Prompt, ports: PromptPorts): Promise<RequestQuestion> {
  const { text, tools, valueNanoCredits, sessionId, runId } = prompt;
  const { chooser, classes, settings } = ports.allocator;
  const { messages } = startedTask({ prompt: text }, { sessionId, promptId: '', offerId: '' });
  const { tokens } = await ports.worker.countRequest({ model: 'gpt-5', messages, tools });
  await classes.refresh();
  const folders = ports.folders();
  const [folder] = folders;
  const set = settings();
  const question = (await chooser()).question({
    facts: { agent: 'vscode-chat', sessionId, runId: runId ?? '', ...(folder === undefined ? {} : { folder }) },
    need: needOf({ messages, tools }, tokens),
    places: { folders, files: mentionedFiles(messages, folders, isNamedBy(set, set.home)), home: set.home },
    prompt: { ...classes.read(text, runId), features: requestFeatures(text, { toolsOffered: tools.length }) },
    isFirst: true,
    valueNanoCredits,
  });
  return { ...question, runId, mayStop: true };
}
