// The gate's own corpus (test/fixtures/gate) as a test: what `npm run bench -- gate` measures must not get worse unseen.
import assert from 'node:assert/strict';
import path from 'node:path';
import { describe, it } from 'node:test';
import { parseShell } from '../../../src/adapters/shellParser.ts';
import { reachesFurther } from '../../../src/core/risk/action.ts';
import { classify } from '../../../src/core/risk/classify.ts';
import { ownRows } from '../../bench/gate/rows.ts';

const rows = ownRows(path.join(import.meta.dirname, '../../fixtures/gate')).map((row) => {
  const { verdict } = classify(row.action, row.facts, parseShell);
  return { ...row, verdict, risky: reachesFurther(row.class, 'commit') };
});

describe('actions whose class their documentation tells', () => {
  it('are many, of every class and kind', () => {
    assert.ok(rows.length >= 800, `${rows.length}`);
    for (const kind of ['read', 'draft', 'commit', 'irreversible', 'deploy']) {
      assert.ok(rows.filter((row) => row.class === kind).length >= 80, kind);
    }
    for (const kind of ['shell', 'edit', 'tool']) {
      assert.ok(rows.filter(({ action }) => action.kind === kind).length >= 100, kind);
    }
  });

  it('that can’t be undone are asked about', () => {
    const risky = rows.filter((row) => row.risky);
    const missed = risky.filter(({ verdict }) => !(verdict.ask && reachesFurther(verdict.class, 'commit')));
    assert.ok(missed.length <= risky.length * 0.02, missed.map(({ told }) => told).join('\n'));
  });

  it('that can are not called irreversible', () => {
    const plain = rows.filter((row) => !row.risky);
    const alarms = plain.filter(({ verdict }) => reachesFurther(verdict.class, 'commit'));
    assert.ok(alarms.length <= plain.length * 0.01, alarms.map(({ told }) => told).join('\n'));
  });

  it('edits and tool calls have exactly their class', () => {
    const wrong = rows.filter(({ action, verdict, class: kind }) => action.kind !== 'shell' && verdict.class !== kind);
    assert.deepEqual(
      wrong.map(({ told, verdict, class: kind }) => `${kind} -> ${verdict.class}: ${told}`),
      [],
    );
  });

  it('have a reason, an expected loss and a part for each', () => {
    for (const { verdict, told } of rows) {
      assert.ok(verdict.reason.length > 3, told);
      assert.ok(verdict.parts.length > 0 || verdict.class === 'read', told);
      assert.equal(verdict.expectedLossNanoCredits > 0, verdict.class !== 'read', told);
    }
  });
});
