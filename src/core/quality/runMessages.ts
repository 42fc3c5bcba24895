/**
 * A recorded run's messages (mini-swe-agent: one shell command a step, between ```bash fences; the next message has its
 * output with `<returncode>`) as steps. Anything in another shape is an answer without an action; nothing throws.
 */
import { tokenCount, type Usage } from '../usage.ts';
import { runShellAction } from './runShellAction.ts';
import type { RunAction, RunStep } from './runStep.ts';
import { answerWords, namesError } from './runWords.ts';

export interface RunMessages {
  /** Takes the next message; returns what it says: characters ahead of the first call, or nothing yet. */
  add(message: unknown): { readonly taskChars: number } | undefined;
  /** The step whose call and results have been taken, once; undefined: none is waiting. */
  take(): RunStep | undefined;
}

const COMMAND = /```(?:bash|sh|shell)\s*\n([\s\S]*?)```/g;
const RETURN_CODE = /^\s*<returncode>(-?\d+)<\/returncode>/;

export function runMessages(): RunMessages {
  let call:
    | {
        usage: Usage;
        credits: number | undefined;
        command: string | undefined;
        words: ReturnType<typeof answerWords>;
      }
    | undefined;
  let appended = 0;
  let failed: boolean | undefined;
  let refused = false;
  let errorNamed: boolean | undefined;
  return {
    add(message) {
      const { role, content, chars, usage } = record(message);
      const text = typeof content === 'string' ? content : '';
      const size = tokenCount(chars) ?? text.length;
      if (role === 'assistant') {
        const commands = [...text.matchAll(COMMAND)];
        const { credits, ...counts } = record(usage);
        const cost = typeof credits === 'number' && Number.isFinite(credits) && credits >= 0 ? credits : undefined;
        // A message cut before its closing fence still has its command's beginning.
        const cut = commands.length === 0 ? /```(?:bash|sh|shell)\s*\n([\s\S]+)/.exec(text)?.[1] : undefined;
        const command = commands.length === 1 ? commands[0]?.[1] : cut;
        call = { usage: usageOf(counts), credits: cost, command, words: answerWords(text) };
        appended = 0;
        failed = undefined;
        refused = false;
        errorNamed = undefined;
        return undefined;
      }
      if (!call) return { taskChars: size };
      appended += size;
      errorNamed = errorNamed === true || namesError(text);
      const code = RETURN_CODE.exec(text)?.[1];
      if (code !== undefined) failed = Number(code) !== 0;
      else refused ||= call.command === undefined;
      return undefined;
    },
    take() {
      if (!call) return undefined;
      const { usage, credits, command, words } = call;
      const action: RunAction =
        command === undefined || refused ? { kind: 'none', failed } : runShellAction(command, failed);
      const step: RunStep = {
        usage,
        credits,
        actions: [action],
        appendedChars: appended,
        ...words,
        namesError: errorNamed,
        fault: refused,
      };
      call = undefined;
      return step;
    },
  };
}

function record(value: unknown): Record<string, unknown> {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
}

function usageOf(counts: Record<string, unknown>): Usage {
  const [prompt, cached] = [tokenCount(counts.promptTokens), tokenCount(counts.cachedTokens)];
  const [output, reasoning] = [tokenCount(counts.completionTokens), tokenCount(counts.reasoningTokens)];
  return {
    ...(prompt !== undefined && { fresh: Math.max(0, prompt - (cached ?? 0)) }),
    ...(cached !== undefined && { cacheRead: cached }),
    ...(output !== undefined && { text: Math.max(0, output - (reasoning ?? 0)) }),
    ...(reasoning !== undefined && { reasoning }),
  };
}
