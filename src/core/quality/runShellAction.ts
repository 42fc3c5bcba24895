/** What a shell command did to the work, as far as its words tell. For features, not for permission: a guess is enough. */
import { type ActionKind, type RunAction, textKey } from './runStep.ts';

const EDIT_IN_PLACE = /\b(?:sed|perl)\s+(?:-\S+\s+)*-\S*i|\bpatch\s|\bgit\s+(?:apply|checkout|restore|stash|revert)\b/;
const WRITES = /(?:^|[^0-9&>])>>?\s*(?!&|\/dev\/)([\w./~-]+)|\btee\s+(?:-a\s+)?([\w./~-]+)/g;
const SED_FILES = /\b(?:sed|perl)\s[^|;&\n]*?\s([\w./-]+\.\w+)\s*(?:$|[|;&\n])/g;
const TESTS =
  /\b(?:pytest|py\.test|tox|nox|unittest|runtests?(?:\.py)?|bin\/test|(?:npm|yarn|pnpm|bun)\s+(?:run\s+)?test|jest|vitest|mocha|go\s+test|cargo\s+(?:nextest|test)|mvn\s+\S*test|gradlew?\s+\S*test|dotnet\s+test|rspec|ctest|make\s+(?:test|check)|manage\.py\s+test)\b/;
const READS = /^(?:cd\s+\S+\s*&&\s*)?(?:nl|cat|head|tail|less|more|sed\s+-n|wc|git\s+(?:diff|show|log|status|blame))\b/;
const SEARCHES = /^(?:cd\s+\S+\s*&&\s*)?(?:grep|rg|ag|find|ls|tree|fd|git\s+grep)\b/;
/** A command is read this far: enough for its words, and no pattern meets more. */
const READ_CHARS = 4000;

/** `failed`: whether its exit code told of failure; undefined: not told. */
export function runShellAction(command: string, failed: boolean | undefined): RunAction {
  const text = command.slice(0, READ_CHARS).trim();
  const key = textKey(command);
  if (text === '') return { kind: 'none', failed };
  const first = text.split('\n', 1)[0] ?? '';
  // A here-document's lines are content, not commands.
  const words = /<<-?\s*['"]?\w+/.test(first) ? first : text;
  const written = [...words.matchAll(WRITES)].map((match) => match[1] ?? match[2] ?? '').filter(Boolean);
  const kind = kindOf(words, written);
  if (kind !== 'edit' && kind !== 'create') return { kind, key, failed };
  const changed = written.length > 0 ? written : [...words.matchAll(SED_FILES)].map((match) => match[1] ?? '');
  return { kind, key, failed, files: [...new Set(changed.filter(Boolean))].map(textKey) };
}

function kindOf(words: string, written: readonly string[]): ActionKind {
  if (EDIT_IN_PLACE.test(words)) return 'edit';
  if (written.length > 0) return 'create';
  if (TESTS.test(words)) return 'test';
  if (SEARCHES.test(words)) return 'search';
  if (READS.test(words)) return 'read';
  return 'run';
}
