// Opens the extension in a real VS Code, in a browser, and lets a test use it as a person does.
import { cp, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Frame, Page } from 'playwright-core';
import { startServer } from '../../scripts/host/server.mjs';
import { openBrowser } from './browser.ts';
import { type Chat, chatOf } from './chat.ts';
import { runCommand } from './commands.ts';
import { eventually, screenshot, step } from './look.ts';

export interface HostOptions {
  /** The packed extension to install; absent: VS Code as it comes. */
  readonly vsix?: string;
  /** Where the workspace comes from: a folder that is copied, or texts by path. Default: one with a README. */
  readonly workspace?: string | Readonly<Record<string, string>>;
  /** Settings, of whatever scope, over those that keep VS Code quiet. */
  readonly settings?: Readonly<Record<string, unknown>>;
  /** Environment of extensions and terminals. HOME is a private folder unless it is given. */
  readonly env?: Readonly<Record<string, string | undefined>>;
  /** What lies in the private HOME before VS Code starts. */
  readonly fillHome?: (home: string) => void;
}

export interface Host {
  readonly page: Page;
  readonly chat: Chat;
  /** The folder that is open. */
  readonly workspace: string;
  /** HOME of extensions and terminals: private, empty at first. */
  readonly home: string;
  /** VS Code's user data, with User/globalStorage and User/workspaceStorage in it. */
  readonly userFolder: string;
  /** Runs a command by the title that the palette shows, such as "Marginal: Open Dashboard". */
  command(title: string): Promise<void>;
  /** The text of a status bar item `<publisher>.<name>.<item id>`; waits until it is there. */
  statusBarText(id: string): Promise<string>;
  /** Waits until a status bar item's text satisfies the test, and returns it. */
  statusBarWhere(id: string, isRight: (text: string) => boolean, timeoutMs?: number): Promise<string>;
  /** What a status bar item says when the pointer rests on it. */
  statusBarHover(id: string): Promise<string>;
  /** The webview document whose text has this in it. */
  webview(text: string | RegExp, timeoutMs?: number): Promise<Frame>;
  /** Presses a button of a modal dialog. */
  pressInDialog(button: string, timeoutMs?: number): Promise<void>;
  /** Answers a quick input box that is open, and returns when it has closed or asks the next thing. */
  typeInQuickInput(text: string): Promise<void>;
  /** Waits for a notification with this text in it, and returns the whole of it. */
  notification(text: string, timeoutMs?: number): Promise<string>;
  screenshot(name: string): Promise<string>;
  /** Kills the extension host as a crash would (SIGKILL), and waits until VS Code has noticed. */
  killExtensionHost(): Promise<void>;
  /** Loads the window again, as a person's reload does. */
  reload(): Promise<void>;
  /** Closes the browser and the server, and deletes what they wrote. */
  close(): Promise<void>;
}

/** Starts VS Code with the extension and opens the workspace; returns when the window is ready. */
export async function openHost({
  vsix,
  workspace = { 'README.md': '# Test\n' },
  settings = {},
  env = {},
  fillHome,
}: HostOptions = {}): Promise<Host> {
  const folder = await mkdtemp(join(tmpdir(), 'marginal-host-'));
  // A click waits until what it clicks stands still, and motion without a graphics card takes the processor.
  const allSettings = { 'workbench.reduceMotion': 'on', ...settings };
  const home = join(folder, 'home');
  const project = join(folder, 'project');
  await mkdir(home);
  fillHome?.(home);
  await fillWorkspace(project, workspace);
  const server = await startServer({
    dataFolder: join(folder, 'data'),
    settings: allSettings,
    machineSettings: settings,
    env: {
      HOME: home,
      XDG_CONFIG_HOME: undefined,
      XDG_DATA_HOME: undefined,
      XDG_STATE_HOME: undefined,
      XDG_CACHE_HOME: undefined,
      ...env,
    },
    ...(vsix === undefined ? {} : { vsix }),
  });
  const browser = await openBrowser().catch(async (error) => {
    await server.stop();
    throw error;
  });
  const { page } = browser;
  const close = async () => {
    await browser.close();
    await server.stop();
    await rm(folder, { recursive: true, force: true });
  };
  try {
    await page.goto(server.openUrl(project));
    await untilReady(page);
  } catch (error) {
    await close();
    throw error;
  }

  const statusBarItem = (id: string) => page.locator(`.statusbar-item[id="${id}"]`);
  const host: Host = {
    page,
    chat: chatOf(page),
    workspace: project,
    home,
    userFolder: server.userFolder,
    command: (title) => runCommand(page, title),
    statusBarText: (id) => host.statusBarWhere(id, (text) => text !== ''),
    statusBarWhere: (id, isRight, timeoutMs = 60_000) => {
      let seen = '';
      return eventually(
        page,
        `the status bar item ${id} says what the test waits for`,
        async () => {
          seen = (await statusBarItem(id).innerText({ timeout: 1_000 })).trim();
          return isRight(seen) ? seen : undefined;
        },
        timeoutMs,
      ).catch((error: Error) => {
        throw new Error(`${error.message}\n(it said: ${JSON.stringify(seen)})`, { cause: error });
      });
    },
    statusBarHover: (id) =>
      step(page, `rest on the status bar item ${id}`, async () => {
        await statusBarItem(id).hover();
        const hover = page.locator('.workbench-hover:visible, .monaco-hover:visible').last();
        return (await hover.innerText({ timeout: 10_000 })).trim();
      }),
    webview: (text, timeoutMs) => findWebview(page, text, timeoutMs),
    pressInDialog: (button, timeoutMs = 30_000) =>
      step(page, `press ${button} in the dialog`, () =>
        page
          .locator('.monaco-dialog-box .monaco-button')
          .filter({ hasText: button })
          .first()
          .click({ timeout: timeoutMs }),
      ),
    typeInQuickInput: (text) =>
      step(page, 'answer the input box', async () => {
        const box = page.locator('.quick-input-widget:visible input').first();
        await box.fill(text);
        await box.press('Enter');
        await sleep(300);
      }),
    notification: (text, timeoutMs = 15_000) =>
      step(page, `see the notification "${text}"`, () =>
        page
          .locator('.notifications-toasts .notification-list-item-message')
          .filter({ hasText: text })
          .first()
          .innerText({ timeout: timeoutMs }),
      ),
    screenshot: (name) => screenshot(page, name),
    killExtensionHost: () =>
      step(page, 'kill the extension host', async () => {
        const running = server.extensionHostPids();
        if (running.length === 0) throw new Error('no extension host runs');
        for (const pid of running) process.kill(pid, 'SIGKILL');
        await eventually(page, 'the extension host is gone', () =>
          running.every((pid) => !server.extensionHostPids().includes(pid)),
        );
      }),
    reload: () =>
      step(page, 'reload the window', async () => {
        await page.reload();
        await untilReady(page);
      }),
    close,
  };
  return host;
}

async function fillWorkspace(folder: string, content: string | Readonly<Record<string, string>>): Promise<void> {
  if (typeof content === 'string') return cp(content, folder, { recursive: true });
  for (const [path, text] of Object.entries(content)) {
    const file = join(folder, path);
    await mkdir(dirname(file), { recursive: true });
    await writeFile(file, text);
  }
}

/** The workbench is drawn and its extension host runs: the Chat view can offer a mode only after that. */
export async function untilReady(page: Page): Promise<void> {
  await step(page, 'open the workbench', async () => {
    await page.locator('.monaco-workbench').waitFor({ timeout: 60_000 });
    await page.locator('.part.auxiliarybar .chat-mode-picker-item').first().waitFor({ timeout: 60_000 });
  });
}

/** VS Code nests webviews two frames deep; the inner one, the extension's own, is served from fake.html. */
function findWebview(page: Page, text: string | RegExp, timeoutMs = 30_000): Promise<Frame> {
  const matches = (shown: string) => (typeof text === 'string' ? shown.includes(text) : text.test(shown));
  return eventually(
    page,
    `a webview with ${text} in it`,
    async () => {
      for (const frame of page.frames().filter((candidate) => /\/fake\.html\?/.test(candidate.url()))) {
        const shown = await frame
          .locator('body')
          .innerText({ timeout: 500 })
          .catch(() => '');
        if (matches(shown)) return frame;
      }
      return undefined;
    },
    timeoutMs,
  );
}
