// VS Code's Chat view, used as a person uses it. Selectors are those of VS Code 1.139.
import { setTimeout as sleep } from 'node:timers/promises';
import type { Locator, Page } from 'playwright-core';
import { eventually, step } from './look.ts';

export interface Chat {
  /** Opens an empty chat, on the local harness (whose requests reach extensions' models). */
  startNew(): Promise<void>;
  /** Chooses the mode by its name in the picker. */
  pickMode(mode: 'Agent' | 'Ask' | 'Plan'): Promise<void>;
  /** The names of all models that the picker offers. */
  models(): Promise<readonly string[]>;
  /** What the picker says of a model when the pointer rests on it; `look` is done while it says so. */
  modelHover(name: string, look?: () => Promise<unknown>): Promise<string>;
  /** Chooses a model by its name. */
  pickModel(name: string): Promise<void>;
  /** Types a prompt and sends it; returns when the answer has begun to load. */
  send(prompt: string): Promise<void>;
  /** Waits for the answer's end and returns its text, as shown. Confirmations are not answered here. */
  answer(timeoutMs?: number): Promise<string>;
  /** send() and answer(). */
  ask(prompt: string, timeoutMs?: number): Promise<string>;
  /** The text of the latest answer as it stands. */
  answerSoFar(): Promise<string>;
  /** All that the latest response shows, an error's sentence included. */
  shown(): Promise<string>;
  /** Presses the button (such as "Allow") of a confirmation in the chat. */
  confirm(button: string, timeoutMs?: number): Promise<void>;
  /** Presses Stop. */
  cancel(): Promise<void>;
  /** What the context indicator says, e.g. "20%". */
  contextUsage(): Promise<string>;
}

/** The Chat view of a window. */
export function chatOf(page: Page): Chat {
  const view = page.locator('.part.auxiliarybar .interactive-session').first();
  const input = view.locator('.interactive-input-part .chat-editor-container .monaco-editor').first();
  const latest = view.locator('.interactive-response').last();
  const running = view.locator('.interactive-response.chat-response-loading');
  const modeButton = view.locator('.chat-mode-picker-item a.action-label').first();
  const modelButton = view.locator('.model-picker-item .model-picker-name').first();
  const modelList = page.locator('.chat-model-picker-dropdown:visible').first();
  const popupRow = (name: string) => page.locator('.action-widget .monaco-list-row.action').filter({ hasText: name });

  const chat: Chat = {
    startNew: () =>
      step(page, 'start a new chat', async () => {
        await closePopup();
        await page.locator('.part.auxiliarybar .title a.action-label[aria-label^="New Chat"]').first().click();
        await input.waitFor();
        await eventually(page, 'the chat is empty', async () => (await latest.count()) === 0);
      }),

    pickMode: (mode) =>
      step(page, `pick the mode ${mode}`, async () => {
        const chosen = async () => (await modeButton.innerText()).trim() === mode;
        // Tried again from the start: an open list doesn't show modes that come meanwhile, and closes by itself at times.
        await eventually(page, `the mode is ${mode}`, async () => {
          if (await chosen()) return true;
          await closePopup();
          await modeButton.click({ timeout: 2_000 });
          await popupRow(mode).first().click({ timeout: 2_000 });
          await sleep(200);
          return chosen();
        });
      }),

    models: () =>
      step(page, 'read the model picker', () =>
        inModelPicker(async () => {
          const names = await modelList
            .locator('.monaco-list-row.action:not(.chat-model-picker-section-toggle) .title')
            .allInnerTexts();
          await page.keyboard.press('Escape');
          return names.map((name) => name.trim()).filter((name) => name !== '');
        }),
      ),

    modelHover: (name, look) =>
      step(page, `rest on the model ${name} in the picker`, () =>
        inModelPicker(async () => {
          await modelRow(name).hover({ timeout: 2_000 });
          const card = page.locator('.action-list-submenu-panel:visible').filter({ hasText: name }).first();
          const text = await card.innerText({ timeout: 2_000 });
          await look?.();
          await page.keyboard.press('Escape');
          return text.trim();
        }),
      ),

    pickModel: (name) =>
      step(page, `pick the model ${name}`, async () => {
        // Where the chat is narrow the name gives way to the button of a model's effort; its label still says it.
        const chosen = async () => {
          const shown = (await modelButton.innerText()).trim();
          return (
            shown === name || (shown === '' && ((await modelButton.getAttribute('aria-label')) ?? '').includes(name))
          );
        };
        await modelButton.waitFor({ state: 'attached' });
        if (await chosen()) return;
        await inModelPicker(() => modelRow(name).click({ timeout: 2_000 }));
        await eventually(page, `the model is ${name}`, chosen, 15_000);
      }),

    send: (prompt) =>
      step(page, 'send a prompt', async () => {
        await input.click();
        await page.keyboard.insertText(prompt);
        await view.locator('.chat-submit-button:not(.disabled)').waitFor();
        const before = await lastPrompt(view);
        await page.keyboard.press('Enter');
        await eventually(page, 'the prompt is in the chat', async () => (await lastPrompt(view)) > before);
        await latest.waitFor();
      }),

    answer: (timeoutMs = 120_000) =>
      step(page, 'wait for the answer', async () => {
        await running.waitFor({ state: 'detached', timeout: timeoutMs });
        return chat.answerSoFar();
      }),

    ask: async (prompt, timeoutMs) => {
      await chat.send(prompt);
      return chat.answer(timeoutMs);
    },

    answerSoFar: async () =>
      (await latest.locator('.value .chat-markdown-part:visible').allInnerTexts()).join('\n').trim(),

    shown: async () => (await latest.innerText()).trim(),

    confirm: (button, timeoutMs = 90_000) =>
      step(page, `press ${button} in the chat`, () =>
        view.locator('.monaco-button:visible').filter({ hasText: button }).first().click({ timeout: timeoutMs }),
      ),

    cancel: () =>
      step(page, 'cancel the answer', async () => {
        await view.locator('.chat-execute-toolbar a.codicon-stop-circle').click();
        await running.waitFor({ state: 'detached' });
      }),

    contextUsage: () =>
      eventually(page, 'the context indicator shows a share', async () => {
        const label = await view.locator('.chat-context-usage-widget').getAttribute('aria-label', { timeout: 1_000 });
        return label?.match(/\d+(\.\d+)?%/)?.[0];
      }),
  };
  return chat;

  /**
   * Does something in the open list of models, with every section unfolded. Tried again from the start where that fails:
   * an open list doesn't show the models that an extension adds meanwhile, and closes under the pointer at times.
   */
  function inModelPicker<Result>(action: () => Promise<Result>): Promise<Result> {
    return eventually(page, 'use the model picker', async () => {
      await closePopup();
      await modelButton.click({ timeout: 2_000 });
      await modelList.waitFor({ timeout: 2_000 });
      const folded = modelList.locator('.chat-model-picker-section-toggle[aria-expanded="false"]');
      if ((await folded.count()) > 0) await folded.first().click({ timeout: 2_000 });
      return { result: await action() };
    }).then(({ result }) => result);
  }

  /**
   * Closes a list that is open. One whose button VS Code drew anew while it opened stands empty in the window's corner,
   * out of reach of the keyboard, and its block takes every click: a click on that closes it.
   */
  async function closePopup(): Promise<void> {
    const block = page.locator('.context-view-block').first();
    if (await block.isVisible()) await page.keyboard.press('Escape');
    else return;
    await page.waitForTimeout(100);
    if (await block.isVisible()) await block.click({ force: true, timeout: 2_000 }).catch(() => {});
  }

  function modelRow(name: string) {
    return modelList
      .locator('.monaco-list-row.action')
      .filter({ has: page.locator('.title').getByText(name, { exact: true }) })
      .first();
  }
}

/** The place in the conversation of the last prompt; its list draws only what can be seen, so prompts can't be counted. */
async function lastPrompt(view: Locator): Promise<number> {
  const rows = view.locator('.monaco-list-row:has(.interactive-request)');
  const places = await rows.evaluateAll((elements) => elements.map((element) => element.getAttribute('data-index')));
  return Math.max(-1, ...places.map(Number));
}
