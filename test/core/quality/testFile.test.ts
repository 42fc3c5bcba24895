import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isTestFile } from '../../../src/core/quality/testFile.ts';

test('tests, their fixtures and the settings of checks are told by their paths', () => {
  const tests = [
    'test/cart.js',
    '/src/cart.test.ts',
    'src\\cart.spec.tsx',
    'pkg/cart_test.go',
    'test_cart.py',
    'a/conftest.py',
    'src/CartTest.java',
    '/package.json',
    'Makefile',
    'tsconfig.build.json',
    'src/__snapshots__/cart.snap',
  ];
  for (const path of tests) assert(isTestFile(path), path);
  for (const path of ['src/cart.ts', 'latest.js', 'src/contest.py', 'attest/x.go', 'src/testimony.ts'])
    assert(!isTestFile(path), path);
});
