import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { checkOf, targetCheck } from '../../../src/core/quality/checkCommand.ts';

const COMMANDS = {
  test: [
    'npm test',
    'npm run test',
    'npm run test:unit -- --grep x',
    'pnpm test',
    'yarn e2e',
    'bun test',
    'npx vitest run',
    'node --test test/cart.test.js',
    'python3 -m pytest -q tests/test_cart.py',
    'python -m unittest',
    'poetry run pytest',
    'uv run pytest -x',
    'CI=1 pytest',
    'go test ./...',
    'cargo test --all',
    'mvn -q verify',
    './gradlew :app:test',
    'dotnet test',
    'make test',
    'make check',
    'cd packages/one && npm test',
    'tsc -p . && npm test',
    'ctest --output-on-failure',
    'bundle exec rspec',
    './node_modules/.bin/jest cart',
    'npm test 2>&1',
  ],
  build: [
    'tsc --noEmit',
    'npx tsc -p .',
    'npm run build',
    'cargo check',
    'go build ./...',
    'make',
    'cmake --build out',
  ],
  lint: ['npm run lint', 'npx eslint .', 'ruff check', 'cargo clippy', 'go vet ./...'],
} as const;

test('commands that check are recognised', () => {
  for (const [check, commands] of Object.entries(COMMANDS))
    for (const command of commands) assert.equal(checkOf(command), check, command);
});

test('what isn’t a check, or whose exit code doesn’t tell, is none', () => {
  const others = [
    'npm install',
    'npm start',
    'git commit -m "npm test"',
    'ls test',
    'cat test/cart.test.js',
    'npm test || true',
    'npm test | tee log',
    'npm test; echo done',
    'npm test & ',
    'echo npm test',
    'vitest --watch',
    'tsc --watch',
    'jest --listTests',
    'pytest --collect-only',
    'go mod tidy',
    'cargo run',
    'python3 app.py',
    'node app.js',
    'claude -p "run npm test"',
    '',
  ];
  for (const command of others) assert.equal(checkOf(command), undefined, command);
});

test('tasks are told by their names', () => {
  assert.equal(targetCheck('test:unit'), 'test');
  assert.equal(targetCheck('Build'), 'build');
  assert.equal(targetCheck('lint'), 'lint');
  assert.equal(targetCheck('start'), undefined);
  assert.equal(targetCheck('latest'), undefined);
});

test('any line is read without a throw', () => {
  fc.assert(fc.property(fc.string({ unit: 'binary' }), (line) => void checkOf(line)));
});
