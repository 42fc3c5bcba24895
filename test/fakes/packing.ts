/** A ledger to which all that can be packed comes packed. */
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
  /** false: it is too large for any pack. */
  function isAdded(event: PackableEvent): boolean {
    if (packer.add(event)) return true;
    hand();
    return packer.add(event);
  }

  return {
    ...store,
    append(events, cursors) {
      for (const event of events) {
        const isPacked = isPackable(event) && isAdded(event);
        if (!isPacked) {
          hand();
          store.append([event]);
        } else if (packer.count === size) hand();
      }
      hand();
      if (cursors) store.append([], cursors);
    },
  };
}
