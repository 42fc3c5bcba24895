import { replyDialectOf } from '../dialects/replies/index.ts';
import type { GuardedAgent } from '../hookCall.ts';
import { type HookShell, hookCommand } from './hookCommand.ts';

/** Seconds that an agent waits for its hook: longer than the developer has for an answer. */
const TIMEOUT_SECONDS = 180;

/** Whose hooks are entries of a settings file. */
export type EntryAgent = Exclude<GuardedAgent, 'cline'>;

const EVENTS: Readonly<Record<EntryAgent, readonly string[]>> = {
  copilot: ['SessionStart', 'UserPromptSubmit', 'PreToolUse', 'PostToolUse', 'PostToolUseFailure'],
  'claude-code': ['SessionStart', 'UserPromptSubmit', 'PreToolUse', 'PostToolUse', 'PostToolUseFailure'],
  codex: ['SessionStart', 'UserPromptSubmit', 'PreToolUse', 'PostToolUse'],
  'gemini-cli': ['SessionStart', 'BeforeAgent', 'BeforeTool', 'AfterTool'],
  // Shell commands and MCP tools have events of their own, which older versions have too; the rest comes by preToolUse.
  cursor: [
    'sessionStart',
    'beforeSubmitPrompt',
    'beforeShellExecution',
    'beforeMCPExecution',
    'preToolUse',
    'postToolUse',
    'afterShellExecution',
    'afterMCPExecution',
  ],
};

/** What a settings file of an agent is to hold: for each event the entry to add to its list. */
export type HookEntries = Readonly<Record<string, object>>;

export function hookEntries(agent: EntryAgent, launcher: string, windows: boolean): HookEntries {
  const dialect = replyDialectOf(agent);
  const line = (event: string, shell: HookShell) =>
    hookCommand(launcher, { agent, event, decides: dialect?.decides(event) ?? true }, shell);
  return Object.fromEntries(
    EVENTS[agent].map((event) => [
      event,
      entry(agent, (shell) => line(event, shell), windows, dialect?.decides(event)),
    ]),
  );
}

function entry(
  agent: EntryAgent,
  line: (shell: HookShell) => string,
  windows: boolean,
  decides: boolean | undefined,
): object {
  const command = line(windows ? 'cmd' : 'sh');
  switch (agent) {
    case 'copilot':
      // VS Code reads `timeout`, the CLI `timeoutSec`; on Windows the CLI runs PowerShell.
      return {
        type: 'command',
        command,
        ...(windows && { windows: command, powershell: line('powershell') }),
        timeout: TIMEOUT_SECONDS,
        timeoutSec: TIMEOUT_SECONDS,
      };
    case 'claude-code':
    case 'codex':
      return { hooks: [{ type: 'command', command, timeout: TIMEOUT_SECONDS }] };
    case 'gemini-cli':
      return {
        matcher: '*',
        hooks: [
          {
            type: 'command',
            name: 'marginal',
            command: windows ? line('powershell') : command,
            timeout: TIMEOUT_SECONDS * 1_000,
          },
        ],
      };
    case 'cursor':
      return { command, timeout: TIMEOUT_SECONDS, ...(decides && { failClosed: true }) };
  }
}

/** Cline's hooks are scripts, each named for its event. */
export const CLINE_EVENTS = ['TaskStart', 'UserPromptSubmit', 'PreToolUse', 'PostToolUse'] as const;

export function clineScript(launcher: string, event: string): string {
  const dialect = replyDialectOf('cline');
  const lost = dialect?.decides(event)
    ? dialect.reply(event, {
        kind: 'deny',
        reason: 'Marginal’s launcher is gone. Ask the developer to run “Marginal: Guard My Agents” in VS Code.',
      }).stdout
    : '';
  const quoted = (text: string) => `'${text.replaceAll("'", `'\\''`)}'`;
  return [
    '#!/bin/sh',
    '# Marginal guards Cline: run “Marginal: Stop Guarding Agents” in VS Code to remove this file.',
    `launcher=${quoted(launcher)}`,
    `if [ -x "$launcher" ]; then exec "$launcher" cline ${event}; fi`,
    ...(lost === '' ? [] : [`printf '%s\\n' ${quoted(lost.trimEnd())}`]),
    '',
  ].join('\n');
}
