/** The session that an agent's hooks name is the one that its log's calls are counted under, sub-agents included: real logs. */
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import { createBrakes } from '../../../src/app/gate/createBrakes.ts';
import type { GuardedAgent } from '../../../src/core/hooks/hookCall.ts';
import type { Observation } from '../../../src/core/ledger/event.ts';
import { NANO_PER_CREDIT } from '../../../src/core/money.ts';
import { claudeCodeImporter } from '../../../src/importers/claudeCode/index.ts';
import { codexImporter } from '../../../src/importers/codex/index.ts';
import { openLedger } from '../../../src/storage/ledger.ts';
import { fixturePath, latest, readInChunks } from '../../contract/importer.ts';
import { fakeClock } from '../../fakes/fakeClock.ts';
import { ledgerFolder } from '../../fakes/ledgerFolder.ts';
import { noKinds } from '../../fakes/noKinds.ts';
import { before } from './hookCalls.ts';

const CREDIT = NANO_PER_CREDIT;

/** The calls of a folder's logs, each at a credit. */
function calls(importer: typeof claudeCodeImporter, folder: string): readonly Observation[] {
  const root = fixturePath(folder);
  const files = readdirSync(root, { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.jsonl'));
  const read = files.flatMap((file) => {
    const full = path.join(root, file);
    return latest(readInChunks(importer, full, readFileSync(full), [Number.MAX_SAFE_INTEGER]));
  });
  return latest(read).map((call) => ({ ...call, cost: { nanoCredits: CREDIT, confidence: 'priced' } }));
}

for (const [agent, importer, folder] of [
  ['claude-code', claudeCodeImporter, 'claude-code/with-subagent'],
  ['codex', codexImporter, 'codex/family'],
] as const) {
  test(`${agent}: a session's cap counts its sub-agents by the session id that the hook tells`, async (context) => {
    const observed = calls(importer, folder);
    const main = observed.find(({ facts }) => facts.subagentId === undefined)?.facts.sessionId;
    const own = observed.filter(({ facts }) => facts.sessionId === main);
    assert.ok(
      own.some(({ facts }) => facts.subagentId !== undefined),
      'the fixture has a sub-agent',
    );
    const stops = async (credits: number) => {
      const clock = fakeClock(Math.max(...own.map(({ at }) => at)) + 1000);
      const ledger = openLedger(ledgerFolder(context).path, { clock });
      context.after(() => ledger.close());
      ledger.append(observed);
      const brakes = createBrakes({
        kinds: noKinds,
        clock,
        ledger: () => ledger,
        settings: () => ({ mode: 'show', limits: [{ scope: 'session', nanoCredits: credits * CREDIT, mode: 'hard' }] }),
        standings: () => [],
        told: () => {},
        resume: () => {},
        onTrouble: (sentence) => assert.equal(sentence, undefined),
      });
      return (await brakes.before(before('ls', { agent: agent as GuardedAgent, sessionId: main ?? '' }))).kind;
    };
    assert.equal(await stops(own.length), 'stop');
    assert.equal(await stops(own.length + 1), 'go');
  });
}
