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
};

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

async function eventually(look) {
  for (let left = 150; left > 0; left--) {
    const seen = await look();
    if (seen !== undefined) return seen;
    await sleep(100);
  }
  return undefined;
}
