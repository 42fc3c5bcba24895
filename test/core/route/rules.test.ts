import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { TASK_KINDS, TASK_SIZES } from '../../../src/core/quality/taskClass.ts';
import type { Candidate } from '../../../src/core/route/candidate.ts';
import { applyRules, type Rule, type RuleSituation, TIERS } from '../../../src/core/route/rules.ts';

const candidate = (name: string, passRate: number | undefined, local = false, healthy = true): Candidate => ({
  endpointId: local ? 'home' : 'cloud',
  endpointLabel: local ? 'Home' : 'Cloud',
  model: { name },
  local,
  healthy,
  strength:
    passRate === undefined
      ? undefined
      : { passRate, date: '2025-10-01', source: 'test', matchedAs: name, basis: 'measured' },
});
const LOCAL = candidate('qwen3:8b', 20, true);
const MINI = candidate('mini', 45);
const MIDDLE = candidate('middle', 60);
const LARGE = candidate('large', 85);
const ALL = [LOCAL, MINI, MIDDLE, LARGE];
const situation = (task?: RuleSituation['task'], folder = '/home/me/work'): RuleSituation => ({
  task,
  places: { folders: [folder], files: [], home: '/home/me' },
});
const left = (ruling: ReturnType<typeof applyRules>) =>
  ruling.candidates.filter(({ barred }) => barred === undefined).map(({ candidate: { model } }) => model.name);
const up = ({ healthy }: Candidate) => healthy !== false;
const ruled = (rules: readonly Rule[], at = situation(), privacy: Parameters<typeof applyRules>[2]['privacy'] = []) =>
  applyRules(ALL, at, { rules, privacy }, up);

describe('applyRules', () => {
  it('without rules and prices everything can be had and costs nothing more', () => {
    const { candidates, notes } = ruled([]);
    assert.deepEqual(notes, []);
    assert(candidates.every(({ barred, privacyNanoCredits }) => barred === undefined && privacyNanoCredits === 0));
  });

  it('tests go to own hardware where a rule says so, and nothing else does', () => {
    const rules: readonly Rule[] = [{ when: { task: 'test' }, use: 'local' }];
    const tests = ruled(rules, situation({ kind: 'test', size: 'simple' }));
    assert.deepEqual(left(tests), ['qwen3:8b']);
    assert.deepEqual(tests.notes, ['Your rule “test → local” holds.']);
    assert.equal(tests.candidates[3]?.barred, 'your rule “test → local” keeps it here');
    assert.equal(left(ruled(rules, situation({ kind: 'fix', size: 'simple' }))).length, ALL.length);
    assert.equal(left(ruled(rules, situation(undefined))).length, ALL.length);
  });

  it('sizes go to tiers, which are thirds of the models by strength', () => {
    const rules: readonly Rule[] = [
      { when: { size: 'simple' }, use: 'light' },
      { when: { size: 'medium' }, use: 'standard' },
      { when: { size: 'complex' }, use: 'strong' },
    ];
    const of = (size: 'simple' | 'medium' | 'complex') => left(ruled(rules, situation({ kind: 'fix', size })));
    assert.deepEqual(of('simple'), ['qwen3:8b', 'mini']);
    assert.deepEqual(of('medium'), ['mini', 'middle']);
    assert.deepEqual(of('complex'), ['middle', 'large']);
  });

  it('a tier is never empty while a model of known strength is there', () => {
    for (const tier of TIERS)
      assert.deepEqual(left(applyRules([MINI], situation(), { rules: [{ when: {}, use: tier }], privacy: [] }, up)), [
        'mini',
      ]);
  });

  it('a model is named alone or with its endpoint; one that cannot be had is passed over, and said so', () => {
    assert.deepEqual(left(ruled([{ when: {}, use: 'large' }])), ['large']);
    assert.deepEqual(left(ruled([{ when: {}, use: 'cloud/large' }])), ['large']);
    const gone = ruled([
      { when: {}, use: 'gpt-9' },
      { when: {}, use: 'mini' },
    ]);
    assert.deepEqual(left(gone), ['mini']);
    assert.deepEqual(gone.notes, [
      'Your rule “all → gpt-9” was passed over: none of its models can be had for this request.',
      'Your rule “all → mini” holds.',
    ]);
  });

  it('local holds even where nothing local can be had: code does not go where it was not to go', () => {
    const cloudOnly = [MINI, LARGE];
    const ruling = applyRules(cloudOnly, situation(), { rules: [{ when: {}, use: 'local' }], privacy: [] }, up);
    assert.deepEqual(left(ruling), []);
  });

  it('the price of privacy counts in the cloud alone; of several the dearest', () => {
    const { candidates } = ruled([], situation(), [
      { pattern: '~/work', nanoCredits: 5 },
      { pattern: '/home/**', nanoCredits: 7 },
      { pattern: '/elsewhere', nanoCredits: 'never' },
    ]);
    assert.deepEqual(
      candidates.map(({ privacyNanoCredits }) => privacyNanoCredits),
      [0, 7, 7, 7],
    );
  });

  it('never is never loosened, by whatever rules', () => {
    fc.assert(
      fc.property(fc.array(anyRule, { maxLength: 6 }), anySituation, (rules, at) => {
        const ruling = applyRules(ALL, at, { rules, privacy: [{ pattern: '/home/me/**', nanoCredits: 'never' }] }, up);
        const isWithin = at.places.folders[0]?.startsWith('/home/me/') === true;
        return (
          !isWithin || ruling.candidates.every(({ candidate: { local }, barred }) => local || barred !== undefined)
        );
      }),
    );
  });

  it('a rule more, wherever it stands, never brings the cloud back that a rule `local` had barred', () => {
    fc.assert(
      fc.property(fc.array(anyRule, { maxLength: 5 }), anyRule, fc.nat(5), anySituation, (rules, extra, at, where) => {
        const cloudLeft = (some: readonly Rule[]) =>
          applyRules(ALL, where, { rules: some, privacy: [] }, up).candidates.some(
            ({ candidate: { local }, barred }) => !local && barred === undefined,
          );
        const binds = rules.some(
          (rule) => rule.use === 'local' && !cloudLeft([rule]), // it fits this request
        );
        return !binds || !cloudLeft(rules.toSpliced(at, 0, extra));
      }),
    );
  });

  it('apart from local, rules never leave a request without a model', () => {
    fc.assert(
      fc.property(fc.array(anyRule, { maxLength: 6 }), anySituation, (rules, at) => {
        const others = rules.filter(({ use }) => use !== 'local');
        const ruling = applyRules(ALL, at, { rules: others, privacy: [] }, up);
        return ruling.candidates.some(({ candidate: each, barred }) => barred === undefined && up(each));
      }),
    );
  });
});

const anyRule: fc.Arbitrary<Rule> = fc.record({
  when: fc.record({
    task: fc.option(fc.constantFrom(...TASK_KINDS), { nil: undefined }),
    size: fc.option(fc.constantFrom(...TASK_SIZES), { nil: undefined }),
    folder: fc.option(fc.constantFrom('/home/me', '~/work', '**/other'), { nil: undefined }),
  }),
  use: fc.constantFrom('local', 'cloud', ...TIERS, 'mini', 'large', 'qwen3:8b', 'gpt-9'),
});
const anySituation: fc.Arbitrary<RuleSituation> = fc.record({
  task: fc.option(fc.record({ kind: fc.constantFrom(...TASK_KINDS), size: fc.constantFrom(...TASK_SIZES) }), {
    nil: undefined,
  }),
  places: fc.record({
    folders: fc.constantFrom(['/home/me/work'], ['/home/me/other'], ['/srv/other']),
    files: fc.constant([]),
    home: fc.constant('/home/me'),
  }),
});
