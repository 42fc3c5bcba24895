import { TASK_KINDS, TASK_SIZES, type TaskKind, type TaskSize } from '../quality/taskClass.ts';
import type { Rule } from './rules.ts';

/** The rules of the setting `marginal.rules`, and a sentence for each that was left out; none loses another. */
export function readRules(value: unknown): { readonly rules: readonly Rule[]; readonly problems: readonly string[] } {
  if (value === undefined || value === null) return { rules: [], problems: [] };
  if (!Array.isArray(value))
    return { rules: [], problems: [`marginal.rules: write a list of rules, such as ${EXAMPLE}.`] };
  const problems: string[] = [];
  const rules = value.flatMap((item: unknown, index) => {
    const read = readRule(item);
    if (typeof read !== 'string') return [read];
    problems.push(`marginal.rules, rule ${index + 1}: ${read}`);
    return [];
  });
  return { rules, problems };
}

const EXAMPLE = '[{ "when": { "task": "test" }, "use": "local" }]';
const CONDITIONS: readonly string[] = ['task', 'size', 'folder'];

/** A rule, or a sentence that says how to mend it. */
function readRule(item: unknown): Rule | string {
  if (typeof item !== 'object' || item === null)
    return 'write { "when": { "task": "test" }, "use": "local" } or the like.';
  const { when = {}, use } = item as { readonly when?: unknown; readonly use?: unknown };
  if (typeof use !== 'string' || use.trim() === '')
    return 'use is local, cloud, light, standard, strong or the name of a model.';
  if (typeof when !== 'object' || when === null || Array.isArray(when))
    return 'when is { "task", "size", "folder" }, of which any may be left out.';
  const unknown = Object.keys(when).find((name) => !CONDITIONS.includes(name));
  if (unknown !== undefined) return `${unknown} is no condition; they are task, size and folder.`;
  const { task, size, folder } = when as Record<string, unknown>;
  if (task !== undefined && !isOneOf<TaskKind>(task, TASK_KINDS)) return `task is one of ${TASK_KINDS.join(', ')}.`;
  if (size !== undefined && !isOneOf<TaskSize>(size, TASK_SIZES)) return `size is one of ${TASK_SIZES.join(', ')}.`;
  if (folder !== undefined && (typeof folder !== 'string' || folder.trim() === ''))
    return 'folder is a path, or a glob such as **/clients/**.';
  return { when: { task, size, folder }, use: use.trim() };
}

function isOneOf<Name extends string>(value: unknown, names: readonly Name[]): value is Name {
  return (names as readonly unknown[]).includes(value);
}
