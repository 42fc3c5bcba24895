import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { parseShell } from '../../../src/adapters/shellParser.ts';
import { type ActionClass, reachesFurther, worse } from '../../../src/core/risk/action.ts';
import { classify } from '../../../src/core/risk/classify.ts';
import { NO_FACTS } from '../../../src/core/risk/facts.ts';
import { processorMs } from '../../fakes/processorTime.ts';
import { COMMIT, DEPLOY, HARMLESS, IRREVERSIBLE } from './commands.ts';

const classOf = (command: string): ActionClass =>
  classify({ kind: 'shell', command }, NO_FACTS, parseShell).verdict.class;

/** One plain command, without anything that a shell would expand or that changes the shell itself. */
const isPlain = (command: string) =>
  /^[\w./-]+( [\w./:=@+,-]+)*$/.test(command) &&
  !/^(cd|alias|set|export|exec|kill|\.|source|read|trap|xargs)\b/.test(command);
const PLAIN = [...IRREVERSIBLE, ...DEPLOY, ...COMMIT, ...HARMLESS].filter(isPlain);
const plain = fc.constantFrom(...PLAIN);

const quoted = (text: string) => `'${text.replaceAll("'", `'\\''`)}'`;
const hex = (text: string, mark: string) =>
  [...text].map((char) => `${mark}${char.charCodeAt(0).toString(16).padStart(2, '0')}`).join('');
const base64 = (text: string) => Buffer.from(text).toString('base64');

const DISGUISES: Readonly<Record<string, (command: string) => string>> = {
  sudo: (command) => `sudo -u root ${command}`,
  env: (command) => `env A=1 ${command}`,
  'env -S': (command) => `env -S ${quoted(command)}`,
  timeout: (command) => `timeout -k 5 10 ${command}`,
  nice: (command) => `nice -n 5 ${command}`,
  nohup: (command) => `nohup ${command} &`,
  time: (command) => `time ${command}`,
  stdbuf: (command) => `stdbuf -oL ${command}`,
  command: (command) => `command ${command}`,
  assignment: (command) => `A=1 B=2 ${command}`,
  'bash -c': (command) => `bash -c ${quoted(command)}`,
  'sh -lc': (command) => `sh -lc ${quoted(command)}`,
  eval: (command) => `eval ${quoted(command)}`,
  subshell: (command) => `( ${command} )`,
  group: (command) => `{ ${command}; }`,
  negation: (command) => `! ${command}`,
  function: (command) => `f() { ${command}; }; f`,
  variable: (command) => `C=${quoted(command)}; $C`,
  branch: (command) => `if true; then ${command}; fi`,
  loop: (command) => `for i in 1 2; do ${command}; done`,
  substitution: (command) => `echo "$( ${command} )"`,
  backticks: (command) => `echo \`${command}\``,
  arithmetic: (command) => `echo $(( $( ${command} ) + 1 ))`,
  process: (command) => `cat <( ${command} )`,
  'into a pipe': (command) => `${command} | cat`,
  'out of a pipe': (command) => `true | ${command}`,
  'echo | sh': (command) => `echo ${quoted(command)} | sh`,
  'printf | bash': (command) => `printf '%s\\n' ${quoted(command)} | bash`,
  'here-document': (command) => `sh <<'END'\n${command}\nEND`,
  'here-string': (command) => `bash <<< ${quoted(command)}`,
  base64: (command) => `echo ${base64(command)} | base64 -d | sh`,
  hex: (command) => `printf '${hex(command, '\\x')}' | sh`,
  xxd: (command) => `echo ${hex(command, '')} | xxd -r -p | bash`,
  rev: (command) => `echo ${quoted([...command].reverse().join(''))} | rev | sh`,
  'ansi quotes': (command) =>
    command
      .split(' ')
      .map((word) => `$'${hex(word, '\\x')}'`)
      .join(' '),
  'single quotes': (command) => command.split(' ').map(quoted).join(' '),
  'double quotes': (command) =>
    command
      .split(' ')
      .map((word) => `"${word}"`)
      .join(' '),
  'split quotes': (command) =>
    command
      .split(' ')
      .map((word) => `${word.slice(0, 1)}""${word.slice(1)}`)
      .join(' '),
  xargs: (command) => `echo x | xargs -I% ${command}`,
  redirection: (command) => `${command} > /dev/null 2>&1`,
  trap: (command) => `trap ${quoted(command)} EXIT`,
  python: (command) => `python3 -c ${quoted(`import os; os.system("${command}")`)}`,
  node: (command) => `node -e ${quoted(`require("child_process").execSync("${command}")`)}`,
  perl: (command) => `perl -e ${quoted(`system("${command}")`)}`,
  ruby: (command) => `ruby -e ${quoted(`system("${command}")`)}`,
  'written and run': (command) => `echo ${quoted(command)} > /tmp/x.sh && sh /tmp/x.sh`,
  watch: (command) => `watch -n 1 ${quoted(command)}`,
  alias: (command) => `alias a=${quoted(command)}; a`,
  find: (command) => `find . -exec ${command} \\;`,
};

test('there are enough plain commands of every class to try', () => {
  for (const kind of ['read', 'draft', 'commit', 'irreversible', 'deploy']) {
    assert.ok(PLAIN.filter((command) => classOf(command) === kind).length >= 10, kind);
  }
});

for (const [name, disguise] of Object.entries(DISGUISES)) {
  test(`never a lower class: ${name}`, () => {
    fc.assert(
      fc.property(plain, (command) => {
        const [before, after] = [classOf(command), classOf(disguise(command))];
        assert.ok(!reachesFurther(before, after), `${before} became ${after}: ${disguise(command)}`);
      }),
      { numRuns: 150 },
    );
  });
}

test('never a lower class: two disguises, one in the other', () => {
  const names = Object.keys(DISGUISES).filter(
    (name) => !/quotes|nohup|python|node|perl|ruby|time|variable|find|xargs|command/.test(name),
  );
  const simple = fc.constantFrom(...['bash -c', 'eval', 'sudo', 'base64', 'echo | sh', 'subshell']);
  fc.assert(
    fc.property(plain, simple, fc.constantFrom(...names), (command, inner, outer) => {
      const once = DISGUISES[inner]?.(command) ?? command;
      if (!/^(sudo|env|bash|eval|echo)/.test(once) && /^(sudo|env|timeout|nice|stdbuf|assignment)/.test(outer)) return;
      if (/[|&;]/.test(once) && /^(sudo|env|timeout|nice|stdbuf|assignment|into|out|redirection)/.test(outer)) return;
      const twice = DISGUISES[outer]?.(once) ?? once;
      const [before, after] = [classOf(command), classOf(twice)];
      assert.ok(!reachesFurther(before, after), `${before} became ${after}: ${twice}`);
    }),
    { numRuns: 400 },
  );
});

test('a list has its worst part’s class', () => {
  const separator = fc.constantFrom(' ; ', ' && ', ' || ', '\n', ' & ');
  fc.assert(
    fc.property(fc.array(fc.tuple(plain, separator), { minLength: 1, maxLength: 5 }), (list) => {
      const text = list.map(([command, join], at) => (at < list.length - 1 ? command + join : command)).join('');
      const worst = list.map(([command]) => classOf(command)).reduce(worse);
      assert.ok(!reachesFurther(worst, classOf(text)), `${worst} became ${classOf(text)}: ${text}`);
    }),
    { numRuns: 400 },
  );
});

test('arbitrary text is judged without a throw, and fast', () => {
  const scraps = fc.constantFrom(
    ...[
      '$(',
      ')',
      '`',
      '"',
      "'",
      '|',
      '&&',
      ';',
      '\n',
      '<<E',
      'E',
      '{',
      '}',
      'rm',
      '-rf',
      '/',
      '~',
      '*',
      '$x',
      '${x',
      '}',
      '>',
      '<',
      '((',
      '))',
      '[[',
      ']]',
      'if',
      'fi',
      'for',
      'do',
      'done',
      'case',
      'esac',
      'in',
      'sh',
      '-c',
      'eval',
      'python',
      'sed',
      's/a/b/e',
      'find',
      '-exec',
      '\\',
      '\u0000',
      'git',
      'reset',
      '--hard',
      'function',
      '()',
      '=',
      '!',
      '#',
      'xargs',
      'sudo',
      'awk',
    ],
  );
  const noise = fc.oneof(
    fc.string({ maxLength: 300, unit: 'binary' }),
    fc.array(scraps, { maxLength: 60 }).map((words) => words.join(' ')),
    fc.array(scraps, { maxLength: 60 }).map((words) => words.join('')),
  );
  const slow: string[] = [];
  fc.assert(
    fc.property(noise, (command) => {
      const started = performance.now();
      const said = classOf(command);
      if (performance.now() - started > 50 && timed(command) > 50) slow.push(command);
      return said.length > 0;
    }),
    { numRuns: 3000 },
  );
  assert.deepEqual(slow, []);
});

const HEAVY: Readonly<Record<string, string>> = {
  'nested substitutions': `${'$('.repeat(500)}ls${')'.repeat(500)}`,
  'nested groups': `${'('.repeat(3000)}ls${')'.repeat(3000)}`,
  'long list': `${'a && '.repeat(20_000)}b`,
  'long pipe': `${'echo a | '.repeat(5000)}sh`,
  'function that calls itself twice': 'f() { f; f; }; f',
  'fork bomb': ':(){ :|:& };:',
  'loops in loops': `${'for i in a b c d e f g h; do '.repeat(8)}ls;${'done;'.repeat(8)}`,
  'value that doubles': `x=a;${'x=$x$x;'.repeat(40)}echo $x`,
  'braces in a row': `echo ${'{a,b}'.repeat(30)}`,
  'patterns with stars': `A=${'a'.repeat(3000)}; echo \${A%%*a*a*a*b}`,
  'long Python': `python3 - <<'E'\n${'subprocess.run(x)\nos.remove(f)\n'.repeat(3000)}E\n`,
  'open parentheses in Python': `python3 - <<'E'\n${'Path('.repeat(3900)}\nE\n`,
  'open quotes in Python': `python3 - <<'E'\n${"x='".repeat(6000)}\nE\n`,
  'long SQL': `psql -c '${'alter table '.repeat(3000)}'`,
  'long awk': `awk '${'print '.repeat(1900)}'`,
  'long sed': `sed '${'s/a/b/;'.repeat(20_000)}'`,
  'long words': `echo ${'x '.repeat(90_000)}`,
  'path with many dots': `rm ${'a/../'.repeat(20_000)}x`,
};

for (const [name, command] of Object.entries(HEAVY)) {
  test(`no input takes long: ${name}`, () => {
    const taken = timed(command);
    assert.ok(taken <= 50, `${taken} ms`);
  });
}

function timed(command: string): number {
  return processorMs(() => classOf(command), 4);
}
