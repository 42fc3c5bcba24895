/** Which commands check work: tests, builds, type checks and linters, by what is typed. */

export type Check = 'test' | 'build' | 'lint';

/** Words that only start another command. */
const WRAPPERS = new Set(['sudo', 'time', 'nice', 'env', 'command', 'exec', 'npx', 'bunx', 'pnpx', 'uvx', 'xvfb-run']);
/** `poetry run pytest`: what follows `run` is the command. */
const RUNNERS = new Set(['poetry', 'uv', 'pipenv', 'pdm', 'hatch', 'rye', 'conda', 'bundle', 'dotenv', 'npm-exec']);

/** Programs whose every use is a check. */
const PROGRAMS: Readonly<Record<string, Check>> = {
  pytest: 'test',
  'py.test': 'test',
  tox: 'test',
  nox: 'test',
  jest: 'test',
  vitest: 'test',
  mocha: 'test',
  ava: 'test',
  tap: 'test',
  rspec: 'test',
  phpunit: 'test',
  pest: 'test',
  ctest: 'test',
  gotestsum: 'test',
  nosetests: 'test',
  'vscode-test': 'test',
  tsc: 'build',
  'vue-tsc': 'build',
  esbuild: 'build',
  ninja: 'build',
  msbuild: 'build',
  xcodebuild: 'build',
  javac: 'build',
  gcc: 'build',
  'g++': 'build',
  clang: 'build',
  rustc: 'build',
  eslint: 'lint',
  biome: 'lint',
  ruff: 'lint',
  flake8: 'lint',
  pylint: 'lint',
  mypy: 'lint',
  pyright: 'lint',
  'golangci-lint': 'lint',
  rubocop: 'lint',
  shellcheck: 'lint',
  stylelint: 'lint',
};

/** Programs of which the first word that isn't an option says what they do. */
const SUBCOMMANDS: Readonly<Record<string, Readonly<Record<string, Check>>>> = {
  go: { test: 'test', build: 'build', vet: 'lint' },
  cargo: { test: 'test', nextest: 'test', build: 'build', check: 'build', clippy: 'lint' },
  dotnet: { test: 'test', build: 'build' },
  mvn: { test: 'test', verify: 'test', install: 'test', package: 'test', compile: 'build' },
  mvnw: { test: 'test', verify: 'test', install: 'test', package: 'test', compile: 'build' },
  gradle: { test: 'test', check: 'test', build: 'test', assemble: 'build' },
  gradlew: { test: 'test', check: 'test', build: 'test', assemble: 'build' },
  sbt: { test: 'test', compile: 'build' },
  mix: { test: 'test', compile: 'build' },
  swift: { test: 'test', build: 'build' },
  zig: { test: 'test', build: 'build' },
  bazel: { test: 'test', build: 'build' },
  flutter: { test: 'test', build: 'build', analyze: 'lint' },
  dart: { test: 'test', compile: 'build', analyze: 'lint' },
  deno: { test: 'test', check: 'build', lint: 'lint' },
  playwright: { test: 'test' },
  cypress: { run: 'test' },
  ng: { test: 'test', build: 'build', lint: 'lint' },
  rails: { test: 'test' },
  rake: { test: 'test', spec: 'test' },
  composer: { test: 'test' },
  cmake: { '--build': 'build' },
  meson: { test: 'test', compile: 'build' },
};

/** Programs that run a script or a target by its name. */
const SCRIPT_RUNNERS = new Set(['npm', 'pnpm', 'yarn', 'bun', 'make', 'gmake', 'just', 'task', 'rake', 'invoke']);
const TARGET =
  /^(?:(tests?|t|spec|specs|e2e|unit|check|verify|ci)|(build|compile|typecheck|types|tsc)|(lint))(?:[:_-].*)?$/;

/**
 * What a command line checks; undefined: nothing that is known, or its exit code doesn't tell (`npm test || true`, a pipe,
 * a watch). Of several commands in a row (`tsc && npm test`) the strongest is told, since all must have passed.
 */
export function checkOf(commandLine: string): Check | undefined {
  const line = commandLine.trim();
  // The exit code of a pipe is its last command's; after `||`, `;` or `&` it is another command's.
  if (/\|\||[;\n|`]|\$\(|(?<!&)&(?!&)|>\s*\(/.test(line.replaceAll(/\d?>&\d|&>/g, ''))) return undefined;
  const checks = line.split('&&').map(checkOfOne);
  return ORDER.find((check) => checks.includes(check));
}

const ORDER: readonly Check[] = ['test', 'build', 'lint'];

function checkOfOne(command: string): Check | undefined {
  const words = command.trim().split(/\s+/).map(unquoted);
  while (words[0] !== undefined && (WRAPPERS.has(words[0]) || /^\w+=/.test(words[0]) || words[0].startsWith('-'))) {
    words.shift();
  }
  let [program = '', ...rest] = words;
  if (
    words.some((word) => /^(--watch(All)?|-w|--help|--version|--collect-only|--list(Tests)?|--dry-run|-h)$/.test(word))
  ) {
    return undefined;
  }
  program = nameOf(program);
  if (RUNNERS.has(program) && (rest[0] === 'run' || rest[0] === 'exec')) return checkOfOne(rest.slice(1).join(' '));
  if (/^python[\d.]*$|^py$/.test(program) && rest[0] === '-m') {
    return rest[1] === 'unittest' ? 'test' : PROGRAMS[rest[1] ?? ''];
  }
  if (program === 'node' && rest.includes('--test')) return 'test';
  const own = PROGRAMS[program];
  if (own !== undefined) return own;
  rest = rest.filter((word) => !word.startsWith('-') || word === '--build');
  const known = SUBCOMMANDS[program];
  if (known) {
    const found = rest.map((word) => known[word.replace(/^.*:/, '')]).filter((check) => check !== undefined);
    if (found.length > 0) return ORDER.find((check) => found.includes(check));
  }
  if (!SCRIPT_RUNNERS.has(program)) return undefined;
  if (rest.length === 0) return program === 'make' || program === 'gmake' ? 'build' : undefined;
  const script = rest[0] === 'run' || rest[0] === 'run-script' ? rest[1] : rest[0];
  return targetCheck(script ?? '');
}

/** What a task, a script or a target of this name checks. */
export function targetCheck(name: string): Check | undefined {
  const [, test, build, lint] = TARGET.exec(name.trim().toLowerCase()) ?? [];
  return test ? 'test' : build ? 'build' : lint ? 'lint' : undefined;
}

function nameOf(program: string): string {
  return (program.split(/[\\/]/).at(-1) ?? program).replace(/\.(exe|cmd|bat|ps1|sh)$/i, '');
}

function unquoted(word: string): string {
  return word.replace(/^(['"])(.*)\1$/, '$2');
}
