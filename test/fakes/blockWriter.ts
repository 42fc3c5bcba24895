/** A writer of blocks as texts, with the names of its events written as a packer does. */
import { Buffer } from 'node:buffer';
import type { Observation } from '../../src/core/ledger/event.ts';
import { blockWriter as blockOf } from '../../src/storage/eventBlock.ts';
import { rowWriter } from '../../src/storage/rowWriter.ts';

const rows = rowWriter(64_000, 3_000);

/** `names`: false where none is to be found written. */
export function blockWriter(names = true) {
  const block = blockOf(rows);
  const page = Buffer.alloc(4_096);
  return {
    get count() {
      return block.count;
    },
    add: (event: Observation) => block.add(event, names ? placeOf(event) : undefined),
    take: () => page.toString('utf8', 0, block.take(page, 0)),
  };
}

/** Behind two others. */
function placeOf({ callId, identities = [] }: Observation): number | undefined {
  let end = 0;
  for (const [place, name] of ['x', 'yz', callId, ...identities].entries()) {
    const start = end;
    end += rows.words.write(name, end);
    rows.ends[place] = end;
    if (end !== start + name.length) return undefined;
  }
  return 2;
}
