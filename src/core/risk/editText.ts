/** What a change of text takes away, by counting lines: of content, of tests, of scripts. */

/** Lines of `before` that `after` doesn't have, wherever they stand; blank ones don't count. */
export function linesLost(before: string, after: string): { readonly lost: number; readonly of: number } {
  const left = new Map<string, number>();
  for (const line of content(after)) left.set(line, (left.get(line) ?? 0) + 1);
  let lost = 0;
  const lines = content(before);
  for (const line of lines) {
    const count = left.get(line) ?? 0;
    if (count > 0) left.set(line, count - 1);
    else lost++;
  }
  return { lost, of: lines.length };
}

/** How many lines fewer there are. */
export function netLoss(before: string, after: string): number {
  return content(before).length - content(after).length;
}

function content(text: string): string[] {
  return text.split('\n').flatMap((line) => line.trim() || []);
}

/** The whole text after an edit of a part; undefined: the part isn't in it. */
export function replaced(text: string, before: string, after: string): string | undefined {
  if (before === '') return undefined;
  const at = text.indexOf(before);
  return at < 0 ? undefined : text.slice(0, at) + after + text.slice(at + before.length);
}

const ASSERTION =
  /\b(?:expect|assert\w*|t\.(?:is|deepEqual|truthy|falsy|throws|Error|Errorf|Fatal|Fatalf|equal|ok|same)|require\.\w+|should|verify|check|EXPECT_\w+|ASSERT_\w+|REQUIRE|CHECK|XCTAssert\w*|self\.(?:assert\w+|fail)|pytest\.raises|assertThat|must_\w+)\b\s*[.(!]?/g;
const TEST =
  /^\s*(?:(?:it|test|specify|scenario|deftest)(?:\.\w+)?\s*[(`]|(?:async\s+)?def\s+test\w*|func\s+Test\w*|func\s+test\w*|#\[(?:\w+::)?test\]|@Test\b|@ParameterizedTest\b|\[(?:Test|Fact|Theory|TestMethod)\b|TEST(?:_[FP])?\s*\(|TEST_CASE\s*\(|public\s+function\s+test\w*|(?:it|test|describe)\s+['"])/gm;
const SKIP =
  /\b(?:it|test|describe|suite|context|specify)\.(?:skip|only|todo|fixme|failing|fails)\b|\bx(?:it|test|describe|context|specify)\s*\(|\bf(?:it|describe|context)\s*\(|@(?:pytest\.mark\.(?:skip\w*|xfail)|unittest\.(?:skip\w*|expectedFailure)|Ignore\b|Disabled\b)|\bpytest\.(?:skip|xfail)\s*\(|\bself\.skipTest\s*\(|\bt\.(?:Skip\w*|skip)\s*\(|#\[ignore\b|\bskip:\s*(?:true|['"])|\[(?:Ignore|Fact\(Skip|Theory\(Skip)|\bGTEST_SKIP\b|\bXCTSkip\w*|\bpending\s*\(|\bmarkTestSkipped\b/g;

function count(text: string, pattern: RegExp): number {
  let found = 0;
  for (const _ of text.matchAll(pattern)) found++;
  return found;
}

/** How an edit of a test weakens it, as what is done to it; undefined: it doesn't, by its words. */
export function weakening(before: string, after: string): string | undefined {
  if (before.trim() !== '' && after.trim() === '') return 'takes everything out of';
  const tests = count(before, TEST) - count(after, TEST);
  if (tests > 0) return `takes ${amount(tests, 'test')} out of`;
  const skips = count(after, SKIP) - count(before, SKIP);
  if (skips > 0) return `skips ${amount(skips, 'test')} in`;
  const assertions = count(withoutComments(before), ASSERTION) - count(withoutComments(after), ASSERTION);
  return assertions > 0 ? `takes ${amount(assertions, 'assertion')} out of` : undefined;
}

/** An assertion that was commented out is gone. */
function withoutComments(text: string): string {
  return text
    .split('\n')
    .filter((line) => !/^\s*(?:\/\/|#(?!\[)|\*|--|import\b|from\b|use\b)/.test(line))
    .join('\n');
}

export function amount(number: number, thing: string): string {
  return `${number} ${thing}${number === 1 ? '' : 's'}`;
}

/** Scripts that run without anyone naming them, when a package is installed or published. */
const LIFECYCLE =
  /^(?:pre|post)?(?:install|prepare|publish|pack|uninstall)$|^prepublishOnly$|^dependencies$|^(?:pre|post)-(?:install|update|autoload-dump)-cmd$|^post-root-package-install$|^post-create-project-cmd$/;
const OTHER_KEYS =
  /^(?:name|version|description|main|module|types|typings|type|license|author|homepage|repository|url|email|private|packageManager|browser|bin|node|npm|engines|exports|import|require|default|sideEffects|publisher|displayName|icon|title|command|\$schema|\W.*|@.*)$/;
const VERSION = /^(?:[\^~><=v*]|\d|npm:|file:|link:|workspace:|catalog:|git|https?:|github:|latest$|next$)/;

export interface ScriptChange {
  readonly name: string;
  /** Runs without anyone naming it. */
  readonly byItself: boolean;
}

/** Scripts that are new or different afterwards. The texts may be whole files or the changed part of one. */
export function changedScripts(before: string, after: string): readonly ScriptChange[] {
  const [old, now] = [scriptsOf(before), scriptsOf(after)];
  if (now) {
    return Object.entries(now)
      .filter(([name, text]) => old?.[name] !== text)
      .map(([name]) => ({ name, byItself: LIFECYCLE.test(name) }));
  }
  const known = new Set(content(before).map(withoutComma));
  return content(after).flatMap((line) => {
    const pair = /^"([^"]+)"\s*:\s*"((?:[^"\\]|\\.)*)"\s*,?$/.exec(line);
    const [, name = '', value = ''] = pair ?? [];
    if (!pair || known.has(withoutComma(line))) return [];
    const byItself = LIFECYCLE.test(name);
    return byItself || !(OTHER_KEYS.test(name) || VERSION.test(value)) ? { name, byItself } : [];
  });
}

function withoutComma(line: string): string {
  return line.replace(/,$/, '');
}

/** Undefined: not a whole package file. */
function scriptsOf(text: string): Readonly<Record<string, string>> | undefined {
  try {
    const parsed: unknown = JSON.parse(text);
    if (typeof parsed !== 'object' || parsed === null || Array.isArray(parsed)) return undefined;
    const { scripts, tasks } = parsed as { scripts?: unknown; tasks?: unknown };
    const found = scripts ?? tasks ?? {};
    if (typeof found !== 'object' || found === null) return {};
    return Object.fromEntries(Object.entries(found).map(([name, value]) => [name, JSON.stringify(value)]));
  } catch {
    return undefined;
  }
}

/** Recipe lines that are new or different afterwards. */
export function changedRecipes(before: string, after: string): number {
  const recipes = (text: string) => text.split('\n').filter((line) => /^\t\s*\S/.test(line) && !/^\t\s*#/.test(line));
  const known = new Set(recipes(before));
  return recipes(after).filter((line) => !known.has(line)).length;
}
