import type { NanoCredits } from '../money.ts';

/** What a budget is counted over. */
export type LimitScope = 'step' | 'run' | 'session' | 'day' | 'month' | 'project' | 'model';

export interface Limit {
  readonly scope: LimitScope;
  /** The project's folder or the model's name that it is for; undefined: each one has this limit. */
  readonly of?: string | undefined;
  readonly nanoCredits: NanoCredits;
  /** `soft`: warn; `ask`: the developer may go on; `hard`: refuse. */
  readonly mode: 'soft' | 'ask' | 'hard';
}

/** What a request draws on. */
export interface Draw {
  /** The run; of a sub-agent's request its parent's (`namedRunOf`). */
  readonly runId?: string | undefined;
  readonly sessionId?: string | undefined;
  /** Local day, `2026-11-26`. */
  readonly day: string;
  readonly folder?: string | undefined;
  readonly model?: string | undefined;
}

/** The account that a limit of this scope is kept in for a request; undefined: the request has none. */
export function accountOf(scope: LimitScope, draw: Draw): string | undefined {
  switch (scope) {
    case 'step':
      return undefined;
    case 'run':
      return named('run', draw.runId);
    case 'session':
      return named('session', draw.sessionId);
    case 'day':
      return `day ${draw.day}`;
    case 'month':
      return `month ${draw.day.slice(0, 7)}`;
    case 'project':
      return draw.folder === undefined ? undefined : `project ${draw.day.slice(0, 7)} ${draw.folder}`;
    case 'model':
      return draw.model === undefined ? undefined : `model ${draw.day.slice(0, 7)} ${draw.model}`;
  }
}

/** Every account that a request draws on. */
export function accountsOf(draw: Draw): readonly string[] {
  return SCOPES.flatMap((scope) => accountOf(scope, draw) ?? []);
}

const SCOPES: readonly LimitScope[] = ['run', 'session', 'day', 'month', 'project', 'model'];

function named(scope: string, id: string | undefined): string | undefined {
  return id === undefined ? undefined : `${scope} ${id}`;
}

/** Whether a limit is for this request. */
export function appliesTo({ scope, of }: Limit, draw: Draw): boolean {
  if (scope !== 'step' && accountOf(scope, draw) === undefined) return false;
  if (of === undefined) return true;
  return scope === 'project' ? draw.folder === of : scope === 'model' ? draw.model === of : true;
}
