/** A call's actions, each with its verdict and what the rules make of it. */
import { canonicalAction } from '../../core/gate/actionText.ts';
import { applyPolicy, type Ruling } from '../../core/gate/applyPolicy.ts';
import { askedCommits } from '../../core/gate/askedCommits.ts';
import type { GatePolicy } from '../../core/gate/policy.ts';
import { UNREADABLE_POLICY } from '../../core/gate/readPolicy.ts';
import type { HookCall } from '../../core/hooks/hookCall.ts';
import type { Action } from '../../core/risk/action.ts';
import { joinPath } from '../../core/risk/place.ts';
import type { Verdict } from '../../core/risk/verdict.ts';
import type { GateParts, RunWorth } from './gateParts.ts';
import type { RunMemory } from './runMemory.ts';

export type Judged =
  | {
      readonly kind: 'judged';
      readonly action: Action;
      readonly digest: string;
      readonly verdict: Verdict;
      readonly ruling: Ruling;
    }
  /** Something of ours failed: it can't be told what the action does. */
  | { readonly kind: 'fault'; readonly action: Action; readonly digest: string; readonly error: Error };

export interface JudgingSituation {
  readonly call: HookCall;
  readonly tool: string | undefined;
  readonly run: RunMemory;
  /** Asked for commits only. */
  readonly worth: () => Promise<RunWorth | undefined>;
  /** What P(harm) is multiplied by, from 1. */
  readonly factor: number;
}

/** Never rejects. */
export async function judgeAction(
  parts: Pick<GateParts, 'judge' | 'settings' | 'repositoryPolicy' | 'programs' | 'digest'>,
  action: Action,
  { call, tool, run, worth, factor }: JudgingSituation,
): Promise<Judged> {
  const cwd = action.cwd ?? call.cwd;
  let digest = '';
  try {
    digest = parts.digest(canonicalAction(action, cwd));
    const trusted = parts.settings().trustedServers;
    const [found, repositories] = await Promise.all([
      parts.judge(action, {
        ...(cwd !== undefined && { cwd }),
        ...(run.folder !== undefined && { sessionFolder: run.folder }),
        madeByRun: (path) => run.made(path),
        knownProgram: (program) => {
          const [, server] = /^mcp:(.*)$/s.exec(program) ?? [];
          return server === undefined ? parts.programs.knows(program, cwd) : trusted.includes(server);
        },
      }),
      policiesAround(parts, action, cwd, call.cwd),
    ]);
    const stakes = found.parts.some((part) => part.class === 'commit') ? await worth() : undefined;
    const verdict =
      factor > 1 ? { ...found, expectedLossNanoCredits: Math.round(found.expectedLossNanoCredits * factor) } : found;
    const ruling = applyPolicy(
      {
        action: action.cwd === undefined && cwd !== undefined ? { ...action, cwd } : action,
        verdict,
        tool,
        agent: call.agent,
        commits: askedCommits({
          expectedLossNanoCredits: found.expectedLossNanoCredits,
          rho: stakes?.rho ?? 1,
          factor,
          gainNanoCredits: stakes?.gainNanoCredits,
          answers: run.answers,
        }),
      },
      { own: parts.settings().policy, repositories },
    );
    return { kind: 'judged', action, digest, verdict, ruling };
  } catch (error) {
    return { kind: 'fault', action, digest, error: error instanceof Error ? error : new Error(String(error)) };
  }
}

/** The rules around the agent's folder, and around where it acts, should that be another repository. */
export async function policiesAround(
  { repositoryPolicy }: Pick<GateParts, 'repositoryPolicy'>,
  action: Action,
  ...folders: readonly (string | undefined)[]
): Promise<readonly GatePolicy[]> {
  const edited = action.kind === 'edit' ? joinPath(joinPath(folders[0] ?? '.', action.path), '..') : undefined;
  const places = new Set([...folders, ...(edited === undefined ? [] : [edited])]);
  // A reader that fails has not said that there are no rules.
  return Promise.all([...places].map((place) => repositoryPolicy(place).catch(() => UNREADABLE_POLICY)));
}
