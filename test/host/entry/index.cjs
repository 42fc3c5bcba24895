// Runs inside the extension host, of code-server or of a desktop VS Code alike: what needs no eyes and hands.
// It is CommonJS because VS Code loads it with require.
const assert = require('node:assert/strict');
const { setTimeout: sleep } = require('node:timers/promises');
const vscode = require('vscode');

const tests = {
  async 'the extension activates without an error'() {
    const extension = vscode.extensions.getExtension('marginal.marginal');
    assert.ok(extension, 'marginal.marginal is installed');
    await extension.activate();
    assert.equal(extension.isActive, true);
  },

  async 'every command that package.json contributes is there'() {
    const { contributes } = vscode.extensions.getExtension('marginal.marginal').packageJSON;
    const contributed = contributes.commands.map(({ command }) => command);
    const registered = new Set(await vscode.commands.getCommands(true));
    assert.ok(contributed.length > 0);
    assert.deepEqual(
      contributed.filter((command) => !registered.has(command)),
      [],
    );
  },

  async 'the models of the configured endpoint and the two policies are offered'() {
    const wanted = ['scripted-model', 'Marginal: Frugal', 'Marginal: Best'];
    const offered = await eventually(async () => {
      const names = (await vscode.lm.selectChatModels({ vendor: 'marginal' })).map(({ name }) => name);
      return wanted.every((part) => names.some((name) => name.includes(part))) ? names : undefined;
    });
    assert.ok(
      offered,
      `offered: ${(await vscode.lm.selectChatModels({ vendor: 'marginal' })).map(({ name }) => name)}`,
    );
  },

  async 'tokens are counted for a model of Marginal'() {
    const model = (await vscode.lm.selectChatModels({ vendor: 'marginal' })).find(({ name }) =>
      name.includes('scripted-model'),
    );
    const count = await model.countTokens('The quick brown fox jumps over the lazy dog.');
    assert.ok(count >= 8 && count <= 14, `10 tokens in o200k, and ${count} counted`);
  },

  async "a policy sends a request on to another extension's model, and hands back what it says"() {
    const other = otherModel();
    try {
      const best = await eventually(async () =>
        (await vscode.lm.selectChatModels({ vendor: 'marginal' })).find(({ name }) => name === 'Marginal: Best'),
      );
      const tool = { name: 'read_file', description: 'Reads a file.', inputSchema: { type: 'object' } };
      const { LanguageModelChatMessage: Message } = vscode;
      const messages = [
        Message.User('Read it.'),
        Message.Assistant([new vscode.LanguageModelToolCallPart('a', 'read_file', { path: 'x' })]),
        Message.User([new vscode.LanguageModelToolResultPart('a', [new vscode.LanguageModelTextPart('contents')])]),
      ];
      const said = await eventually(async () => {
        const parts = [];
        const reply = await best.sendRequest(messages, { tools: [tool] }).catch(() => undefined);
        try {
          for await (const part of reply?.stream ?? []) parts.push(part);
        } catch {
          return undefined;
        }
        return other.seen.length > 0 ? parts : undefined;
      });
      assert.ok(said, 'the other model was never asked');
      const calls = said.filter((part) => part instanceof vscode.LanguageModelToolCallPart);
      assert.deepEqual(
        calls.map(({ name, input }) => [name, input]),
        [['read_file', { path: 'y' }]],
      );
      assert.equal(said.map(({ value }) => (typeof value === 'string' ? value : '')).join(''), 'From the other model.');
      const [{ messages: sent, options }] = other.seen;
      assert.deepEqual(
        sent.map(({ role, content }) => [role, content.map((part) => part.constructor.name.replace(/\d$/, ''))]),
        messages.map(({ role, content }) => [role, content.map((part) => part.constructor.name.replace(/\d$/, ''))]),
      );
      assert.deepEqual(
        options.tools.map(({ name, inputSchema }) => [name, inputSchema]),
        [['read_file', { type: 'object' }]],
      );

      const stop = new vscode.CancellationTokenSource();
      const hanging = await best.sendRequest([Message.User('HANG')], {}, stop.token);
      setTimeout(() => stop.cancel(), 300);
      await Promise.race([
        (async () => {
          for await (const _ of hanging.stream);
        })().catch(() => undefined),
        sleep(10_000).then(() => assert.fail('a cancelled request went on')),
      ]);
      assert.ok(await eventually(async () => other.seen.at(-1).token.isCancellationRequested || undefined));
    } finally {
      other.dispose();
    }
  },
};

/** A model of this extension, known to be strong by its name, which records what it is asked. */
function otherModel() {
  const seen = [];
  const registration = vscode.lm.registerLanguageModelChatProvider('host-test', {
    provideLanguageModelChatInformation: () => [
      {
        id: 'claude-opus-4-5',
        name: 'Other',
        family: 'claude-opus-4-5',
        version: '1',
        maxInputTokens: 100_000,
        maxOutputTokens: 10_000,
        capabilities: { toolCalling: true },
      },
    ],
    async provideLanguageModelChatResponse(_model, messages, options, progress, token) {
      seen.push({ messages, options, token });
      if (JSON.stringify(messages).includes('HANG')) return new Promise(() => {});
      progress.report(new vscode.LanguageModelTextPart('From the '));
      progress.report(new vscode.LanguageModelTextPart('other model.'));
      progress.report(new vscode.LanguageModelToolCallPart('b', 'read_file', { path: 'y' }));
    },
    provideTokenCount: async (_model, text) => JSON.stringify(text).length,
  });
  return { seen, dispose: () => registration.dispose() };
}

/** VS Code calls this; what it throws fails the run. */
exports.run = async () => {
  const failures = [];
  for (const [name, test] of Object.entries(tests)) {
    try {
      await test();
      console.log(`ok - ${name}`);
    } catch (error) {
      failures.push(name);
      console.log(`not ok - ${name}: ${error.stack}`);
    }
  }
  if (failures.length > 0) throw new Error(`failed in the extension host: ${failures.join('; ')}`);
};

/** Within a minute: a machine under load takes its time. */
async function eventually(look) {
  const until = performance.now() + 60_000;
  while (performance.now() < until) {
    const seen = await look();
    if (seen !== undefined) return seen;
    await sleep(100);
  }
  return undefined;
}
