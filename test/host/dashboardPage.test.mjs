/** The dashboard's page in a real browser, under its own content security policy. */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { dashboardPreview } from '../../scripts/preview/page.mjs';
import { emptySampleState, sampleState, streamingSampleState } from '../../scripts/preview/sample.ts';
import { dashboardPatch } from '../../src/protocol/dashboardState.ts';

/** @type {Awaited<ReturnType<typeof dashboardPreview>>} */
let preview;
before(async () => {
  preview = await dashboardPreview();
});
after(async () => {
  await preview.close();
});

function send(page, message) {
  return page.evaluate((sent) => globalThis.postMessage(sent), message);
}

function withNewStep(state) {
  const next = structuredClone(state);
  const latest = next.run?.steps[1];
  assert(next.run && latest);
  next.run.header.steps += 1;
  next.run.steps = [
    { ...latest, callId: 'new', number: next.run.header.steps, model: 'the-new-one' },
    ...next.run.steps,
  ];
  return next;
}

test('a page stays within its policy and within its size, in the side bar and in an editor', async () => {
  for (const [place, width] of [
    ['view', 300],
    ['panel', 1400],
  ]) {
    const page = await preview.open({ state: sampleState(), place, width });
    await page.waitForSelector('.step:nth-child(200)');
    const overflow = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
    assert(overflow <= 0, `${place}: ${overflow} px too wide`);
    await page.close();
  }
  assert.deepEqual(preview.errors, []);
  assert(preview.script.length + preview.style.length <= 180_000);
});

test('what is unknown reads as ?, never as 0', async () => {
  const page = await preview.open({ state: sampleState() });
  const failed = await page.locator('.step.failed').first().locator('[role=cell]').allInnerTexts();
  assert.deepEqual(failed.slice(3, 8), ['?', '?', '?', '?', '?']);
  assert.equal(failed[9], '?');
  assert.match(failed[10] ?? '', /unknown/);
  await page.close();
});

test('a patch adds the new step and keeps focus, scrolling and the elements that stay', async () => {
  const state = sampleState();
  const page = await preview.open({ state });
  await page.waitForSelector('.step:nth-child(200)');
  await page.evaluate(() => {
    const steps = document.querySelector('.steps');
    steps?.scrollTo(0, 300);
    document.querySelector('[data-period=month]')?.focus();
    steps?.setAttribute('data-witness', 'same element');
  });
  const next = withNewStep(state);
  next.troubles = [{ id: 'disk', sentence: 'The disk is full: free some space.' }];
  await send(page, dashboardPatch(state, next));
  await page.waitForSelector('text=the-new-one');
  const kept = await page.evaluate(() => ({
    scrolled: (document.querySelector('.steps')?.scrollTop ?? 0) >= 300,
    focused: document.activeElement?.dataset.period,
    notice: document.querySelector('.notices')?.textContent,
    first: document.querySelector('.step')?.getAttribute('data-key'),
  }));
  assert.deepEqual(kept, {
    scrolled: true,
    focused: 'month',
    notice: 'The disk is full: free some space.',
    first: 'new',
  });
  assert.match(await page.locator('#announcer').textContent(), /Claude Code, step 242 ended/);
  await page.close();
});

test('a message that does not fit the protocol is said, and the figures stay', async () => {
  const page = await preview.open({ state: sampleState() });
  await send(page, { type: 'snapshot', state: { now: 'soon' } });
  await page.waitForSelector('.notices >> text=Reload the window');
  assert(await page.locator('.figures').isVisible());
  await page.close();
});

test('the keyboard reaches the days of the chart, the table, a run and the tests of endpoints', async () => {
  const page = await preview.open({ state: sampleState() });
  await page.waitForSelector('#burn-chart canvas');
  const chart = page.getByRole('slider');
  await chart.focus();
  await page.keyboard.press('Home');
  assert.match((await chart.getAttribute('aria-valuetext')) ?? '', /^24 Oct: /);
  await page.keyboard.press('ArrowRight');
  assert.match((await chart.getAttribute('aria-valuetext')) ?? '', /^25 Oct: /);

  await page.getByRole('button', { name: 'Show as table: credits by day' }).press('Enter');
  assert(await page.locator('table.days').isVisible());
  await page.getByRole('combobox', { name: 'Run' }).selectOption('chat-2');
  await page.getByRole('button', { name: 'Test OpenRouter' }).press('Enter');
  const asked = await page.evaluate(() => globalThis.preview.asked);
  assert.deepEqual(asked.slice(-2), [
    { type: 'selectRun', runId: 'chat-2' },
    { type: 'testEndpoint', endpointId: 'openrouter' },
  ]);
  await page.close();
});

test('the dearest prompts come with their reasons, and one leads to its steps and the figures behind its reason', async () => {
  const page = await preview.open({ state: sampleState() });
  const dearest = page.locator('.dearest li');
  await dearest.nth(2).waitFor();
  assert.equal(await dearest.count(), 3);
  assert.match(await dearest.first().innerText(), /231 steps re-sent 65k tokens of context each: ≈ 753 of 1,745 cr;/);
  await page.getByRole('button', { name: 'Show more' }).press('Enter');
  await dearest.nth(9).waitFor();
  await dearest.nth(1).getByRole('button').press('Enter');
  const asked = await page.evaluate(() => globalThis.preview.asked);
  assert.deepEqual(asked.at(-1), { type: 'selectRun', runId: 'chat-0' });

  assert.match(await page.locator('.why .sentence').innerText(), /^231 steps re-sent/);
  await page.getByRole('button', { name: 'Show the figures' }).press('Enter');
  const twin = page.getByRole('table', { name: 'What the prompt’s credits were for' });
  const shares = await twin.locator('tbody td:last-child').allInnerTexts();
  const whole = shares.reduce((sum, share) => sum + (Number.parseInt(share, 10) || 0), 0);
  assert(Math.abs(whole - 100) <= shares.length, `${whole} %`);
  const bars = await page.locator('.causes > .cause').count();
  assert.equal(bars, await twin.locator('tbody tr:not(.sum)').count(), 'as many parts in the bar as in the table');
  assert.match(await page.locator('.tree').innerText(), /this prompt[\s\S]*sub-agent a1c0ffee/);
  assert.deepEqual(preview.errors, []);
  await page.close();
});

test('the period is shown by project, session, task, tool and sub-agent, asked for when it is chosen', async () => {
  const page = await preview.open({ state: sampleState() });
  await page.waitForSelector('.dearest li');
  const asked = () => page.evaluate(() => globalThis.preview.questions.filter(({ type }) => type === 'breakdown'));
  assert.deepEqual(await asked(), [], 'not before');
  const picker = page.getByRole('combobox', { name: 'Show the period by' });
  for (const [name, expected] of [
    ['Tool', /Bash[\s\S]*no tool’s[\s\S]*Estimated/],
    ['Project', /billing-service/],
    ['Session', /no session known/],
    ['Sub-agent', /the main agents[\s\S]*sub-agent a1c0ffee/],
  ]) {
    await picker.selectOption(name);
    await page.waitForFunction(
      ([head]) => document.querySelector('.burn table.groups th')?.textContent === head,
      [name],
    );
    assert.match(await page.locator('.burn').innerText(), expected);
  }
  await page.getByRole('button', { name: 'Today' }).press('Enter');
  await page.waitForFunction(
    () => globalThis.preview.questions.filter(({ type }) => type === 'breakdown').length === 5,
  );
  assert.deepEqual((await asked()).at(-1), {
    type: 'breakdown',
    by: 'subagent',
    fromDay: '2026-11-22',
    toDay: '2026-11-22',
  });
  await page.close();
});

test('the keyboard goes through the page as the eye does, with room for one, two or three columns', async () => {
  const page = await preview.open({ state: sampleState(), width: 1000 });
  await page.waitForSelector('.dearest li');
  await page.waitForSelector('#burn-chart canvas');
  for (const [width, order] of [
    [1000, ['run', 'plans', 'dearest', 'burn', 'endpoints']],
    [1500, ['run', 'dearest', 'plans', 'burn', 'endpoints']],
    [400, ['plans', 'run', 'dearest', 'burn', 'endpoints']],
  ]) {
    await page.setViewportSize({ width, height: 1000 });
    await page.waitForFunction(
      (first) => document.querySelector('.columns section')?.classList.contains(first),
      order[0],
    );
    await page.waitForSelector('#burn-chart canvas');
    // The outlook is a part of the run's section.
    const found = await page.evaluate(() => {
      const focusable = [...document.querySelectorAll('.columns :is(button, select, [tabindex])')];
      return [...new Set(focusable.map((element) => element.closest('.column > section')?.className))];
    });
    assert.deepEqual(found, order, `${width}`);
    // Within a column each section begins where the one before it ends.
    const gaps = await page.evaluate(() =>
      [...document.querySelectorAll('.column')].flatMap((column) =>
        [...column.children]
          .slice(1)
          .map((section, index) =>
            Math.round(section.getBoundingClientRect().top - column.children[index].getBoundingClientRect().bottom),
          ),
      ),
    );
    assert(
      gaps.every((gap) => gap === 24),
      `${width}: ${gaps}`,
    );
  }
  assert.deepEqual(preview.errors, []);
  await page.close();
});

test('a month’s budget and a subscription’s windows say where they are heading', async () => {
  const page = await preview.open({ state: sampleState() });
  const plans = page.locator('.plans');
  const said = (await plans.innerText()).replaceAll(/\s+/g, ' ');
  assert.match(said, /This month, all agents budget 40,000 cr to 1 Dec 34,800–43,100 cr by 1 Dec \(80 % range\)/);
  assert.match(said, /budget spent 28 Nov or later \?/);
  assert.match(said, /5-hour window ≥ 62 % At this pace 94 % by its reset, estimated\./);
  assert.match(said, /Weekly window 91 % Full 22 Nov or later \(80 % range/);
  await page.getByRole('button', { name: 'Show as table: plans' }).press('Enter');
  assert.match(await plans.locator('table').first().innerText(), /Spent on\s+28 Nov\s+–\s+–/);
  assert.doesNotMatch(await page.locator('main').innerText(), /marginal\.[a-z]/, 'no id of a setting is shown');
  await page.close();
});

test('what is shown is asked for again when it has changed, and not sooner', async () => {
  const state = sampleState();
  const page = await preview.open({ state });
  const whys = () => page.evaluate(() => globalThis.preview.questions.filter(({ type }) => type === 'why').length);
  await page.waitForSelector('.why');
  await page.waitForTimeout(2_500);
  assert.equal(await whys(), 1);
  await send(page, dashboardPatch(state, withNewStep(state)));
  await page.waitForFunction(() => globalThis.preview.questions.filter(({ type }) => type === 'why').length === 2);
  await page.close();
});

test('names from logs are text, whatever they contain', async () => {
  const state = withNewStep(sampleState());
  const step = state.run?.steps[0];
  assert(step);
  step.model = '<img src=x onerror=alert(1)>';
  const page = await preview.open({ state });
  assert.equal(await page.locator('img').count(), 0);
  assert.equal(await page.locator('.step .model').first().textContent(), '<img src=x onerror=alert(1)>');
  await page.close();
});

test('an empty ledger shows what was looked for and the next steps; a stream shows a growing estimate', async () => {
  const empty = await preview.open({ state: emptySampleState(), place: 'view', width: 300 });
  assert.match(await empty.locator('.found').textContent(), /Claude Code[\s\S]*312 files/);
  assert.equal(await empty.locator('.empty ol li').count(), 4);
  await empty.close();
  const streaming = await preview.open({ state: streamingSampleState() });
  assert.equal(await streaming.locator('.step .credits').first().textContent(), '≈ 1.4');
  assert.equal(await streaming.locator('.step .tools').first().textContent(), 'streaming');
  await streaming.close();
});
