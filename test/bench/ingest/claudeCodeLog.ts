/**
 * A session of Claude Code with its sub-agents, line by line in the shape of its true logs
 * (test/fixtures/claude-code): a prompt, replies of one to three content blocks, each block a line that repeats the
 * reply's usage (its output still growing in the first ones), tools' results that stand in two places of their line, and
 * lines between that tell of no call.
 */
import type { Chance } from './chance.ts';
import type { Texts } from './text.ts';

export interface ClaudeCodeSession {
  readonly sessionId: string;
  readonly lines: readonly string[];
  /** By the sub-agent's id. */
  readonly subagents: ReadonlyMap<string, readonly string[]>;
}

const MODELS = ['claude-opus-4-8', 'claude-opus-4-8', 'claude-opus-4-8', 'claude-sonnet-4-6'];
const HELPER = 'claude-haiku-4-5-20251001';
const TOOLS = ['Read', 'Bash', 'Edit', 'Grep', 'Write', 'TodoWrite'];

/** `calls`: about how many model calls it has. */
export function claudeCodeSession(chance: Chance, texts: Texts, startsAt: number, folder: string, calls: number) {
  const sessionId = chance.uuid();
  const subagents = new Map<string, readonly string[]>();
  const main = conversation(chance, texts, {
    startsAt,
    folder,
    sessionId,
    model: chance.one(MODELS),
    agentId: undefined,
  });
  main.bare({
    type: 'file-history-snapshot',
    messageId: chance.uuid(),
    snapshot: { trackedFileBackups: {} },
    isSnapshotUpdate: false,
  });
  while (main.calls() < calls) {
    main.prompt();
    main.attachment();
    for (let step = chance.between(2, 30); step > 0; step -= 1) {
      main.reply(step === 1);
      if (step === 1) break;
      main.toolResult();
      if (chance.next() < 0.15) main.attachment();
      if (chance.next() > 0.01) continue;
      const agentId = `a${chance.hex(16)}`;
      const helper = conversation(chance, texts, { startsAt: main.now(), folder, sessionId, model: HELPER, agentId });
      helper.prompt();
      for (let left = chance.between(3, 25); left > 0; left -= 1) {
        helper.reply(left === 1);
        if (left > 1) helper.toolResult();
      }
      subagents.set(agentId, helper.lines);
    }
    main.bare({ type: 'last-prompt', lastPrompt: texts.text(60), leafUuid: chance.uuid(), sessionId });
  }
  return { sessionId, lines: main.lines, subagents } satisfies ClaudeCodeSession;
}

interface Setting {
  readonly startsAt: number;
  readonly folder: string;
  readonly sessionId: string;
  readonly model: string;
  readonly agentId: string | undefined;
}

function conversation(chance: Chance, texts: Texts, { startsAt, folder, sessionId, model, agentId }: Setting) {
  const lines: string[] = [];
  let at = startsAt;
  let parent: string | null = null;
  let promptId = '';
  let calls = 0;
  /** What the prompt cache holds, and what came since. */
  let cached = 14_000;
  let added = 3_000;
  let tool = { id: '', name: 'Read' };

  const bare = (line: object) => void lines.push(JSON.stringify(line));

  /** A line that stands in the conversation; keys in the order that Claude Code writes them. */
  function push(own: object): string {
    at += chance.between(5, 900);
    const uuid = chance.uuid();
    bare({
      parentUuid: parent,
      isSidechain: agentId !== undefined,
      ...(agentId === undefined ? {} : { agentId }),
      ...own,
      uuid,
      timestamp: new Date(at).toISOString(),
      userType: 'external',
      entrypoint: 'cli',
      cwd: folder,
      sessionId,
      version: '2.1.197',
      gitBranch: 'main',
    });
    parent = uuid;
    return uuid;
  }

  return {
    lines,
    bare,
    now: () => at,
    calls: () => calls,
    prompt() {
      at += chance.between(1_000, 120_000);
      promptId = chance.uuid();
      const content = texts.text(chance.skewed(160, 4_000));
      push({ promptId, type: 'user', message: { role: 'user', content } });
      added += 400;
    },
    attachment() {
      const attachment = { type: 'todo_reminder', content: texts.text(chance.skewed(500, 6_000)), itemCount: 3 };
      push({ attachment, type: 'attachment' });
    },
    reply(last: boolean) {
      calls += 1;
      at += chance.between(800, 20_000);
      const id = `msg_01${chance.hex(22)}`;
      const requestId = `req_011${chance.hex(21)}`;
      const blocks = blocksOf(last);
      const output = chance.skewed(220, 8_000) + 1;
      const usage = usageOf(output);
      blocks.forEach((block, index) => {
        const isLast = index === blocks.length - 1;
        push({
          message: {
            model,
            id,
            type: 'message',
            role: 'assistant',
            content: [block],
            stop_reason: isLast ? (last ? 'end_turn' : 'tool_use') : null,
            stop_sequence: null,
            usage: { ...usage, output_tokens: isLast ? output : Math.min(output, 1 + index) },
          },
          requestId,
          type: 'assistant',
        });
      });
      added += output;
    },
    toolResult() {
      at += chance.between(20, 4_000);
      const content = texts.text(chance.skewed(900, 60_000));
      added += Math.round(content.length / 3.6);
      const result =
        tool.name === 'Bash'
          ? { stdout: content, stderr: '', interrupted: false }
          : {
              type: 'text',
              file: { filePath: `${folder}/src/cart.ts`, content, numLines: 40, startLine: 1, totalLines: 40 },
            };
      push({
        promptId,
        type: 'user',
        message: { role: 'user', content: [{ tool_use_id: tool.id, type: 'tool_result', content }] },
        toolUseResult: result,
        sourceToolAssistantUUID: parent,
      });
    },
  };

  function blocksOf(last: boolean): object[] {
    const blocks: object[] = [];
    if (chance.next() < 0.4) {
      const thinking = texts.text(chance.skewed(400, 8_000));
      blocks.push({ type: 'thinking', thinking, signature: texts.opaque(chance.between(300, 900)) });
    }
    if (last || chance.next() < 0.35) blocks.push({ type: 'text', text: texts.text(chance.skewed(240, 6_000)) });
    if (last) return blocks;
    tool = { id: `toolu_01${chance.hex(22)}`, name: chance.one(TOOLS) };
    const input =
      tool.name === 'Edit'
        ? {
            file_path: `${folder}/src/cart.ts`,
            old_string: texts.text(chance.skewed(300, 9_000)),
            new_string: texts.text(chance.skewed(400, 9_000)),
          }
        : { command: texts.text(chance.skewed(80, 2_000)), description: 'Runs the tests' };
    blocks.push({ type: 'tool_use', id: tool.id, name: tool.name, input });
    return blocks;
  }

  /** Most of the input comes from the cache; now and then it has run out, or the conversation was summed up. */
  function usageOf(output: number) {
    if (chance.next() < 0.02) [cached, added] = [0, cached + added];
    if (cached + added > 170_000) [cached, added] = [14_000, 6_000];
    const hour = chance.next() < 0.1;
    const usage = {
      input_tokens: chance.between(1, 12),
      cache_creation_input_tokens: added,
      cache_read_input_tokens: cached,
      output_tokens: output,
      server_tool_use: { web_search_requests: 0, web_fetch_requests: 0 },
      service_tier: 'standard',
      cache_creation: { ephemeral_1h_input_tokens: hour ? added : 0, ephemeral_5m_input_tokens: hour ? 0 : added },
      inference_geo: 'not_available',
      iterations: [],
      speed: 'standard',
    };
    cached += added;
    added = 0;
    return usage;
  }
}
