import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { parseShell } from '../../src/adapters/shellParser.ts';
import { type GateLimits, gateAction } from '../../src/app/gateAction.ts';
import type { Action } from '../../src/core/risk/action.ts';
import { type FactAnswer, type FactQuestion, factKey } from '../../src/core/risk/facts.ts';
import type { FactsPort } from '../../src/ports.ts';

/** Answers what it is given, and records what it is asked. */
function fakeFacts(answers: (question: FactQuestion) => FactAnswer | Promise<FactAnswer>) {
  const asked: string[] = [];
  const port: FactsPort = {
    answer: async (question) => {
      asked.push(factKey(question).split('\0').slice(0, 2).join(' '));
      return answers(question);
    },
  };
  return { port, asked };
}
const UNANSWERED: FactAnswer = { kind: 'unanswered' };
const sh = (command: string): Action => ({ kind: 'shell', command, cwd: '/w' });
function gate(action: Action, port: FactsPort, limits?: GateLimits) {
  return gateAction(action, { facts: port, parse: parseShell, clock: { elapsed: () => performance.now() } }, limits);
}

describe('gateAction', () => {
  it('asks for what the core would like to know', async () => {
    const untracked = fakeFacts((question) =>
      question.kind === 'path'
        ? {
            kind: 'path',
            exists: true,
            type: 'folder',
            tracked: false,
            ignored: false,
            insideWorkspace: true,
            untrackedFiles: 214,
          }
        : UNANSWERED,
    );
    const verdict = await gate(sh('rm -rf data'), untracked.port);
    assert.equal(verdict.class, 'irreversible');
    assert.match(verdict.reason, /214 untracked files, not in version control/);
    assert.deepEqual(untracked.asked, ['path data']);

    const ignored = fakeFacts(() => ({
      kind: 'path',
      exists: true,
      tracked: false,
      ignored: true,
      insideWorkspace: true,
    }));
    assert.equal((await gate(sh('rm -rf data'), ignored.port)).class, 'draft');
  });

  it('reads the scripts that a command names, and what they name', async () => {
    const { port, asked } = fakeFacts((question) => {
      if (question.kind !== 'script') return UNANSWERED;
      return { kind: 'text', text: question.path === 'first.sh' ? 'sh second.sh' : 'git push --force origin main' };
    });
    const verdict = await gate(sh('sh first.sh'), port);
    assert.ok(['irreversible', 'deploy'].includes(verdict.class), verdict.reason);
    assert.ok(asked.includes('script first.sh') && asked.includes('script second.sh'));
  });

  it('assumes the worst of what can’t be looked up', async () => {
    // By its words alone a draft.
    const command = sh('rm src/app.ts');
    const known = fakeFacts(() => ({ kind: 'path', exists: true, tracked: true, clean: true, insideWorkspace: true }));
    assert.equal((await gate(command, known.port)).class, 'draft');
    for (const port of [
      fakeFacts(() => UNANSWERED).port,
      fakeFacts(() => Promise.reject(new Error('no'))).port,
      fakeFacts(() => new Promise<FactAnswer>(() => {})).port,
    ]) {
      const verdict = await gate(command, port, { patienceMs: 50 });
      assert.equal(verdict.class, 'irreversible');
      assert.match(verdict.reason, /could not be looked up/);
    }
    assert.equal((await gate(sh('git log'), fakeFacts(() => UNANSWERED).port)).class, 'read');
  });

  it('ends, however long scripts name scripts', async () => {
    let count = 0;
    const endless = fakeFacts((question) =>
      question.kind === 'script' ? { kind: 'text', text: `sh s${++count}.sh` } : UNANSWERED,
    );
    const verdict = await gate(sh('sh s.sh'), endless.port, { rounds: 4 });
    assert.ok(['commit', 'irreversible'].includes(verdict.class));
    assert.ok(count <= 5, `${count}`);
    const many = fakeFacts(() => UNANSWERED);
    await gate(sh(Array.from({ length: 300 }, (_, index) => `rm -r d${index}`).join('; ')), many.port, {
      questions: 20,
    });
    assert.ok(many.asked.length <= 20, `${many.asked.length}`);
  });

  it('stops looking when it has its verdict', async () => {
    let signal: AbortSignal | undefined;
    const port: FactsPort = {
      answer: (_question, given) => {
        signal = given;
        return new Promise<FactAnswer>(() => {});
      },
    };
    await gate(sh('rm -r data'), port, { patienceMs: 20 });
    assert.equal(signal?.aborted, true);
  });

  it('judges edits and tools with the same facts', async () => {
    const { port } = fakeFacts((question) =>
      question.kind === 'path'
        ? {
            kind: 'path',
            exists: true,
            type: 'file',
            tracked: false,
            ignored: false,
            insideWorkspace: true,
            untrackedFiles: 1,
          }
        : question.kind === 'script'
          ? { kind: 'text', text: 'a\nb\nc\n' }
          : UNANSWERED,
    );
    const write = await gate(
      { kind: 'tool', name: 'Write', input: { file_path: 'notes.md', content: 'x' }, cwd: '/w' },
      port,
    );
    assert.equal(write.reason, 'overwrites notes.md, which is not in version control: 3 of its 3 lines are lost');
    const shell = await gate({ kind: 'tool', name: 'Bash', input: { command: 'rm notes.md' }, cwd: '/w' }, port);
    assert.equal(shell.class, 'irreversible');
  });
});
