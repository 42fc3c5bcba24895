import assert from 'node:assert/strict';
import { chmodSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { test } from 'node:test';
import { agentProbes } from '../../../src/adapters/hookInstaller/agentProbes.ts';

test('an agent is run with its hooks, a home of its own, and none of the developer’s keys', {
  skip: process.platform === 'win32',
}, async (t) => {
  const home = mkdtempSync(join(tmpdir(), 'marginal-probe-'));
  t.after(() => rmSync(home, { recursive: true, force: true }));
  for (const folder of ['bin', '.claude']) mkdirSync(join(home, folder));
  const program = join(home, 'bin', 'claude');
  writeFileSync(
    program,
    `#!/bin/sh\nenv > "${home}/env"\ncp "$HOME/.claude/settings.json" "${home}/settings"\npwd > "${home}/pwd"\n`,
  );
  chmodSync(program, 0o755);
  writeFileSync(
    join(home, '.claude/settings.json'),
    '{\n  // mine\n  "env": { "ANTHROPIC_BASE_URL": "https://example.com" },\n  "apiKeyHelper": "my-key",\n  "hooks": { "Stop": [] },\n}\n',
  );
  const env = {
    PATH: [join(home, 'bin'), process.env.PATH].join(delimiter),
    HOME: home,
    ANTHROPIC_AUTH_TOKEN: 'a-true-token',
    AWS_SECRET_ACCESS_KEY: 'another',
  };
  const probes = agentProbes({ home, platform: 'linux', env, launcher: join(home, '.marginal/hook') });
  assert.equal(await probes.canProbe('claude-code'), true);
  assert.equal(await probes.canProbe('codex'), false);
  await assert.rejects(probes.probe('codex', AbortSignal.timeout(1_000)), /start it once/);
  await probes.probe('claude-code', AbortSignal.timeout(20_000));
  const given = readFileSync(join(home, 'env'), 'utf8');
  assert.doesNotMatch(given, /a-true-token|another|example\.com/);
  assert.match(given, /^ANTHROPIC_BASE_URL=http:\/\/127\.0\.0\.1:\d+$/m);
  assert.doesNotMatch(given, new RegExp(`^HOME=${home}$`, 'm'));
  assert.deepEqual(JSON.parse(readFileSync(join(home, 'settings'), 'utf8')), { hooks: { Stop: [] } });
  assert.notEqual(readFileSync(join(home, 'pwd'), 'utf8').trim(), process.cwd());
  assert.ok(readdirSync(home).includes('.claude'));
});
