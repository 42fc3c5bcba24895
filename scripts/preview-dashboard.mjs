// Shows the dashboard outside VS Code, with sample data, in every theme and width.
// usage: node scripts/preview-dashboard.mjs [FOLDER]      pictures go to FOLDER (dist/preview); ends in one line of JSON
import { spawnSync } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { node24 } from './node24.mjs';

if (Number(process.versions.node.split('.')[0]) < 24) {
  process.exit(spawnSync(node24(), process.argv.slice(1), { stdio: 'inherit' }).status ?? 1);
}

const { dashboardPreview } = await import('./preview/page.mjs');
const { emptySampleState, sampleState, streamingSampleState } = await import('./preview/sample.ts');
const { THEMES } = await import('./preview/themes.mjs');

const folder = process.argv[2] ?? fileURLToPath(new URL('../dist/preview', import.meta.url));
mkdirSync(folder, { recursive: true });

const narrow = { place: 'view', width: 320, height: 1500 };
const shots = {
  ...Object.fromEntries(
    Object.keys(THEMES).flatMap((theme) => [
      [`view-${theme}`, { ...narrow, theme, state: sampleState() }],
      [`panel-${theme}`, { theme, state: sampleState() }],
    ]),
  ),
  'view-empty': { ...narrow, height: 900, state: emptySampleState() },
  'panel-empty': { width: 900, theme: 'light', state: emptySampleState() },
  'panel-streaming': { width: 900, state: streamingSampleState() },
  'panel-wide': { width: 1500, theme: 'light', state: sampleState() },
  ...Object.fromEntries(
    Object.keys(THEMES).map((theme) => [
      `panel-why-${theme}`,
      { theme, height: 1700, state: sampleState(), kept: { whyOpen: true, outlookOpen: true, by: 'tool' } },
    ]),
  ),
  'view-why': { ...narrow, height: 2600, state: sampleState(), kept: { whyOpen: true, by: 'task', dearest: 10 } },
  'panel-table': { state: sampleState(), kept: { asTable: true } },
};

const preview = await dashboardPreview();
const timings = [];
try {
  for (const [name, shot] of Object.entries(shots)) {
    const page = await preview.open(shot);
    await page.waitForTimeout(400);
    timings.push(await page.evaluate(() => globalThis.preview));
    await page.screenshot({ path: join(folder, `${name}.png`) });
    await page.close();
  }
} finally {
  await preview.close();
}
for (const error of preview.errors) console.error(error);
const median = (key) => timings.map((timing) => timing[key]).sort((a, b) => a - b)[Math.floor(timings.length / 2)];
const kilobytes = (buffer) => Math.round(buffer.length / 100) / 10;
console.log(
  JSON.stringify({
    folder,
    openMs: median('openMs'),
    renderMs: median('renderMs'),
    scriptKB: kilobytes(preview.script),
    styleKB: kilobytes(preview.style),
    errors: preview.errors.length,
  }),
);
process.exitCode = preview.errors.length > 0 ? 1 : 0;
