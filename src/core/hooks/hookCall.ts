import type { Action } from '../risk/action.ts';

/** The agents whose hooks Marginal knows, by the ids that the ledger has for them. `copilot`: VS Code's own sessions and the Copilot CLI. */
export const GUARDED_AGENTS = ['copilot', 'claude-code', 'codex', 'gemini-cli', 'cursor', 'cline'] as const;
export type GuardedAgent = (typeof GUARDED_AGENTS)[number];

/** Marginal's own agent in the chat, which asks the same gate without a hook. */
export const OWN_AGENT = 'vscode-chat';

/** What an agent told through one of its hooks, in one dialect for all of them. */
export interface HookCall {
  readonly agent: GuardedAgent | typeof OWN_AGENT;
  /** The event's name as the agent spells it: an answer is shaped by it. */
  readonly event: string;
  readonly sessionId?: string;
  /** Set where a sub-agent acts; it draws on its parent's run. */
  readonly subagentId?: string;
  /** Folder that the agent works in, absolute. */
  readonly cwd?: string;
  /** As the agent names it: `default`, `bypassPermissions`. */
  readonly permissionMode?: string;
  readonly model?: string;
  readonly moment: HookMoment;
}

export type HookMoment =
  | { readonly kind: 'sessionStart' }
  | { readonly kind: 'prompt'; readonly prompt: string }
  /** Several actions where an agent tells a batch, or one tool does several things. */
  | {
      readonly kind: 'beforeTool';
      readonly toolUseId?: string;
      readonly tool: string;
      readonly input: unknown;
      readonly actions: readonly Action[];
    }
  | {
      readonly kind: 'afterTool';
      readonly toolUseId?: string;
      readonly tool: string;
      readonly input: unknown;
      readonly actions: readonly Action[];
      /** What the tool gave back, as far as the agent tells. */
      readonly result: string;
      readonly failed?: boolean;
    }
  /** The agent stops, a sub-agent begins or ends, a context is compacted: nothing is decided. */
  | { readonly kind: 'other' };

/** What Marginal says to it. */
export type HookAnswer =
  /**
   * Nothing: the agent's own approvals go on as they would. `note`: for the developer, where the agent shows such.
   * `context`: for the agent's model, where its hook takes such: that what a tool gave back is data and no order, say.
   */
  | { readonly kind: 'pass'; readonly note?: string; readonly context?: string }
  /** A person has allowed it: the agent need not ask again. */
  | { readonly kind: 'allow'; readonly reason: string; readonly note?: string }
  /** The agent is to ask its developer; only where its dialect's `asks` says that it would. */
  | { readonly kind: 'ask'; readonly reason: string }
  /** `reason` is for the agent: why, and what it can do instead. `stop`: the whole run is to end, where that can be said. */
  | { readonly kind: 'deny'; readonly reason: string; readonly stop?: boolean };

/** What the hook's process prints and how it ends. */
export interface HookReply {
  readonly stdout: string;
  readonly stderr?: string;
  readonly exitCode: number;
}

/** How one agent spells its hooks. Pure. */
export interface HookDialect {
  readonly agent: GuardedAgent;
  /**
   * Reads what came on standard input for an event. undefined: it isn't what this agent is known to send; before a tool, that
   * is denied. Never throws.
   */
  read(event: string, body: unknown): HookCall | undefined;
  /** The answer in the agent's words for the event. Never throws, and a denial is one whatever the event is. */
  reply(event: string, answer: HookAnswer): HookReply;
  /** Whether `ask` really puts a question to the developer in this permission mode (docs: some agents approve it by themselves). */
  asks(permissionMode: string | undefined): boolean;
  /** Whether an event comes before a tool is used: what can't be decided is denied there, and let pass elsewhere. */
  decides(event: string): boolean;
  /** The agent's own tools that only read: allowed while VS Code is closed. */
  readonly readOnlyTools: readonly string[];
}
