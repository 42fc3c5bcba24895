import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { makeTargetText, packageScriptText } from '../../../src/core/risk/projectScripts.ts';

describe('the commands of a package script', () => {
  const file = JSON.stringify({
    scripts: { build: 'tsc', pretest: 'npm run build', test: 'jest', posttest: 'echo done' },
  });
  it('with what runs before and after', () => {
    assert.equal(packageScriptText(file, 'test'), 'npm run build && jest && echo done');
    assert.equal(packageScriptText(file, 'build'), 'tsc');
    assert.equal(packageScriptText(file, 'toString'), undefined);
    assert.equal(packageScriptText('{', 'test'), undefined);
    assert.equal(packageScriptText('null', 'test'), undefined);
  });
});

describe('the commands of a Makefile’s target', () => {
  const file = [
    'OUT := build',
    'ALL = $(OUT)/a \\',
    '  $(OUT)/b',
    '.PHONY: all clean',
    '# first',
    'all: prepare main.o',
    '\t@echo $@ $$HOME $(shell date)',
    'prepare: ; mkdir -p $(OUT)',
    'main.o: main.c util.c',
    '\tcc -c $< -o $@ $^',
    'clean:',
    '\trm -rf $(ALL) $(UNKNOWN)',
    'loop: loop',
    '\ttrue',
  ].join('\n');
  it('with those of its needs first', () => {
    assert.equal(
      makeTargetText(file, ''),
      'mkdir -p build\ncc -c main.c -o main.o main.c util.c\n@echo all $$HOME $(shell date)',
    );
    assert.equal(makeTargetText(file, 'clean'), 'rm -rf build/a    build/b $(UNKNOWN)');
    assert.equal(makeTargetText(file, 'loop'), 'true');
    assert.equal(makeTargetText(file, 'none'), undefined);
    assert.equal(makeTargetText('', ''), undefined);
  });
  it('of any text', () => {
    fc.assert(fc.property(fc.string(), fc.string(), (text, name) => void makeTargetText(text, name)));
  });
});
