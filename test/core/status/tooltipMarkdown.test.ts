import assert from 'node:assert/strict';
import { test } from 'node:test';
import { tooltipMarkdown } from '../../../src/core/status/tooltipMarkdown.ts';

test('the hover is a table with links to commands', () => {
  const markdown = tooltipMarkdown({
    notices: ['Corrected from 112 to 110 cr: a surer source replaced an earlier figure.'],
    rows: [
      { kind: 'today', label: 'Today', value: '184 cr', note: 'billed' },
      { kind: 'agent', label: 'Copilot Chat', value: '64 cr', note: '3 calls' },
      { kind: 'source', label: 'Copilot store', value: 'billed', note: '3 calls' },
    ],
  });
  assert.match(markdown, /^\| Today(&nbsp;){2} \| 184&nbsp;cr(&nbsp;){2} \| billed \|$/m);
  assert.match(markdown, /^\| &nbsp;&nbsp;Copilot&nbsp;Chat(&nbsp;){2} \| 64&nbsp;cr(&nbsp;){2} \| 3 calls \|$/m);
  assert.match(markdown, /^\| From \| Sure \| {2}\|$/m);
  assert.match(markdown, /\[Open dashboard\]\(command:marginal\.openDashboard\)/);
});

test('nothing metered yet says what to do', () => {
  assert.match(
    tooltipMarkdown({ notices: [], rows: [] }),
    /Nothing metered yet\..* Claude Code, Codex, Copilot or another agent/,
  );
});
