// Shows the dashboard outside VS Code: bundles the page, feeds it sample data, and takes pictures in every theme.
// usage: node scripts/preview-dashboard.mjs [FOLDER]      pictures go to FOLDER (dist/preview); ends in one line of JSON
import { spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { chromium } from 'playwright-core';
import { findOrInstallChromium } from './host/chromium.mjs';
import { node24 } from './node24.mjs';

if (Number(process.versions.node.split('.')[0]) < 24) {
  process.exit(spawnSync(node24(), process.argv.slice(1), { stdio: 'inherit' }).status ?? 1);
}

const { dashboardHtml } = await import('../src/editor/dashboardHtml.ts');
const { sampleState, emptySampleState, streamingSampleState } = await import('./preview/sample.ts');
const { THEMES } = await import('./preview/themes.mjs');

const root = fileURLToPath(new URL('..', import.meta.url));
const folder = process.argv[2] ?? join(root, 'dist', 'preview');
const bundle = join(folder, 'bundle');
mkdirSync(bundle, { recursive: true });

await build({
  entryPoints: { dashboard: join(root, 'media/dashboard/main.ts') },
  outdir: bundle,
  bundle: true,
  minify: true,
  format: 'iife',
  platform: 'browser',
  target: 'chrome120',
});
await build({
  entryPoints: { dashboard: join(root, 'media/dashboard/dashboard.css') },
  outdir: bundle,
  bundle: true,
  minify: true,
  target: 'chrome120',
});
const script = readFileSync(join(bundle, 'dashboard.js'));
const style = readFileSync(join(bundle, 'dashboard.css'));

const server = createServer((request, response) => {
  const { pathname, searchParams, origin } = new URL(request.url ?? '/', `http://${request.headers.host}`);
  const send = (type, body) => response.writeHead(200, { 'content-type': type }).end(body);
  if (pathname === '/dashboard.js') return send('text/javascript', script);
  if (pathname === '/dashboard.css') return send('text/css', style);
  const place = searchParams.get('place') === 'view' ? 'view' : 'panel';
  return send(
    'text/html; charset=utf-8',
    dashboardHtml({
      nonce: 'preview',
      cspSource: origin,
      scriptUri: '/dashboard.js',
      styleUri: '/dashboard.css',
      place,
    }),
  );
});
await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
const { port } = server.address();

const browser = await chromium.launch({ executablePath: await findOrInstallChromium(), args: ['--no-sandbox'] });
const violations = [];
let openMs = null;
try {
  const shots = [
    ...Object.keys(THEMES).flatMap((theme) => [
      { name: `view-${theme}`, theme, width: 320, place: 'view', state: sampleState() },
      { name: `panel-${theme}`, theme, width: 1200, place: 'panel', state: sampleState() },
    ]),
    { name: 'view-empty', theme: 'dark', width: 320, place: 'view', state: emptySampleState() },
    { name: 'panel-empty', theme: 'light', width: 900, place: 'panel', state: emptySampleState() },
    { name: 'panel-streaming', theme: 'dark', width: 900, place: 'panel', state: streamingSampleState() },
    { name: 'panel-wide', theme: 'light', width: 1500, place: 'panel', state: sampleState() },
    { name: 'panel-table', theme: 'dark', width: 1200, place: 'panel', state: sampleState(), asTable: true },
  ];
  for (const shot of shots) {
    const height = shot.width < 400 ? 1500 : 1000;
    const page = await browser.newPage({ viewport: { width: shot.width, height } });
    page.on('console', (message) => message.type() === 'error' && violations.push(`${shot.name}: ${message.text()}`));
    page.on('pageerror', (error) => violations.push(`${shot.name}: ${error.message}`));
    await page.addInitScript(vscodeDouble, {
      state: shot.state,
      theme: THEMES[shot.theme],
      asTable: shot.asTable ?? false,
    });
    await page.goto(`http://127.0.0.1:${port}/?place=${shot.place}`);
    await page.waitForSelector('footer');
    await page.waitForTimeout(150);
    if (shot.name === 'panel-dark') openMs = await page.evaluate(() => globalThis.paintedMs);
    await page.screenshot({ path: join(folder, `${shot.name}.png`) });
    await page.close();
  }
} finally {
  await browser.close();
  server.close();
}
for (const violation of violations) console.error(violation);
console.log(
  JSON.stringify({
    folder,
    openMs,
    scriptKB: Math.round(script.length / 102.4) / 10,
    styleKB: Math.round(style.length / 102.4) / 10,
    violations: violations.length,
  }),
);
process.exitCode = violations.length > 0 ? 1 : 0;

/** Runs in the page, before its script: what VS Code gives to a webview. */
function vscodeDouble({ state, theme, asTable }) {
  let kept = { asTable };
  globalThis.acquireVsCodeApi = () => ({
    getState: () => kept,
    setState: (next) => {
      kept = next;
    },
    postMessage: (message) => {
      if (message.type !== 'ready') return;
      globalThis.postMessage({ type: 'snapshot', state });
    },
  });
  const dress = () => {
    document.body.classList.add(theme.kind);
    for (const [name, value] of Object.entries(theme.colours)) {
      document.documentElement.style.setProperty(`--vscode-${name}`, value);
    }
  };
  new MutationObserver((_changes, observer) => {
    if (!document.body) return;
    observer.disconnect();
    dress();
    new MutationObserver((_more, painted) => {
      if (!document.querySelector('footer')) return;
      painted.disconnect();
      requestAnimationFrame(() => {
        globalThis.paintedMs = Math.round(performance.now());
      });
    }).observe(document.body, { childList: true, subtree: true });
  }).observe(document, { childList: true, subtree: true });
}
