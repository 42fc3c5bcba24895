/** A ledger to which all that can be packed comes packed. */
import assert from 'node:assert/strict';
import type { LedgerEvent } from '../../src/core/ledger/event.ts';
import type { LedgerStore } from '../../src/ports.ts';
import { eventPacker, PACK_BYTES, type PackableEvent } from '../../src/storage/packedEvents.ts';

export const packer = eventPacker([new SharedArrayBuffer(PACK_BYTES)]);

function isPackable(event: LedgerEvent): event is PackableEvent {
  return event.kind === 'settled' || event.kind === 'failed' || event.kind === 'quota';
}

/** `size`: events to a pack. */
export function packing(store: LedgerStore, size: number): LedgerStore {
  function hand(): void {
    if (packer.count > 0) store.appendPacked(packer.take(), {});
  }
  return {
    ...store,
    append(events, cursors) {
      for (const event of events) {
        if (isPackable(event)) {
          assert.ok(packer.add(event));
          if (packer.count === size) hand();
          continue;
        }
        hand();
        store.append([event]);
      }
      hand();
      if (cursors) store.append([], cursors);
    },
  };
}
