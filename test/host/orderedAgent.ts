/** Real agents whose model orders what a test tells it to: one shell command a step, in order, whatever became of the one before. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { installAgent } from '../../scripts/agents/install.mjs';
import { writeCodexSettings } from '../agents/codexSettings.ts';
import { runToEnd } from '../agents/runToEnd.ts';
import { type ScriptedReply, startAnthropicEndpoint } from '../fakes/anthropicEndpoint.ts';
import { type GeminiReply, startGeminiEndpoint } from '../fakes/geminiEndpoint.ts';
import { type ResponsesReply, startResponsesEndpoint } from '../fakes/responsesEndpoint.ts';
import { startScriptedEndpoint } from '../fakes/scriptedEndpoint.ts';

export type OrderedAgentId = 'claude-code' | 'codex' | 'gemini-cli' | 'copilot';

export interface OrderedRun {
  readonly code: number | null;
  readonly output: string;
  /** What the model was last sent: the results of all orders are in it. */
  readonly told: string;
  /** How many times the model was asked. */
  readonly calls: number;
}

/** Where the agent runs: its home with its settings, and the folder that it works in. */
export interface OrderedPlace {
  readonly home: string;
  readonly work: string;
}

/** The words by which the model knows a prompt of the test's among the agent's own. */
const PROMPT = 'ORDERED-RUN please do it';
/** Where an agent asks a helper of its own with the same model. */
const SUBTASK = 'ORDERED-SUBTASK';

export interface Orders {
  readonly commands: readonly string[];
  /** The commands are for a sub-agent, which the agent is told to start first (Claude Code only). */
  readonly bySubagent?: boolean;
  /** Tokens that each step is said to have used, so that it costs something. */
  readonly inputTokens?: number;
}

/** Its program; rejects where it can't be installed here. */
export function installOrdered(agent: OrderedAgentId): Promise<string> {
  return installAgent(agent === 'copilot' ? 'copilot-cli' : agent);
}

/** Runs the agent to its end, with every approval of its own switched off. */
export function runOrdered(
  agent: OrderedAgentId,
  program: string,
  place: OrderedPlace,
  orders: Orders,
): Promise<OrderedRun> {
  return RUNS[agent](program, place, orders);
}

type Run = (program: string, place: OrderedPlace, orders: Orders) => Promise<OrderedRun>;

const RUNS: Readonly<Record<OrderedAgentId, Run>> = {
  'claude-code': async (program, { home, work }, { commands, bySubagent = false, inputTokens = 100 }) => {
    let told = '';
    const reply = (blocks: ScriptedReply['blocks'], stop: ScriptedReply['stop']): ScriptedReply => ({
      blocks,
      usage: { input: inputTokens, cacheWrite: 0, cacheRead: 0, output: 10 },
      stop,
    });
    const endpoint = await startAnthropicEndpoint((body) => {
      const all = JSON.stringify(body.messages);
      const inSubagent = all.includes(SUBTASK) && !all.includes(PROMPT);
      if (!all.includes(PROMPT) && !inSubagent) return reply([{ type: 'text', text: 'ok' }], 'end_turn');
      if (inSubagent || !bySubagent) told = all;
      const done = body.messages.filter(({ content }) => JSON.stringify(content).includes('"tool_result"')).length;
      if (bySubagent && !inSubagent)
        return done === 0
          ? reply(
              [
                {
                  type: 'tool_use',
                  name: body.tools?.some(({ name }) => name === 'Task') ? 'Task' : 'Agent',
                  input: { description: 'do it', prompt: SUBTASK, subagent_type: 'general-purpose' },
                },
              ],
              'tool_use',
            )
          : reply([{ type: 'text', text: 'done' }], 'end_turn');
      const command = commands[done];
      return command === undefined
        ? reply([{ type: 'text', text: 'done' }], 'end_turn')
        : reply([{ type: 'tool_use', name: 'Bash', input: { command, description: 'as ordered' } }], 'tool_use');
    });
    try {
      const ended = await runToEnd(
        program,
        ['-p', PROMPT, '--output-format', 'json', '--permission-mode', 'bypassPermissions'],
        work,
        {
          HOME: home,
          ANTHROPIC_BASE_URL: endpoint.url,
          ANTHROPIC_API_KEY: 'sk-ant-dummy',
          CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC: '1',
          // it refuses to work without approvals as root, unless it is told that this is a sandbox
          IS_SANDBOX: '1',
        },
      );
      return { ...ended, told, calls: endpoint.served.length };
    } finally {
      await endpoint.close();
    }
  },

  codex: async (program, { home, work }, { commands, inputTokens = 100 }) => {
    let told = '';
    const usage = { input: inputTokens, cached: 0, output: 10, reasoning: 0 };
    const endpoint = await startResponsesEndpoint((body): ResponsesReply => {
      told = JSON.stringify(body.input);
      const done = body.input.filter(({ type }) => type === 'function_call_output').length;
      const command = commands[done];
      return command === undefined
        ? { items: [{ type: 'message', text: 'done' }], usage }
        : { items: [{ type: 'function_call', name: 'exec_command', arguments: { cmd: command } }], usage };
    });
    writeCodexSettings(home, endpoint.url);
    try {
      const ended = await runToEnd(
        program,
        [
          'exec',
          '--json',
          '--skip-git-repo-check',
          '--dangerously-bypass-approvals-and-sandbox',
          '--dangerously-bypass-hook-trust',
          PROMPT,
        ],
        work,
        { HOME: home, DUMMY_KEY: 'dummy' },
      );
      return { ...ended, told, calls: endpoint.served.length };
    } finally {
      await endpoint.close();
    }
  },

  'gemini-cli': async (program, { home, work }, { commands, inputTokens = 100 }) => {
    let told = '';
    const usage = { prompt: inputTokens, cached: 0, candidates: 10, thoughts: 0 };
    const endpoint = await startGeminiEndpoint((body): GeminiReply => {
      const all = JSON.stringify(body.contents);
      if (!all.includes(PROMPT)) return { parts: [{ text: 'ok' }], usage };
      told = all;
      const done = all.split('"functionResponse":{').length - 1;
      const command = commands[done];
      return command === undefined
        ? { parts: [{ text: 'done' }], usage }
        : {
            parts: [{ functionCall: { name: 'run_shell_command', args: { command, description: 'as ordered' } } }],
            usage,
          };
    });
    const settings = join(home, '.gemini', 'settings.json');
    mkdirSync(join(home, '.gemini'), { recursive: true });
    try {
      writeFileSync(
        settings,
        JSON.stringify({
          security: { auth: { selectedType: 'gemini-api-key' } },
          privacy: { usageStatisticsEnabled: false },
          general: { disableAutoUpdate: true },
        }),
        { flag: 'wx' },
      );
    } catch {
      // The test has written its own, with hooks in it.
    }
    try {
      const ended = await runToEnd(program, ['--skip-trust', '--yolo', '-m', 'gemini-2.5-flash', '-p', PROMPT], work, {
        HOME: home,
        GEMINI_API_KEY: 'dummy',
        GOOGLE_GEMINI_BASE_URL: endpoint.url,
        GEMINI_CLI_NO_RELAUNCH: 'true',
      });
      return { ...ended, told, calls: endpoint.served.length };
    } finally {
      await endpoint.close();
    }
  },

  copilot: async (program, { home, work }, { commands, inputTokens = 100 }) => {
    let told = '';
    const endpoint = await startScriptedEndpoint({
      models: ['scripted-model'],
      script: ({ body }) => {
        const messages: readonly { readonly role: string }[] = body.messages;
        told = JSON.stringify(messages);
        const done = messages.filter(({ role }) => role === 'tool').length;
        const command = commands[done];
        return {
          id: `chatcmpl-${done}`,
          usage: { prompt_tokens: inputTokens, completion_tokens: 10 },
          ...(command === undefined
            ? { text: ['done'] }
            : {
                toolCalls: [
                  { id: `call_${done}`, name: 'bash', arguments: { command, description: 'as ordered', mode: 'sync' } },
                ],
              }),
        };
      },
    });
    try {
      const ended = await runToEnd(program, ['-p', PROMPT, '--allow-all-tools', '--allow-all-paths'], work, {
        HOME: home,
        COPILOT_PROVIDER_BASE_URL: endpoint.url,
        COPILOT_PROVIDER_API_KEY: 'dummy',
        COPILOT_PROVIDER_TYPE: 'openai',
        COPILOT_MODEL: 'scripted-model',
        COPILOT_OFFLINE: 'true',
      });
      return { ...ended, told, calls: endpoint.completions().length };
    } finally {
      await endpoint.stop();
    }
  },
};
