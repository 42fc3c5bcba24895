import assert from 'node:assert/strict';
import { Buffer } from 'node:buffer';
import { test } from 'node:test';
import { importers } from '../../src/importers/index.ts';
import { edition } from '../../src/importers/scanner.ts';

test('what all agents’ readers look for has room side by side: nothing is written anew for each line', () => {
  const readers = importers.flatMap((importer) =>
    importer.kind === 'lines' ? [importer.reader('/log', undefined)] : [],
  );
  // Looked at in every way.
  const lines = [
    '{"type":"user","message":{"content":"x"},"uuid":"u"}',
    '{"type":"assistant","usage":{}}',
    '{"payload":{}}',
  ];
  for (const reader of [...readers, ...readers]) for (const line of lines) reader.line(Buffer.from(line));
  assert.equal(edition, 1);
});
