/** A prompt as the allocator asks about it before anything is sent. */
import type { RequestOption, RequestQuestion } from '../core/allocate/outlook.ts';
import type { ToolDefinition } from '../core/chat.ts';
import type { NanoCredits } from '../core/money.ts';
import { requestFeatures } from '../core/quality/requestFeatures.ts';
import { needOf, type RequestNeed } from '../core/route/candidate.ts';
import { fits } from '../core/route/fits.ts';
import type { WorkerApi } from '../ports.ts';
import type { CatalogModel } from './catalog.ts';
import { startedTask } from './doTask.ts';
import type { TaskClasses } from './taskClasses.ts';

export interface PromptPorts {
  readonly models: () => readonly CatalogModel[];
  readonly worker: Pick<WorkerApi, 'countRequest'>;
  readonly classes: Pick<TaskClasses, 'read' | 'refresh'>;
}

export interface Prompt {
  readonly text: string;
  readonly tools: readonly ToolDefinition[];
  readonly folder: string | undefined;
  /** V where the developer named it. */
  readonly valueNanoCredits: NanoCredits | undefined;
  /** Of the run that it begins; undefined: of none yet. */
  readonly runId?: string | undefined;
}

/** What `/do` would send for a prompt, counted. Rejects where it can't be counted. */
export async function promptQuestion(
  prompt: Prompt,
  { models, worker, classes }: PromptPorts,
): Promise<RequestQuestion> {
  const { text, tools, folder, valueNanoCredits, runId } = prompt;
  const { messages } = startedTask({ prompt: text }, { sessionId: '', promptId: '', offerId: '' });
  const { tokens: inputTokens } = await worker.countRequest({ model: 'gpt-5', messages, tools });
  const need = needOf({ messages, tools }, inputTokens);
  await classes.refresh();
  const { task, cues } = classes.read(text, runId);
  return {
    features: requestFeatures(text, { toolsOffered: tools.length }),
    task,
    cues,
    options: models().map((model) => optionOf(model, need)),
    inputTokens,
    ...(runId === undefined ? {} : { runId }),
    ...(folder === undefined ? {} : { folder }),
    ...(valueNanoCredits === undefined ? {} : { valueNanoCredits }),
    mayExplore: false,
    mayStop: true,
  };
}

function optionOf(candidate: CatalogModel, need: RequestNeed): RequestOption {
  const { id, endpointId, endpointLabel, endpoint, model, local, price, strength } = candidate;
  return {
    id,
    endpointId,
    endpointLabel,
    model: model.name,
    provider: endpoint.provider,
    local,
    resident: model.resident,
    price,
    passRate: strength?.passRate,
    barred: barOf(candidate, need),
  };
}

function barOf({ healthy, trouble, endpointLabel, model }: CatalogModel, need: RequestNeed): string | undefined {
  if (healthy === false) return `${endpointLabel} is down`;
  if (trouble !== undefined) return trouble;
  const { fit, why } = fits(model, need);
  return fit === 'no' ? why : undefined;
}
