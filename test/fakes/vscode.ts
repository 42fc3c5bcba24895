// VS Code's API as far as the chat files use it, with the runtime's shapes where they go beyond the typings. It stands in
// for the module 'vscode' where vscodeModule.ts is imported first.

export class LanguageModelTextPart {
  readonly value: string;
  constructor(value: string) {
    this.value = value;
  }
}

export class LanguageModelToolCallPart {
  readonly callId: string;
  readonly name: string;
  readonly input: object;
  constructor(callId: string, name: string, input: object) {
    this.callId = callId;
    this.name = name;
    this.input = input;
  }
}

export class LanguageModelToolResultPart {
  readonly callId: string;
  readonly content: readonly unknown[];
  constructor(callId: string, content: readonly unknown[]) {
    this.callId = callId;
    this.content = content;
  }
}

export class LanguageModelPromptTsxPart {
  readonly value: unknown;
  constructor(value: unknown) {
    this.value = value;
  }
}

export class LanguageModelDataPart {
  readonly data: Uint8Array;
  readonly mimeType: string;
  constructor(data: Uint8Array, mimeType: string) {
    this.data = data;
    this.mimeType = mimeType;
  }
  static image(data: Uint8Array, mimeType: string): LanguageModelDataPart {
    return new LanguageModelDataPart(data, mimeType);
  }
}

export class LanguageModelThinkingPart {
  readonly value: string | readonly string[];
  readonly id: string | undefined;
  readonly metadata: object | undefined;
  constructor(value: string | readonly string[], id?: string, metadata?: object) {
    this.value = value;
    this.id = id;
    this.metadata = metadata;
  }
}

export const LanguageModelChatMessageRole = { User: 1, Assistant: 2 };
export const LanguageModelChatToolMode = { Auto: 1, Required: 2 };

export class LanguageModelChatMessage {
  readonly role: number;
  readonly content: readonly unknown[];
  readonly name: string | undefined;
  constructor(role: number, content: readonly unknown[], name?: string) {
    this.role = role;
    this.content = content;
    this.name = name;
  }
  static User(content: readonly unknown[], name?: string): LanguageModelChatMessage {
    return new LanguageModelChatMessage(LanguageModelChatMessageRole.User, content, name);
  }
  static Assistant(content: readonly unknown[], name?: string): LanguageModelChatMessage {
    return new LanguageModelChatMessage(LanguageModelChatMessageRole.Assistant, content, name);
  }
}

export class CancellationError extends Error {
  override readonly name = 'Canceled';
}

export class LanguageModelError extends Error {
  readonly code: string;
  constructor(message?: string, code?: string) {
    super(message);
    this.code = code ?? '';
  }
  static NoPermissions(message?: string): LanguageModelError {
    return new LanguageModelError(message, LanguageModelError.NoPermissions.name);
  }
  static Blocked(message?: string): LanguageModelError {
    return new LanguageModelError(message, LanguageModelError.Blocked.name);
  }
  static NotFound(message?: string): LanguageModelError {
    return new LanguageModelError(message, LanguageModelError.NotFound.name);
  }
}

export interface FakeCancellationToken {
  isCancellationRequested: boolean;
  onCancellationRequested(listener: () => void): { dispose(): void };
}

export class CancellationTokenSource {
  readonly #listeners = new Set<() => void>();
  readonly token: FakeCancellationToken = {
    isCancellationRequested: false,
    onCancellationRequested: (listener) => {
      this.#listeners.add(listener);
      return { dispose: () => this.#listeners.delete(listener) };
    },
  };
  cancel(): void {
    if (this.token.isCancellationRequested) return;
    this.token.isCancellationRequested = true;
    for (const listener of this.#listeners) listener();
  }
  dispose(): void {
    this.#listeners.clear();
  }
  /** Who would still hear of it. */
  listeners(): number {
    return this.#listeners.size;
  }
}

/** What a model was asked. */
export interface SeenChatRequest {
  readonly messages: readonly LanguageModelChatMessage[];
  // biome-ignore lint/suspicious/noExplicitAny: a test reads into it
  readonly options: any;
  readonly token: FakeCancellationToken;
}

/** A model that VS Code offers; `reply` plays its answer. */
export interface FakeChatModel {
  readonly vendor: string;
  readonly id: string;
  readonly name: string;
  readonly family: string;
  readonly version: string;
  readonly maxInputTokens: number;
  readonly capabilities?: { readonly supportsToolCalling?: boolean; readonly supportsImageToText?: boolean };
  reply(request: SeenChatRequest): AsyncIterable<unknown>;
}

/** The models that are offered now, and every request that reached one. */
export const offered: FakeChatModel[] = [];
export const seen: SeenChatRequest[] = [];
/** What sendRequest itself throws, as VS Code does where the user refuses; `asking`: the consent dialog is open. */
export const refusal: { error: Error | undefined; asking: Promise<void> | undefined } = {
  error: undefined,
  asking: undefined,
};
/** While it is open, VS Code has not listed its models yet. */
export const listing: { asking: Promise<void> | undefined } = { asking: undefined };

export class Disposable {
  readonly #parts: readonly { dispose(): void }[];
  constructor(...parts: readonly { dispose(): void }[]) {
    this.#parts = parts;
  }
  static from(...parts: readonly { dispose(): void }[]): Disposable {
    return new Disposable(...parts);
  }
  dispose(): void {
    for (const part of this.#parts) part.dispose();
  }
}

/** What was registered as a provider, by vendor. */
// biome-ignore lint/suspicious/noExplicitAny: the provider's own type is VS Code's
export const providers = new Map<string, any>();

/** Who is told when VS Code's models change. */
export const modelListeners = new Set<() => void>();

export const lm = {
  onDidChangeChatModels(listener: () => void) {
    modelListeners.add(listener);
    return new Disposable({ dispose: () => modelListeners.delete(listener) });
  },
  async selectChatModels(selector: { readonly vendor?: string; readonly id?: string } = {}) {
    await listing.asking;
    return offered
      .filter(({ vendor, id }) => (selector.vendor ?? vendor) === vendor && (selector.id ?? id) === id)
      .map(({ reply, ...model }) => ({
        ...model,
        async sendRequest(
          messages: readonly LanguageModelChatMessage[],
          options: unknown,
          token: FakeCancellationToken,
        ) {
          await refusal.asking;
          if (refusal.error) throw refusal.error;
          const request = { messages, options, token };
          seen.push(request);
          return { stream: reply(request) };
        },
      }));
  },
  registerLanguageModelChatProvider(vendor: string, provider: unknown) {
    providers.set(vendor, provider);
    return { dispose: () => providers.delete(vendor) };
  },
};

/** What was said in the status bar for a while. */
export const statusBarMessages: string[] = [];

export class EventEmitter<T> {
  readonly #listeners = new Set<(value: T) => void>();
  readonly event = (listener: (value: T) => void) => {
    this.#listeners.add(listener);
    return { dispose: () => this.#listeners.delete(listener) };
  };
  fire(value: T): void {
    for (const listener of this.#listeners) listener(value);
  }
  dispose(): void {
    this.#listeners.clear();
  }
}

export const ConfigurationTarget = { Global: 1, Workspace: 2, WorkspaceFolder: 3 };

/** The settings that there are, by their whole name; one that isn't in it is unknown to VS Code, and can't be written. */
export const configuration = new Map<string, unknown>();
/** Every setting that was written, with its target. */
export const written: (readonly [name: string, value: unknown, target: unknown])[] = [];
const configurationChanges = new EventEmitter<{ affectsConfiguration(name: string): boolean }>();

/** What happens in the workspace: a test fires it. */
export const happened = {
  textChanged: new EventEmitter<unknown>(),
  textOpened: new EventEmitter<unknown>(),
  selected: new EventEmitter<unknown>(),
  fileChanged: new EventEmitter<Uri>(),
  fileCreated: new EventEmitter<Uri>(),
  fileDeleted: new EventEmitter<Uri>(),
  taskStarted: new EventEmitter<unknown>(),
  taskEnded: new EventEmitter<unknown>(),
  commandStarted: new EventEmitter<unknown>(),
  commandEnded: new EventEmitter<unknown>(),
};

export class Uri {
  readonly scheme = 'file';
  readonly fsPath: string;
  constructor(path: string) {
    this.fsPath = path;
  }
  static file(path: string): Uri {
    return new Uri(path);
  }
  static joinPath(base: Uri, ...parts: readonly string[]): Uri {
    return new Uri([base.fsPath, ...parts].join('/'));
  }
  toString(): string {
    return `file://${this.fsPath}`;
  }
}

/** What is on disk, by path, and what is open in editors. */
export const disk = new Map<string, string>();
export const opened: { readonly uri: Uri; readonly isClosed: boolean; getText(): string }[] = [];
export const FileType = { File: 1 };
export class FileSystemError extends Error {
  readonly code = 'FileNotFound';
}
export const TextEditorSelectionChangeKind = { Keyboard: 1, Mouse: 2, Command: 3 };
export const TerminalShellExecutionCommandLineConfidence = { Low: 0, Medium: 1, High: 2 };
export const TaskGroup = { Test: { id: 'test' }, Build: { id: 'build' } };
export class ShellExecution {
  readonly commandLine: string | undefined;
  readonly command = undefined;
  readonly args = undefined;
  constructor(commandLine: string) {
    this.commandLine = commandLine;
  }
}
export class ProcessExecution {
  readonly process: string;
  readonly args: readonly string[];
  constructor(process: string, args: readonly string[]) {
    this.process = process;
    this.args = args;
  }
}
export const tasks = {
  onDidStartTaskProcess: happened.taskStarted.event,
  onDidEndTaskProcess: happened.taskEnded.event,
};

const folders = [{ uri: Uri.file('/code/app') }];

export const workspace = {
  workspaceFolders: folders,
  textDocuments: opened,
  getWorkspaceFolder: ({ fsPath }: Uri) => folders.find(({ uri }) => fsPath.startsWith(`${uri.fsPath}/`)),
  createFileSystemWatcher: () => ({
    onDidChange: happened.fileChanged.event,
    onDidCreate: happened.fileCreated.event,
    onDidDelete: happened.fileDeleted.event,
    dispose() {},
  }),
  onDidOpenTextDocument: happened.textOpened.event,
  onDidChangeTextDocument: happened.textChanged.event,
  fs: {
    async stat({ fsPath }: Uri) {
      const text = disk.get(fsPath);
      if (text === undefined) throw new FileSystemError();
      return { size: text.length, type: FileType.File };
    },
    async readFile({ fsPath }: Uri) {
      const text = disk.get(fsPath);
      if (text === undefined) throw new FileSystemError();
      return new TextEncoder().encode(text);
    },
    async writeFile({ fsPath }: Uri, content: Uint8Array) {
      disk.set(fsPath, new TextDecoder().decode(content));
    },
  },
  onDidChangeConfiguration: configurationChanges.event,
  getConfiguration: (section: string) => ({
    get: (name: string) => configuration.get(`${section}.${name}`),
    async update(name: string, value: unknown, target: unknown) {
      const whole = `${section}.${name}`;
      if (!configuration.has(whole)) throw new Error(`${whole} is not a registered configuration.`);
      configuration.set(whole, value);
      written.push([whole, value, target]);
      configurationChanges.fire({ affectsConfiguration: (asked) => `${whole}.`.startsWith(`${asked}.`) });
    },
  }),
};

/** The ids of the extensions that are installed. */
export const installed = new Set<string>();
/** What an extension hands to others, by its id. */
export const exported = new Map<string, unknown>();
export const extensions = {
  getExtension: (id: string) => (installed.has(id) ? { id, isActive: true, exports: exported.get(id) } : undefined),
};

/** Every modal question, and the button that is pressed on the next one; undefined: it is closed. */
export const questions: { readonly message: string; readonly detail: string; readonly buttons: readonly string[] }[] =
  [];
export const answer: { next: string | undefined } = { next: undefined };

export const ProgressLocation = { Notification: 15 };

export const window = {
  onDidChangeTextEditorSelection: happened.selected.event,
  onDidStartTerminalShellExecution: happened.commandStarted.event,
  onDidEndTerminalShellExecution: happened.commandEnded.event,
  setStatusBarMessage(text: string) {
    statusBarMessages.push(text);
    return { dispose() {} };
  },
  async showInformationMessage(message: string, options: { readonly detail: string }, ...buttons: readonly string[]) {
    questions.push({ message, detail: options.detail, buttons });
    return answer.next;
  },
};

/** What the machine around VS Code offers: a clipboard that a test fills and reads. */
export const env = { clipboard: { readText: async () => '', writeText: async (_text: string) => {} } };
