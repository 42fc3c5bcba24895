// The dashboard's page outside VS Code: bundled, served under its own policy, in a browser that stands in for the editor.
import { createServer } from 'node:http';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { chromium } from 'playwright-core';
import { dashboardHtml } from '../../src/editor/dashboardHtml.ts';
import { findOrInstallChromium } from '../host/chromium.mjs';
import { sampleAnswer } from './sample.ts';
import { THEMES } from './themes.mjs';

const root = new URL('../../', import.meta.url);
const pathOf = (relative) => fileURLToPath(new URL(relative, root));

/**
 * Ready to open pages; `close` ends the browser and the server. `script` and `style` are the bundles' bytes.
 * `open` resolves to a Playwright page that has been sent `state` (undefined: nothing yet). Everything that the page
 * reports as an error, a breach of its policy included, is in `errors`.
 */
export async function dashboardPreview() {
  const script = await bundled('media/dashboard/main.ts');
  const style = await bundled('media/dashboard/dashboard.css');
  const server = createServer((request, response) => {
    const { pathname, searchParams, origin } = new URL(request.url ?? '/', `http://${request.headers.host}`);
    const send = (type, body) => response.writeHead(200, { 'content-type': type }).end(body);
    if (pathname === '/dashboard.js') return send('text/javascript', script);
    if (pathname === '/dashboard.css') return send('text/css', style);
    if (pathname !== '/') return response.writeHead(204).end();
    const place = searchParams.get('place') === 'view' ? 'view' : 'panel';
    const page = { cspSource: origin, scriptUri: '/dashboard.js', styleUri: '/dashboard.css', place };
    return send('text/html; charset=utf-8', dashboardHtml({ nonce: 'preview', ...page }));
  });
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  const browser = await chromium.launch({ executablePath: await findOrInstallChromium(), args: ['--no-sandbox'] });
  const errors = [];

  async function open({ state, theme = 'dark', place = 'panel', width = 1200, height = 1000, kept = {} }) {
    const page = await browser.newPage({ viewport: { width, height } });
    page.on('console', (message) => message.type() === 'error' && errors.push(message.text()));
    page.on('pageerror', (error) => errors.push(error.message));
    await page.exposeFunction('answerQuestion', sampleAnswer);
    await page.addInitScript(editorDouble, { state, theme: THEMES[theme], kept });
    await page.goto(`http://127.0.0.1:${server.address().port}/?place=${place}`);
    if (state) await page.waitForFunction(() => globalThis.preview.renderMs !== undefined);
    return page;
  }

  return {
    script,
    style,
    errors,
    open,
    close: async () => {
      await browser.close();
      server.close();
    },
  };
}

async function bundled(entry) {
  const { outputFiles } = await build({
    entryPoints: [pathOf(entry)],
    bundle: true,
    minify: true,
    write: false,
    format: 'iife',
    platform: 'browser',
    target: 'chrome120',
  });
  return Buffer.from(outputFiles[0].contents);
}

/** Runs in the page, before its script: what VS Code gives to a webview. `preview.asked` is what the page asked for,
 * `preview.questions` what it wanted to know. */
function editorDouble({ state, theme, kept }) {
  globalThis.preview = { asked: [], questions: [], kept };
  let sentAt = 0;
  globalThis.acquireVsCodeApi = () => ({
    getState: () => globalThis.preview.kept,
    setState: (next) => {
      globalThis.preview.kept = next;
    },
    postMessage: (message) => {
      if (['breakdown', 'dearest', 'why', 'successes', 'prices', 'outlook'].includes(message.type)) {
        globalThis.preview.questions.push(message);
        void globalThis.answerQuestion(message).then((answer) => globalThis.postMessage(answer));
        return;
      }
      globalThis.preview.asked.push(message);
      if (message.type !== 'ready' || !state) return;
      sentAt = performance.now();
      globalThis.postMessage({ type: 'snapshot', state });
    },
  });
  const dress = () => {
    document.body.classList.add(theme.kind);
    for (const [name, value] of Object.entries(theme.colours)) {
      document.documentElement.style.setProperty(`--vscode-${name}`, value);
    }
  };
  const painted = () => {
    if (!document.querySelector('footer')) return;
    watcher.disconnect();
    requestAnimationFrame(() => {
      const now = performance.now();
      Object.assign(globalThis.preview, { openMs: Math.round(now), renderMs: Math.round(now - sentAt) });
    });
  };
  let dressed = false;
  const watcher = new MutationObserver(() => {
    if (document.body && !dressed) {
      dressed = true;
      dress();
    }
    painted();
  });
  watcher.observe(document, { childList: true, subtree: true });
}
