/**
 * A session of Codex, line by line in the shape of its true logs (0.169.0): turns with a context line, per model call the
 * reasoning (encrypted), the tool's call and its result, and the usage twice: as `token_usage_record` and as
 * `token_count` with the session's running total.
 */
import type { Chance } from './chance.ts';
import type { Texts } from './text.ts';

export interface CodexSession {
  readonly sessionId: string;
  readonly lines: readonly string[];
}

const MODELS = ['gpt-5.5', 'gpt-5.5', 'gpt-5.4-mini'];

interface Tokens {
  input_tokens: number;
  cached_input_tokens: number;
  cache_write_input_tokens: number;
  output_tokens: number;
  reasoning_output_tokens: number;
  total_tokens: number;
}

/** `calls`: about how many model calls it has. */
export function codexSession(
  chance: Chance,
  texts: Texts,
  startsAt: number,
  folder: string,
  calls: number,
): CodexSession {
  const sessionId = chance.uuid();
  const lines: string[] = [];
  let at = startsAt;
  let made = 0;
  let context = 12_000;
  let cached = 0;
  const thread = noTokens();

  function push(type: string, payload: object): void {
    at += chance.between(1, 400);
    lines.push(JSON.stringify({ timestamp: new Date(at).toISOString(), ordinal: lines.length, type, payload }));
  }

  const instructions = texts.text(18_000);
  push('session_meta', {
    session_id: sessionId,
    id: sessionId,
    timestamp: new Date(at).toISOString(),
    cwd: folder,
    originator: 'codex_cli',
    cli_version: '0.169.0',
    source: 'cli',
    thread_source: 'user',
    model_provider: 'openai',
    base_instructions: { text: instructions, provenance: { type: 'model', model: 'gpt-5.5' } },
    git: {},
  });
  while (made < calls) turn();
  return { sessionId, lines };

  function turn(): void {
    at += chance.between(2_000, 300_000);
    const turnId = chance.uuid();
    const model = chance.one(MODELS);
    const turnTokens = noTokens();
    push('event_msg', {
      type: 'task_started',
      turn_id: turnId,
      root_turn_id: turnId,
      started_at: Math.floor(at / 1000),
      model_context_window: 258_400,
    });
    push('turn_context', {
      turn_id: turnId,
      root_turn_id: turnId,
      cwd: folder,
      approval_policy: 'never',
      model,
      collaboration_mode: { mode: 'default', settings: { model, reasoning_effort: null } },
      summary: 'none',
      sandbox_policy: { type: 'read-only' },
    });
    message('user', 'input_text', texts.text(chance.skewed(160, 4_000)), turnId);
    for (let step = chance.between(2, 30); step > 0; step -= 1) call(step === 1, turnId, turnTokens);
    push('event_msg', {
      type: 'task_complete',
      turn_id: turnId,
      root_turn_id: turnId,
      last_agent_message: texts.text(200),
      duration_ms: 4_000,
    });
  }

  function call(last: boolean, turnId: string, turnTokens: Tokens): void {
    made += 1;
    at += chance.between(900, 20_000);
    const reasoned = chance.next() < 0.6;
    const output = chance.skewed(180, 6_000) + 1;
    if (reasoned)
      push('response_item', {
        type: 'reasoning',
        id: `rs_${chance.hex(48)}`,
        summary: [],
        encrypted_content: texts.opaque(chance.skewed(900, 9_000)),
        internal_chat_message_metadata_passthrough: { turn_id: turnId },
      });
    if (last) {
      const text = texts.text(chance.skewed(300, 5_000));
      push('event_msg', {
        type: 'item_completed',
        thread_id: sessionId,
        turn_id: turnId,
        item: { type: 'AgentMessage', id: `msg_${chance.hex(48)}`, content: [{ type: 'Text', text }] },
      });
      message('assistant', 'output_text', text, turnId);
    } else {
      const callId = `call_${chance.hex(24)}`;
      push('response_item', {
        type: 'function_call',
        id: `fc_${chance.hex(48)}`,
        name: 'exec_command',
        arguments: JSON.stringify({ cmd: texts.text(chance.skewed(90, 3_000)) }),
        call_id: callId,
      });
      tell();
      const result = texts.text(chance.skewed(1_200, 40_000));
      push('response_item', { type: 'function_call_output', call_id: callId, output: result });
      context += Math.round(result.length / 3.6);
      return;
    }
    tell();

    function tell(): void {
      if (context > 240_000) [context, cached] = [16_000, 0];
      const used: Tokens = {
        input_tokens: context,
        cached_input_tokens: Math.floor(cached / 128) * 128,
        cache_write_input_tokens: 0,
        output_tokens: output,
        reasoning_output_tokens: reasoned ? Math.floor(output * 0.4) : 0,
        total_tokens: context + output,
      };
      add(turnTokens, used);
      add(thread, used);
      cached = chance.next() < 0.03 ? 0 : context;
      context += output + 60;
      push('token_usage_record', {
        thread_id: sessionId,
        turn_id: turnId,
        session_id: sessionId,
        root_turn_id: turnId,
        response_id: `resp_${chance.hex(48)}`,
        usage: used,
        turn_token_usage: turnTokens,
        thread_token_usage: thread,
      });
      push('event_msg', {
        type: 'token_count',
        info: {
          total_token_usage: thread,
          last_token_usage: used,
          last_usage_includes_reasoning: reasoned,
          model_context_window: 258_400,
        },
        rate_limits: {
          limit_id: 'codex',
          limit_name: null,
          primary: { used_percent: 12.5, window_minutes: 300, resets_at: Math.floor(at / 1000) + 9_000 },
          secondary: null,
          credits: null,
          plan_type: 'plus',
        },
      });
    }
  }

  function message(role: string, type: string, text: string, turnId: string): void {
    push('response_item', {
      type: 'message',
      id: `msg_${chance.hex(48)}`,
      role,
      content: [{ type, text }],
      internal_chat_message_metadata_passthrough: { turn_id: turnId },
    });
  }
}

function noTokens(): Tokens {
  return {
    input_tokens: 0,
    cached_input_tokens: 0,
    cache_write_input_tokens: 0,
    output_tokens: 0,
    reasoning_output_tokens: 0,
    total_tokens: 0,
  };
}

function add(sum: Tokens, part: Tokens): void {
  for (const key of Object.keys(sum) as (keyof Tokens)[]) sum[key] += part[key];
}
