/** `Marginal: Add Model Endpoint…`: asks, tests the connection, stores the key in SecretStorage and the rest in settings. */
import * as vscode from 'vscode';
import { CORRECT } from '../core/endpointError.ts';
import type { Endpoint } from '../ports.ts';
import type { EndpointKeys } from './secrets.ts';
import { deleteEndpoint, type EndpointKind, type EndpointSetting, saveEndpoint } from './settings.ts';

interface Preset {
  readonly label: string;
  readonly description: string;
  readonly id: string;
  readonly speaks: EndpointKind;
  readonly url: string;
  readonly key: 'required' | 'optional' | 'none';
}

const PRESETS: readonly Preset[] = [
  {
    label: 'Ollama',
    description: 'models on this machine or network',
    id: 'ollama',
    speaks: 'ollama',
    url: 'http://127.0.0.1:11434',
    key: 'none',
  },
  {
    label: 'llama.cpp server',
    description: 'OpenAI-compatible',
    id: 'llama',
    speaks: 'openai',
    url: 'http://127.0.0.1:8080/v1',
    key: 'optional',
  },
  {
    label: 'LM Studio',
    description: 'OpenAI-compatible',
    id: 'lmstudio',
    speaks: 'openai',
    url: 'http://127.0.0.1:1234/v1',
    key: 'optional',
  },
  {
    label: 'vLLM',
    description: 'OpenAI-compatible',
    id: 'vllm',
    speaks: 'openai',
    url: 'http://127.0.0.1:8000/v1',
    key: 'optional',
  },
  {
    label: 'OpenAI',
    description: 'api.openai.com',
    id: 'openai',
    speaks: 'openai',
    url: 'https://api.openai.com/v1',
    key: 'required',
  },
  {
    label: 'OpenRouter',
    description: 'openrouter.ai',
    id: 'openrouter',
    speaks: 'openai',
    url: 'https://openrouter.ai/api/v1',
    key: 'required',
  },
  {
    label: 'Anthropic',
    description: 'api.anthropic.com',
    id: 'anthropic',
    speaks: 'anthropic',
    url: 'https://api.anthropic.com',
    key: 'required',
  },
  {
    label: 'Other',
    description: 'any server that speaks OpenAI chat completions',
    id: 'custom',
    speaks: 'openai',
    url: 'https://',
    key: 'optional',
  },
];

export interface EndpointDialogParts {
  readonly keys: EndpointKeys;
  readonly taken: () => readonly EndpointSetting[];
  /** Whether an address is this machine's or network's own. */
  readonly isOwn: (url: string) => boolean;
  /** Builds an endpoint that uses the given key, to test before anything is stored. */
  readonly build: (setting: EndpointSetting, key: string | undefined) => Promise<Endpoint>;
}

export async function addEndpoint(parts: EndpointDialogParts): Promise<void> {
  const preset = await vscode.window.showQuickPick(PRESETS, {
    title: 'Add Model Endpoint',
    placeHolder: 'Where do the models run?',
    ignoreFocusOut: true,
  });
  if (!preset) return;
  for (let url: string | undefined = preset.url; ; ) {
    url = await askUrl(preset, url);
    if (!url) return;
    const key = await askKey(preset, url, parts.isOwn(url));
    if (key === undefined) return;

    const setting: EndpointSetting = {
      id: freeId(preset.id, url, parts.taken()),
      kind: preset.speaks,
      url,
      ...(preset.id === 'custom' ? { label: new URL(url).host } : { label: preset.label }),
    };
    const models = await testConnection(await parts.build(setting, key || undefined));
    if (models === undefined) return;
    if (models === 'correct') continue;
    if (key) await parts.keys.set(setting.id, url, key);
    await saveEndpoint(setting);
    void vscode.window.showInformationMessage(addedSentence(setting.label ?? setting.id, models));
    return;
  }
}

/** What the user is told after an endpoint was added; 0 models: it didn't answer, or has none. */
export function addedSentence(label: string, models: number): string {
  return models === 0
    ? `${label} is added, without models for now: once it has some, run Marginal: Rescan, and they stand in the Chat view's model picker.`
    : `${label} is added with ${models === 1 ? 'one model' : `${models} models`}: pick one in the Chat view's model picker, or Marginal: Frugal or Best to let Marginal choose.`;
}

export async function removeEndpoint(parts: Pick<EndpointDialogParts, 'keys' | 'taken'>): Promise<void> {
  const taken = parts.taken();
  if (taken.length === 0) {
    void vscode.window.showInformationMessage('No endpoint is configured. Ollama is found by itself.');
    return;
  }
  const pick = await vscode.window.showQuickPick(
    taken.map(({ id, label, url }) => ({ label: label ?? id, description: url, id })),
    { title: 'Remove Model Endpoint', placeHolder: 'Its key is deleted too; the ledger keeps what it cost' },
  );
  if (!pick) return;
  await parts.keys.delete(pick.id);
  await deleteEndpoint(pick.id);
}

function askUrl(preset: Preset, value: string): Thenable<string | undefined> {
  return vscode.window
    .showInputBox({
      title: `${preset.label}: address`,
      prompt: 'Base URL of the server',
      value,
      ignoreFocusOut: true,
      validateInput: urlProblem,
    })
    .then((url) => url?.trim());
}

/** The key; '' where none is given and none is needed; undefined: the user went away. */
function askKey(preset: Preset, url: string, isOwn: boolean): Thenable<string | undefined> {
  if (preset.key === 'none') return Promise.resolve('');
  return vscode.window.showInputBox({
    title: `${preset.label}: key`,
    prompt: `API key for ${new URL(url).host}${preset.key === 'optional' ? ' (leave empty if it needs none)' : ''}. It is kept in VS Code's secret storage.`,
    password: true,
    ignoreFocusOut: true,
    validateInput: (value) => {
      const given = value.trim() !== '';
      if (!given) return preset.key === 'required' ? 'This endpoint needs a key.' : null;
      if (isOwn || url.startsWith('https:')) return null;
      return 'Over http the key could be read on the way: use an https address, or leave the key empty.';
    },
  });
}

function urlProblem(value: string): string | null {
  return URL.canParse(value) && /^https?:\/\/[^/\s]+/.test(value) ? null : 'An address such as http://127.0.0.1:11434.';
}

function freeId(wanted: string, url: string, taken: readonly EndpointSetting[]): string {
  const base = wanted === 'custom' ? new URL(url).hostname : wanted;
  const same = taken.find((endpoint) => endpoint.url === url);
  if (same) return same.id;
  for (let number = 1; ; number++) {
    const id = number === 1 ? base : `${base}-${number}`;
    if (!taken.some((endpoint) => endpoint.id === id)) return id;
  }
}

/**
 * Number of models, 0 where the user adds an endpoint that doesn't answer yet; `correct`: they want to enter the address
 * or the key anew; undefined: given up.
 */
async function testConnection(endpoint: Endpoint): Promise<number | 'correct' | undefined> {
  for (;;) {
    const outcome = await vscode.window.withProgress(
      { location: vscode.ProgressLocation.Notification, title: `Asking ${endpoint.label} for its models…` },
      async (): Promise<number | Error> => {
        try {
          return (await endpoint.listModels(AbortSignal.timeout(10_000))).length;
        } catch (error) {
          return error instanceof Error ? error : new Error(String(error));
        }
      },
    );
    if (typeof outcome === 'number') return outcome;
    const buttons = ['Try Again', CORRECT, 'Add Anyway'];
    const choice = await vscode.window.showWarningMessage(outcome.message, { modal: true }, ...buttons);
    if (choice === undefined) return undefined;
    if (choice === CORRECT) return 'correct';
    if (choice === 'Add Anyway') return 0;
  }
}
