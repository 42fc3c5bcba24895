import assert from 'node:assert/strict';
import { test } from 'node:test';
import { withTables } from '../../scripts/readme.mjs';

const README = `# Marginal

<!-- commands:start -->
old
<!-- commands:end -->

Between.

<!-- settings:start -->
<!-- settings:end -->
After.
`;

const MANIFEST = {
  contributes: {
    commands: [
      { command: 'marginal.a', title: 'Do A…', category: 'Marginal' },
      { command: 'marginal.b', title: 'Do B' },
    ],
    configuration: [
      { properties: { 'marginal.one': { default: [], markdownDescription: 'One\nor `x | y`.' } } },
      { properties: { 'marginal.two': { default: 0.2, description: 'Two.' } } },
    ],
  },
};

test('commands and settings stand between their markers, and the rest of the text stays', () => {
  assert.equal(
    withTables(README, MANIFEST),
    `# Marginal

<!-- commands:start -->
| Command | Id |
| --- | --- |
| Marginal: Do A… | \`marginal.a\` |
| Do B | \`marginal.b\` |
<!-- commands:end -->

Between.

<!-- settings:start -->
| Setting | Default | What it does |
| --- | --- | --- |
| \`marginal.one\` | \`[]\` | One or \`x \\| y\`. |
| \`marginal.two\` | \`0.2\` | Two. |
<!-- settings:end -->
After.
`,
  );
});

test('written twice, nothing changes', () => {
  const once = withTables(README, MANIFEST);
  assert.equal(withTables(once, MANIFEST), once);
});

test('a configuration that is one section will do', () => {
  const [configuration] = MANIFEST.contributes.configuration;
  assert.match(withTables(README, { contributes: { configuration } }), /`marginal\.one`/);
});

test('a README without its markers is refused with the remedy', () => {
  assert.throws(
    () => withTables('# Marginal', MANIFEST),
    /put <!-- commands:start --> and <!-- commands:end --> into it/,
  );
});
