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
  assert(preview.script.length + preview.style.length <= 135_000);
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

  await page.getByRole('button', { name: 'Show as table' }).press('Enter');
  assert(await page.locator('table.days').isVisible());
  await page.getByRole('combobox', { name: 'Run' }).selectOption('chat-2');
  await page.getByRole('button', { name: 'Test OpenRouter' }).press('Enter');
  const asked = await page.evaluate(() => globalThis.preview.asked);
  assert.deepEqual(asked.slice(1), [
    { type: 'selectRun', runId: 'chat-2' },
    { type: 'testEndpoint', endpointId: 'openrouter' },
  ]);
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

test('an empty ledger shows what was looked for and three next steps; a stream shows a growing estimate', async () => {
  const empty = await preview.open({ state: emptySampleState(), place: 'view', width: 300 });
  assert.match(await empty.locator('.found').textContent(), /Claude Code log[\s\S]*312 files/);
  assert.equal(await empty.locator('.empty ol li').count(), 3);
  await empty.close();
  const streaming = await preview.open({ state: streamingSampleState() });
  assert.equal(await streaming.locator('.step .credits').first().textContent(), '≈ 1.4');
  assert.equal(await streaming.locator('.step .tools').first().textContent(), 'streaming');
  await streaming.close();
});
