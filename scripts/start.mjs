// `npm start`: a real VS Code with the extension, on a sample workspace where Chat answers without an account: through
// Ollama where it runs with a model, else through a scripted demo endpoint. Works from a bare clone; Ctrl-C stops it all.
// usage: npm start [-- --demo] [-- --exit-after-ready]
//   --demo               the demo endpoint, also where Ollama runs
//   --exit-after-ready   stop again when everything is up (for tests)
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { cp, mkdir, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { delimiter, join } from 'node:path';
import { demoModel } from './demo/script.mjs';
import { cache, repository } from './host/paths.mjs';
import { startServer } from './host/server.mjs';
import { node24 } from './node24.mjs';
import { ensureDependencies, must } from './steps.mjs';

/** The same address each time, where it is free, so that the browser keeps what the person arranged. */
const preferredPort = 8470;

const workspace = join(cache, 'demo-workspace');
const vsix = join(cache, 'marginal.vsix');
const options = new Set(process.argv.slice(2));

/** Beyond VS Code's quiet defaults: what lets the demo's run go through with few questions. */
const demoSettings = {
  // The sample's own tests, and nothing else, run without a question.
  'chat.tools.terminal.autoApprove': { '/^node --test$/': true },
  // It needs a Copilot account, and says "Assessing risk…" for ever without one.
  'chat.tools.riskAssessment.enabled': false,
  // The script costs nothing; so that the figures move, it is priced like a mid-sized cloud model ("your setting").
  'marginal.prices': { [demoModel.id]: { input: 3, cachedInput: 0.3, output: 15 } },
};

/** What is to be stopped at the end, in the order of starting. */
const running = [];

try {
  await start();
} catch (error) {
  console.error(`\n${error.message}`);
  await stopAll();
  process.exit(1);
}

async function start() {
  for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, () => stopAll().then(() => process.exit(0)));
  ensureDependencies();
  await mkdir(cache, { recursive: true });
  must(node24(), ['scripts/package.mjs', vsix]);
  await freshWorkspace();
  const model = await chooseModel();
  const server = await startServer({
    dataFolder: join(cache, 'demo'),
    vsix,
    port: await freePort(preferredPort),
    settings: demoSettings,
    machineSettings: { 'marginal.endpoints': model.endpoints },
    log: console.log,
  });
  running.push(server);
  const url = server.openUrl(workspace);
  console.log(welcome(url, model.name));
  if (options.has('--exit-after-ready')) {
    await stopAll();
    process.exit(0);
  }
  openInBrowser(url);
}

async function freshWorkspace() {
  await rm(workspace, { recursive: true, force: true });
  await cp(join(repository, 'scripts/demo/workspace'), workspace, { recursive: true });
}

/** Ollama's models where it has any (the extension finds them by itself), else the demo's. */
async function chooseModel() {
  const ollama = options.has('--demo') ? undefined : await firstOllamaModel();
  if (ollama) return { name: ollama, endpoints: [] };
  // Not imported at the top: on a bare clone its packages are installed only now.
  const { startDemoEndpoint } = await import('./demo/endpoint.mjs');
  const { demoModel } = await import('./demo/script.mjs');
  const endpoint = await startDemoEndpoint();
  running.push(endpoint);
  return {
    name: `${demoModel.name} (${demoModel.endpointLabel})`,
    endpoints: [{ id: 'demo', kind: 'openai', url: endpoint.url, label: demoModel.endpointLabel, demo: true }],
  };
}

async function firstOllamaModel() {
  const answer = await fetch(`${ollamaOrigin()}/api/tags`, { signal: AbortSignal.timeout(1_500) }).catch(
    () => undefined,
  );
  const list = answer?.ok ? await answer.json().catch(() => undefined) : undefined;
  return list?.models?.[0]?.name;
}

/** As Ollama reads OLLAMA_HOST: scheme and port may be missing, and 0.0.0.0 means every address of this machine. */
function ollamaOrigin() {
  const host = process.env.OLLAMA_HOST?.trim() || '127.0.0.1:11434';
  const full = /^https?:\/\//.test(host) ? host : `http://${host.startsWith(':') ? '127.0.0.1' : ''}${host}`;
  if (!URL.canParse(full)) return 'http://127.0.0.1:11434';
  const url = new URL(full);
  if (url.hostname === '0.0.0.0') url.hostname = '127.0.0.1';
  const hasPort = url.port !== '' || /^https?:\/\//.test(host);
  return hasPort ? url.origin : `${url.origin}:11434`;
}

function welcome(url, model) {
  return `
VS Code with Marginal is running. Open this address (whole: the part after # is its key):

  ${url}

  1. Chat is on the right (Ctrl+Alt+I). Below the prompt choose Agent, and the model "${model}".
  2. Ask: Make the tests pass.
  3. Watch ◆ in the status bar; click it for the dashboard.
  4. Your own VS Code takes the same extension: code --install-extension ${vsix}
  5. Ctrl-C here stops everything.
`;
}

function openInBrowser(url) {
  const hasDesktop = process.env.DISPLAY || process.env.WAYLAND_DISPLAY;
  if (!hasDesktop || !isOnPath('xdg-open')) return;
  const child = spawn('xdg-open', [url], { detached: true, stdio: 'ignore' });
  child.on('error', () => {});
  child.unref();
}

function isOnPath(program) {
  return (process.env.PATH ?? '').split(delimiter).some((folder) => existsSync(join(folder, program)));
}

/** The wanted port if it is free; else 0, by which the server takes any. */
function freePort(wanted) {
  return new Promise((resolve) => {
    const probe = createServer();
    probe.once('error', () => resolve(0));
    probe.listen(wanted, '127.0.0.1', () => probe.close(() => resolve(wanted)));
  });
}

async function stopAll() {
  for (const part of running.splice(0).reverse()) await part.stop().catch((error) => console.error(error.message));
}
