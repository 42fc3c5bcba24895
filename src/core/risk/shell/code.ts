/**
 * What a program text in Python, JavaScript, Perl, Ruby or PHP deletes, overwrites, sends or runs, by the calls it makes. Not a
 * parser: a call that is spelled out is found; one that is put together at run time is told as hidden where it shows.
 */
import { sqlEffect } from '../sql.ts';
import { changed, deleted, overwritten } from './files.ts';
import { decoded } from './knownText.ts';
import { type Arg, type Call, copyScope, type Effect, hidden, UNKNOWN } from './scope.ts';
import { scriptText } from './scriptText.ts';

export type Language = 'python' | 'javascript' | 'perl' | 'ruby' | 'php' | 'other';

/** A longer text isn't read, and told so. */
const MAX_CHARS = 20_000;
/** A text up to this is one that was typed for the moment: what it names to be run is read too. */
const MAX_ONE_LINER = 400;
const MAX_FILES = 6;
/** Calls of one kind that are looked at. */
const MAX_CALLS = 60;
/** A string literal, with its prefix: groups are prefix, quote, content. */
const STRING = String.raw`([rbfuRBFU]{0,2})("""|'''|"|'|\x60)((?:\\[\s\S]|(?!\2)[^\\]){0,2000}?)\2`;

const OWN_FOLDER = /(?:^|[/\\'"`\s])\.marginal(?![\w-])/;
const DELETES =
  /(?:\bos\.(?:remove|unlink|rmdir|removedirs)|\bshutil\.rmtree|\b(?:fs|fsp|promises|fs\.promises)\.(?:unlink|rm|rmdir)(?:Sync)?|(?<![\w.])(?:rmSync|unlinkSync|rmdirSync|rimraf(?:\.sync)?|rmtree|remove_tree|send2trash)|require\(\s*['"](?:node:)?fs(?:-extra|\/promises)?['"]\s*\)(?:\.promises)?\.(?:unlink|rm|rmdir|remove|emptyDir)(?:Sync)?|\bfse?\.(?:remove|emptyDir)(?:Sync)?|\bFileUtils\.(?:rm|rm_r|rm_rf|rm_f|remove_dir|remove_entry(?:_secure)?|remove_file|remove)|\bFile\.(?:delete|unlink)|\bDir\.(?:rmdir|delete|unlink)|\bDeno\.remove(?:Sync)?|\bBun\.file\([^)]{0,200}\)\.delete)\s*\(?\s*(?:\[\s*)?([^\n,)\];]{1,300})/g;
const UNLINK = /(?<![\w.>$-])unlink\s*\(?\s*([^\n,);]{1,300})/g;
const PATH_DELETES = /(?:\bPath\s*\(\s*([^()\n]{0,200})\)|\b([\w.]{1,80}))\.(?:unlink|rmtree)\s*\(/g;
const RUNS =
  /(?:\bdo\s+shell\s+script|\bos\.(?:execute|system|popen|exec[lv]p?e?|spawn[lv]p?e?)|\bsubprocess\.(?:run|call|check_call|check_output|Popen|getoutput|getstatusoutput)|\basyncio\.create_subprocess_(?:shell|exec)|\bpty\.spawn|(?<![\w.])(?:execSync|execFileSync|spawnSync|execa(?:Sync)?|execaCommand|exec|execFile|spawn|fork|system|popen|shell_exec|passthru|proc_open|pcntl_exec|Popen|check_call|check_output)|\.(?:system|popen|execSync|execFileSync|spawnSync|spawn|execFile|capture2e?|capture3|popen3?)|\bchild_process['"]?\s*\)?\.(?:execFileSync|execSync|spawnSync|execFile|exec|spawn)|\bKernel\.(?:system|exec|spawn)|\bnew\s+Deno\.Command)\s*\(?\s*/g;
const HIDES =
  /\b(?:exec|eval|Function|compile|loads|unserialize)\s*\(?[^\n]{0,80}\b(?:b64decode|a85decode|b32decode|decodestring|fromhex|unhexlify|atob|decompress|rot_?13|codecs\.decode|unpack|base64_decode|gzinflate|str_rot13|decode64|fromCharCode|Buffer\.from)|getattr\s*\(\s*(?:os|subprocess|shutil|__import__\([^)]{0,40}\))\s*,|globals\(\)\s*\[|__builtins__|\beval\s*\(\s*(?:atob|Buffer|require\(|requests|urllib|fetch)|\b(?:exec|eval)\s*\(\s*(?:requests|urllib|urlopen|httpx)|process\.binding|\bfunction\s*constructor\b/i;
const WRITES =
  /(?<![\w.])(?:open|io\.open|codecs\.open)\s*\(\s*((?:[^,\n()]|\((?:[^()\n]|\([^()\n]{0,200}\)){0,200}\)){1,300}?)\s*,\s*(?:mode\s*=\s*)?["'](w|wb|w\+|wt|x|r\+|rb\+|wb\+)["']/g;
const APPENDS =
  /(?:(?<![\w.])(?:open|io\.open|codecs\.open|File\.open)\s*\(\s*([^,\n()]{1,300}?)\s*,\s*(?:mode\s*=\s*)?["']a[bt]?\+?["']|\.appendFile(?:Sync)?\s*\(\s*([^,\n)]{1,300}))/g;
const WRITE_CALLS =
  /(?:\bPath\s*\(\s*([^()\n]{0,200})\)\.write_(?:text|bytes)|(?:\bfs\.|\.|(?<![\w.]))(?:writeFile|writeFileSync|truncateSync|truncate|createWriteStream|outputFile(?:Sync)?)|\b(?:File|IO)\.(?:write|binwrite|truncate)|\bfile_put_contents|\bDeno\.(?:writeTextFile|writeFile)(?:Sync)?|\bos\.truncate)\s*\(\s*([^,\n)]{0,300})/g;
const PERL_OPEN = /\bopen\s*\(?\s*(?:my\s+)?[$\w]+\s*,\s*["'](>{1,2}|\+>)\s*["']?\s*,?\s*["']?([^"',)]+)/g;
/** From a file to another, which is overwritten. */
const MOVES =
  /\b(?:os\.(?:rename|replace|renames)|shutil\.(?:move|copy|copy2|copyfile|copytree)|fs\.(?:rename|copyFile|cp)(?:Sync)?|File\.rename|FileUtils\.(?:mv|cp|cp_r|copy|move)|(?<![\w.>$])rename)\s*\(?\s*([^,\n]{1,300}),\s*([^,\n);]{1,300})/g;
const SENDS =
  /\b(?:requests|httpx|session|client|axios|http|got|superagent|ky)\.(post|put|patch|delete)\s*\(|\bmethod['"]?\s*[:=]\s*['"](post|put|patch|delete)['"]|\bNet::HTTP::(Post|Put|Patch|Delete)|\bNet::HTTP\.(post)|urlopen\([^)\n]{0,200},\s*data|\bsmtplib\.|\bsendmail\s*\(|\bsendMail\s*\(/gi;
const CLOUD =
  /\.(delete_(?:bucket|object|objects|table|db_instance|stack|function|user|role|secret|cluster|queue|topic|volume|snapshot|item|namespaced_\w+|namespace)|terminate_instances|deleteBucket|deleteObject|deleteTable|drop_database|drop_collection|dropDatabase|drop_all|flushall|flushdb|FLUSHALL|delete_many|deleteMany)\s*\(/;
const BACKTICKS = /`([^`]{0,2000})`|(?:%x|qx)\s*[{(|[/]([^})|\]/]{0,2000})[})|\]/]/g;
const LOCAL = /\b(?:localhost|127\.0\.0\.1|0\.0\.0\.0|\[::1\]|testserver|example\.(?:com|org))\b/i;

/** Judges the text; commands that it runs are judged as parts of their own. Empty: it only computes and prints. */
export function codeEffects(source: string, language: Language, call: Pick<Call, 'scope' | 'world'>): Effect[] {
  if (source.length > MAX_CHARS) return [hidden('runs a program that is longer than can be read')];
  const text = plainNames(joinLiterals(source), language);
  const { scope, world } = call;
  const inner = copyScope(scope, { depth: scope.depth + 1 });
  const effects: Effect[] = [];
  const values = assignments(text);
  const place = { scope, world };

  // Not a program of the language at all, but a shell's words.
  if (/^\s*(?:sudo\s+)?(?:rm|git|dd|mkfs|chmod|find|curl|wget)\s+[-/\w]/.test(text)) world.runText(text, inner);
  // What decides whether agents are asked is no program's business, however it goes about it.
  if (!scope.remote && OWN_FOLDER.test(text))
    effects.push({
      class: 'irreversible',
      reason: 'names .marginal, which decides what agents may do without being asked',
      targets: ['.marginal'],
    });
  if (HIDES.test(text)) {
    const payload = payloadOf(text, call);
    if (payload !== undefined && scope.depth < 12)
      effects.push(...codeEffects(payload, language, { scope: inner, world }));
    effects.push(hidden('runs code that it decodes or looks up first'));
  }

  for (const path of runFiles(text, language)) {
    if (scope.depth >= 12) break;
    const script = scriptText({ text: path }, { scope, world });
    if (script.kind === 'changed') effects.push(hidden('runs a script that it changes itself first'));
    else if (script.kind === 'text') effects.push(...codeEffects(script.text, language, { scope: inner, world }));
  }
  for (const pattern of language === 'python' ? [DELETES] : [DELETES, UNLINK]) {
    for (const match of calls(text, pattern)) effects.push(deletedBy(match[1] ?? ''));
  }
  for (const match of calls(text, PATH_DELETES)) {
    const object = match[1] ?? match[2] ?? '';
    if (!/^(?:os|shutil|fs|fsp|promises|File|Dir|FileUtils)(?:\.|$)/.test(object)) effects.push(deletedBy(object));
  }
  for (const match of calls(text, WRITES)) effects.push(...writtenBy(match[1] ?? ''));
  for (const match of calls(text, WRITE_CALLS)) effects.push(...writtenBy(match[1] ?? match[2] ?? ''));
  for (const match of calls(text, MOVES)) {
    const to = literalOf(match[2] ?? '');
    if (to !== undefined) effects.push(overwritten(to, place));
  }
  for (const match of calls(text, APPENDS)) {
    const path = literalOf(match[1] ?? match[2] ?? '');
    const effect = path && changed(path, place);
    if (effect?.class === 'irreversible') effects.push(effect);
  }
  if (language === 'perl') {
    for (const match of calls(text, PERL_OPEN)) effects.push(...writtenBy(`'${match[2] ?? ''}'`));
  }
  for (const match of calls(text, RUNS)) ran(match.index + match[0].length, match[0]);
  if (language === 'ruby' || language === 'perl' || language === 'php') {
    for (const match of calls(text, BACKTICKS)) {
      world.runText((match[1] ?? match[2] ?? '').replace(/#\{[^}]*\}|\$\w+/g, UNKNOWN), inner);
    }
  }
  for (const match of calls(text, SENDS)) {
    const around = text.slice(Math.max(0, match.index - 200), match.index + 300);
    if (
      LOCAL.test(around) ||
      /test_client|TestClient|APIClient|self\.client|RequestFactory|MockTransport|responses\.|TestCase/.test(text)
    )
      continue;
    const deletes = /delete/i.test(match[0]);
    effects.push({
      class: /mail/i.test(match[0]) ? 'deploy' : deletes ? 'irreversible' : 'commit',
      reason: /mail|smtp/i.test(match[0])
        ? 'sends mail'
        : deletes
          ? 'deletes something on a server'
          : 'sends data to a server',
    });
  }
  const cloud = CLOUD.exec(text);
  if (cloud) effects.push({ class: 'irreversible', reason: `calls ${cloud[1]}, which deletes what it names` });
  if (/\.execute\w*\s*\(|\.query\s*\(|\bexec\s*\(|\braw\s*\(/.test(text) && !/:memory:/.test(text)) {
    for (const match of calls(text, new RegExp(STRING, 'g'))) {
      const effect = /\b(?:drop|truncate|delete\s+from|update)\b/i.test(match[3] ?? '')
        ? sqlEffect(match[3] ?? '')
        : undefined;
      if (effect) effects.push(effect);
    }
  }
  if (/\bos\.kill(?:pg)?\s*\(|\bprocess\.kill\s*\(|\bProcess\.kill\b/.test(text))
    effects.push({ class: 'irreversible', reason: 'ends processes' });
  return effects;

  function deletedBy(expression: string): Effect {
    const path = literalOf(expression);
    if (path !== undefined && writesItself(path.text)) {
      return { class: 'draft', reason: `deletes ${path.text}, which the code itself writes`, targets: [path.text] };
    }
    if (path !== undefined) return deleted(path, place, true);
    if (/\b(?:tmp|temp)\w*\b|mkdtemp|tempfile/i.test(expression) || isTemporary(expression)) {
      return { class: 'draft', reason: 'deletes temporary files' };
    }
    return { class: 'irreversible', reason: 'deletes files whose names it computes' };
  }

  /** Whether the text names the same file where something is saved. */
  function writesItself(path: string): boolean {
    if (path === '' || path.includes(UNKNOWN) || /^[/~]|\.\./.test(path)) return false;
    for (let at = text.indexOf(path); at >= 0; at = text.indexOf(path, at + 1)) {
      const before = text.slice(Math.max(0, at - 60), at);
      const after = text.slice(at + path.length, at + path.length + 20);
      if (
        /(?:\bwriteto|\bsave\w*|\bto_\w+|\bwrite\w*|\bconnect|\bdump\w*|\bcreate\w*|['"]NAME['"]\s*:|\btouch)\s*\(?[^()\n]*['"]$/.test(
          before,
        )
      )
        return true;
      if (/\bopen\s*\(\s*['"]$/.test(before) && /^['"]\s*,\s*(?:mode=)?['"][wax]/.test(after)) return true;
    }
    return false;
  }

  function writtenBy(expression: string): Effect[] {
    const path = literalOf(expression);
    // A name that the code computes: as with a variable, by far the most often a source file that is edited.
    return path === undefined
      ? [{ class: 'draft', reason: 'writes files whose names it computes' }]
      : [overwritten(path, place)];
  }

  function isTemporary(expression: string): boolean {
    const name = /^\s*\$?(\w+)/.exec(expression)?.[1];
    return (
      name !== undefined &&
      new RegExp(`\\b${name}\\s*=\\s*[^\\n]*(?:mkdtemp|mkstemp|tempfile|tmpdir|NamedTemporary|mktmpdir)`).test(text)
    );
  }

  /** A literal, or a name that one was given to. */
  function literalOf(expression: string): Arg | undefined {
    const trimmed = expression.trim().replace(/^\(+/, '');
    const match = new RegExp(`^${STRING}`).exec(trimmed);
    if (match) {
      const content = match[3] ?? '';
      const dynamic = /f/i.test(match[1] ?? '') ? /\{[^}]*\}/g : match[2] === '`' ? /\$\{[^}]*\}/g : undefined;
      const path = dynamic ? content.replace(dynamic, UNKNOWN) : content;
      if (
        /^\s*[+%.]/.test(trimmed.slice(match[0].length)) &&
        !/^\s*\.(?:strip|format)/.test(trimmed.slice(match[0].length))
      )
        return { text: `${path}${UNKNOWN}` };
      return { text: path };
    }
    if (/^(?:os\.path\.)?expanduser\s*\(|^Path\.home\(\)|^(?:os\.)?homedir\(\)/.test(trimmed)) {
      const inside = new RegExp(STRING).exec(trimmed)?.[3];
      return { text: inside ?? '~' };
    }
    if (/^(?:Path|pathlib\.Path|glob\.glob|Dir\.glob|Dir)\s*[([]/.test(trimmed))
      return literalOf(trimmed.replace(/^[\w.]+\s*[([]/, ''));
    const name = /^\$?(\w+)$/.exec(trimmed)?.[1];
    const value = name === undefined ? undefined : values.get(name);
    return value === undefined ? undefined : { text: value };
  }

  /** The command that a call at this place runs. */
  function ran(at: number, name: string): void {
    const rest = text.slice(at, at + 4000);
    if (/(?:^|[^\w.])exec\s*\(?\s*$/.test(name) && language === 'python') return;
    if (/\bfork\s*\(/.test(name) || /^(?:def|function|async|class)\b/.test(rest)) return;
    if (language !== 'perl' && language !== 'ruby' && !/\(|do\s+shell\s+script/.test(name)) return;
    const string = new RegExp(`^${STRING}`).exec(rest);
    if (string) {
      const filled = filledIn(string[3] ?? '', string[1] ?? '', string[2] ?? '');
      const after = rest.slice(string[0].length);
      // spawn('rm', ['-rf', 'x'])
      const list = /^\s*,\s*\[([^\]]*)\]/.exec(after);
      const more =
        list?.[1] ??
        (/^\s*,\s*["']/.test(after) && (language === 'perl' || language === 'ruby' || language === 'php')
          ? (/^\s*,([^)\n;]*)/.exec(after)?.[1] ?? '')
          : undefined);
      if (more === undefined) world.runText(filled, inner);
      else
        world.runArgs(
          [
            ...filled
              .trim()
              .split(/\s+/)
              .map((each) => ({ text: each })),
            ...listed(more),
          ],
          inner,
        );
      return;
    }
    const array = /^\[([^\]]*)\]/.exec(rest);
    if (array) {
      world.runArgs(listed(array[1] ?? ''), inner);
      return;
    }
    const variable = /^(\w+)\s*[,)]/.exec(rest)?.[1];
    if (variable === undefined) {
      if (/^\s*(?:os\.|sys\.|req|base64|"|')/.test(rest))
        effects.push({ class: 'commit', reason: 'runs a program that the code chooses' });
      return;
    }
    const value = values.get(variable);
    const list = new RegExp(`\\b${variable}\\s*=\\s*\\[([^\\]]*)\\]`).exec(text)?.[1];
    if (value !== undefined) world.runText(value, inner);
    else if (list !== undefined) world.runArgs(listed(list), inner);
    else if (
      new RegExp(`\\b${variable}\\s*=\\s*[^\\n]*(?:decode|fromhex|join|chr\\(|input\\(|argv|read\\()`).test(text)
    ) {
      effects.push(hidden('runs a command that the code puts together'));
    } else effects.push({ class: 'commit', reason: 'runs a command that the code chooses' });
  }

  function listed(list: string): Arg[] {
    return list
      .slice(0, 1000)
      .split(/,(?=(?:[^'"]|'[^']*'|"[^"]*")*$)/)
      .map((each) => each.trim())
      .filter((each) => each !== '')
      .map((each) =>
        /^(?:sys\.executable|process\.execPath)$/.test(each)
          ? { text: language === 'python' ? 'python' : 'node' }
          : (literalOf(each) ?? { text: UNKNOWN }),
      );
  }
}

/** Rows that an object mapper deletes or overwrites: ActiveRecord, Django, Eloquent. */
const ROWS =
  /\.(?:delete_all|destroy_all|update_all|delete_by|destroy_by|forceDelete)\b|\bobjects\.[^\n;]{0,200}\.(?:delete|update)\s*\(|::(?:truncate|query\(\)->delete)\s*\(/;

/** Code that runs within an application, on its database. Undefined: it changes no rows that show. */
export function rowsEffect(code: string): Effect | undefined {
  const found = ROWS.exec(code.slice(0, MAX_CHARS));
  return found
    ? { class: 'irreversible', reason: 'deletes or overwrites rows of the application’s database' }
    : undefined;
}

/** Matches of a pattern, as far as they are few: more of one kind tell nothing new. */
function calls(text: string, pattern: RegExp): RegExpExecArray[] {
  return [...text.matchAll(pattern).take(MAX_CALLS)];
}

function filledIn(content: string, prefix: string, quote: string): string {
  const plain = content
    .replace(/\\n/g, '\n')
    .replace(/\\t/g, '\t')
    .replace(/\\(["'\\])/g, '$1');
  if (/f/i.test(prefix)) return plain.replace(/\{[^}]*\}/g, UNKNOWN);
  return quote === '`' || quote === '"' ? plain.replace(/[$#]\{[^}]*\}/g, UNKNOWN) : plain;
}

/** `name = 'literal'`, last one wins. */
function assignments(text: string): ReadonlyMap<string, string> {
  const found = new Map<string, string>();
  for (const match of text.matchAll(
    new RegExp(
      String.raw`(?:^|[\n;({]|\b(?:const|let|var|my|our)\s)\s*[$]?(\w{1,40})\s*=\s*${STRING.replaceAll('\\2', '\\3')}\s*(?=$|[\n;,)])`,
      'g',
    ),
  )) {
    found.set(match[1] ?? '', filledIn(match[4] ?? '', match[2] ?? '', match[3] ?? ''));
  }
  return found;
}

/** `import os as o` and `from os import remove as r`: calls by their own names. */
function plainNames(text: string, language: Language): string {
  if (language === 'javascript') return plainFileNames(text);
  if (language !== 'python') return text;
  let plain = text;
  for (const [, module, alias] of text.matchAll(/\bimport\s+(os|subprocess|shutil)\s+as\s+(\w+)/g)) {
    plain = plain.replaceAll(new RegExp(`\\b${alias}\\.`, 'g'), `${module}.`);
  }
  for (const [, module, list] of text.matchAll(/\bfrom\s+(os|subprocess|shutil)\s+import\s+\(?([\w ,]+)/g)) {
    for (const each of (list ?? '').split(',')) {
      const [name, alias] = each.trim().split(/\s+as\s+/);
      if (name) plain = plain.replaceAll(new RegExp(`(?<![\\w.])${alias ?? name}\\s*\\(`, 'g'), `${module}.${name}(`);
    }
  }
  return plain.replace(/\b__import__\(\s*['"](\w+)['"]\s*\)/g, '$1');
}

/** What is taken out of Node's `fs` under whatever name is spelled `fs.NAME` again. */
function plainFileNames(text: string): string {
  const FS = String.raw`['"](?:node:)?fs(?:-extra|\/promises)?['"]`;
  let plain = text;
  const lists = [
    ...text.matchAll(
      new RegExp(String.raw`\{([\w\s,:$]{1,400})\}\s*=\s*(?:await\s+)?(?:require|import)\(\s*${FS}`, 'g'),
    ),
    ...text.matchAll(new RegExp(String.raw`\bimport\s*\{([\w\s,$]{1,400})\}\s*from\s*${FS}`, 'g')),
  ];
  for (const [, list = ''] of lists) {
    for (const each of list.split(',')) {
      const [name = '', alias = name] = each.trim().split(/\s*:\s*|\s+as\s+/);
      if (/^\w+$/.test(name) && /^\w+$/.test(alias))
        plain = plain.replaceAll(new RegExp(`(?<![\\w.])${alias}\\s*\\(`, 'g'), `fs.${name}(`);
    }
  }
  const modules = [
    ...text.matchAll(
      new RegExp(String.raw`\b(\w+)\s*=\s*(?:await\s+)?(?:require|import)\(\s*${FS}\s*\)(?:\.promises)?`, 'g'),
    ),
    ...text.matchAll(new RegExp(String.raw`\bimport\s+(?:\*\s*as\s+)?(\w+)\s+from\s*${FS}`, 'g')),
  ];
  for (const [, alias] of modules) plain = plain.replaceAll(new RegExp(`(?<![\\w.])${alias}\\.`, 'g'), 'fs.');
  // These names are nobody else's.
  return plain
    .replace(new RegExp(String.raw`\brequire\(\s*${FS}\s*\)`, 'g'), 'fs')
    .replace(/\b\w+\.((?:rm|unlink|rmdir)Sync\s*\()/g, 'fs.$1');
}

/** Files of the same language that a one-liner names to be run as they are. */
function runFiles(text: string, language: Language): readonly string[] {
  // A whole program's own modules are many, and what they could do isn't what they do.
  if (text.length > MAX_ONE_LINER) return [];
  const found: string[] = [];
  const patterns: Readonly<Partial<Record<Language, readonly RegExp[]>>> = {
    python: [
      /\bexec(?:file)?\s*\(\s*(?:compile\s*\(\s*)?(?:open|Path)\s*\(\s*['"]([^'"\n]+)['"]/g,
      /\brunpy\.run_path\s*\(\s*['"]([^'"\n]+)['"]/g,
    ],
    ruby: [/\b(?:load|require_relative)\s*\(?\s*['"]([^'"\n]+)['"]/g],
    perl: [/\bdo\s+['"]([^'"\n]+)['"]/g],
    php: [/\b(?:include|require)(?:_once)?\s*\(?\s*['"]([^'"\n]+)['"]/g],
  };
  for (const pattern of patterns[language] ?? []) for (const [, path = ''] of calls(text, pattern)) found.push(path);
  return found.slice(0, MAX_FILES);
}

/** `'r' + 'm'` is one literal. */
function joinLiterals(text: string): string {
  return text
    .replace(/(['"])([^'"\\\n]{0,200})\1\s*[+.]\s*(?=\1)\1([^'"\\\n]{0,200})\1/g, '$1$2$3$1')
    .replace(/(['"])([^'"\\\n]{0,200})\1\s*[+.]\s*(?=\1)\1([^'"\\\n]{0,200})\1/g, '$1$2$3$1');
}

function payloadOf(text: string, { scope, world }: Pick<Call, 'scope' | 'world'>): string | undefined {
  const literal = /(?:b64decode|atob|decode64|base64_decode|Buffer\.from)\s*\(\s*b?(['"])([A-Za-z0-9+/=\s]+)\1/.exec(
    text,
  )?.[2];
  if (literal === undefined) return undefined;
  return decoded({ name: 'base64', args: [{ text: '-d' }], scope, world, stdin: { text: literal, from: 'line' } }).text;
}
