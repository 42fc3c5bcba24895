import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { type ApprovedKind, kindsOf } from '../../../src/core/gate/actionKind.ts';
import { canonicalAction, shownAction } from '../../../src/core/gate/actionText.ts';
import { changeApprovals, holdsAction, holdsKinds, NO_APPROVALS } from '../../../src/core/gate/approvals.ts';
import { askedCommits } from '../../../src/core/gate/askedCommits.ts';
import type { Action } from '../../../src/core/risk/action.ts';
import type { VerdictPart } from '../../../src/core/risk/verdict.ts';

const PUSH: ApprovedKind = { name: 'git push', class: 'commit', folder: '/w/app' };

describe('approvals', () => {
  it('holds an action for eight hours, and never one that can’t be undone', () => {
    const held = changeApprovals(NO_APPROVALS, { kind: 'action', digest: 'd', class: 'commit', at: 0 });
    assert.ok(holdsAction(held, 'd', 8 * 3_600_000 - 1));
    assert.ok(!holdsAction(held, 'd', 8 * 3_600_000));
    assert.ok(!holdsAction(held, 'other', 1));
    const kept = changeApprovals(NO_APPROVALS, { kind: 'action', digest: 'd', class: 'irreversible', at: 0 });
    assert.ok(!holdsAction(kept, 'd', 1));
    assert.ok(!holdsAction(changeApprovals(held, { kind: 'prompt' }), 'd', 1));
  });

  it('covers a kind in its folder and below, at its class or a milder one; no deployment', () => {
    const held = changeApprovals(NO_APPROVALS, { kind: 'kinds', kinds: [PUSH], at: 0 });
    const holds = (...wanted: readonly ApprovedKind[]) => holdsKinds(held, wanted, 1);
    assert.ok(holds(PUSH));
    assert.ok(holds({ ...PUSH, folder: '/w/app/web' }));
    assert.ok(!holds({ ...PUSH, folder: '/w/application' }));
    assert.ok(!holds({ ...PUSH, class: 'irreversible' }));
    assert.ok(!holds({ ...PUSH, name: 'git commit' }));
    assert.ok(!holds(PUSH, { ...PUSH, name: 'rm' }));
    assert.ok(!holds());
    const deploy = { ...PUSH, class: 'deploy' } as const;
    assert.ok(!holdsKinds(changeApprovals(NO_APPROVALS, { kind: 'kinds', kinds: [deploy], at: 0 }), [deploy], 1));
  });
});

describe('the kind of an action', () => {
  const part = (text: string, more: Partial<VerdictPart> = {}): VerdictPart => ({
    text,
    class: 'commit',
    ask: true,
    targets: [],
    reason: '',
    ...more,
  });
  const kind = (command: string, ...parts: readonly VerdictPart[]) =>
    kindsOf({ kind: 'shell', command, cwd: '/w/app' }, parts.length > 0 ? parts : [part(command)], undefined);

  it('is the program with its subcommand', () => {
    assert.equal(kind('git push origin main')?.label, 'git push origin in this folder');
    assert.equal(kind('git push')?.label, 'git push in this folder');
    assert.equal(kind('git push --receive-pack=x origin'), undefined);
    assert.equal(kind('docker compose down')?.label, 'docker compose down in this folder');
    assert.equal(kind('mv a b', part('mv a b', { targets: ['a', 'b'] }))?.label, 'mv in this folder');
    assert.deepEqual(kind('mv a b', part('mv a b', { targets: ['a'] }))?.paths, ['/w/app', '/w/app/a']);
    assert.equal(kind('git add . && git commit', part('git commit'))?.label, 'git commit in this folder');
  });

  it('is none where the words don’t say what is run, or where', () => {
    for (const command of [
      'git -C ../x push',
      'git --git-dir=/x push',
      'cd x && git push',
      'git push $REMOTE',
      'X=1 git push',
      'python script.py',
      'bash -c x',
      './deploy.sh',
      'git',
      'git() { rm x; }; git push',
      'env git push',
    ])
      assert.equal(kind(command), undefined, command);
    assert.equal(kind('git push', part('git push', { targets: ['https://example.org'] })), undefined);
    assert.equal(kind('git push', part('git push', { targets: ['git@example.org:x'] })), undefined);
    assert.equal(kind('npm publish', part('npm publish', { class: 'deploy' })), undefined);
    assert.equal(kindsOf({ kind: 'shell', command: 'git push' }, [part('git push')], undefined), undefined);
  });

  it('of an edit is this very file, of a server’s tool its name and no more than a commit', () => {
    const edit: Action = { kind: 'edit', path: 'package.json', after: '{}' };
    assert.deepEqual(kindsOf(edit, [part('')], '/w/app')?.kinds, [
      { name: 'edit /w/app/package.json', class: 'commit', folder: '/w/app' },
    ]);
    assert.equal(kindsOf(edit, [part('', { class: 'irreversible' })], '/w/app'), undefined);
    const tool: Action = { kind: 'tool', server: 'github', name: 'create_issue', input: {} };
    assert.equal(kindsOf(tool, [part('')], '/w/app')?.label, 'calls of github/create_issue');
    assert.equal(kindsOf(tool, [part('', { class: 'irreversible' })], '/w/app'), undefined);
  });
});

describe('an action as text', () => {
  it('is the same text for the same action, and another in another folder', () => {
    const tool = (input: unknown): Action => ({ kind: 'tool', name: 't', input });
    assert.equal(canonicalAction(tool({ a: 1, b: [2] }), '/w'), canonicalAction(tool({ b: [2], a: 1 }), '/w'));
    assert.notEqual(canonicalAction(tool({ a: 1 }), '/w'), canonicalAction(tool({ a: 1 }), '/v'));
  });

  it('shows exactly what would be done', () => {
    assert.equal(shownAction({ kind: 'shell', command: 'rm -rf a' }), 'rm -rf a');
    assert.equal(shownAction({ kind: 'edit', path: 'a', before: 'x\ny', after: 'z' }), 'Edit a\n- x\n- y\n+ z');
    assert.equal(shownAction({ kind: 'edit', path: 'a', before: 'x' }), 'Delete a');
    assert.equal(shownAction({ kind: 'tool', server: 's', name: 't', input: { a: 1 } }), 's/t {\n "a": 1\n}');
  });
});

describe('askedCommits', () => {
  const stakes = { expectedLossNanoCredits: 10, rho: 1, factor: 1, answers: { approved: 3, denied: 0 } };

  it('is what the core says unless somebody can tell what the run is worth', () => {
    assert.equal(askedCommits(stakes), 'named');
    assert.equal(askedCommits({ ...stakes, rho: 9 }), 'named');
  });

  it('weighs risk at its price against the gain, and trust', () => {
    const gain = { ...stakes, gainNanoCredits: 100 };
    assert.equal(askedCommits(gain), 'unknown');
    assert.equal(askedCommits({ ...gain, answers: { approved: 2, denied: 0 } }), 'named');
    assert.equal(askedCommits({ ...gain, answers: { approved: 9, denied: 1 } }), 'named');
    assert.equal(askedCommits({ ...gain, rho: 10 }), 'all');
    assert.equal(askedCommits({ ...gain, gainNanoCredits: -5 }), 'named');
    assert.equal(askedCommits({ ...gain, factor: 2 }), 'all');
  });
});
