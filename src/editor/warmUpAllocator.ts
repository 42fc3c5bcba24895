import type * as vscode from 'vscode';
import type { Allocator } from '../app/allocator.ts';
import type { Catalog } from '../app/catalog.ts';

/** A start is not held up by it, and a window that is closed at once never reads the ledger for it. */
const FIRST_AFTER_MS = 20_000;
const AGAIN_AFTER_MS = 5_000;

/** Weighs a usual request a while after the start, and again when models have come or gone, so that the picker can tell. */
export function warmUpAllocator(
  allocator: Pick<Allocator, 'warmUp'>,
  catalog: Pick<Catalog, 'onDidChange'>,
): vscode.Disposable {
  let timer: ReturnType<typeof setTimeout> | undefined;
  let isWarm = false;
  const soon = (delayMs: number) => {
    clearTimeout(timer);
    timer = setTimeout(() => {
      isWarm = true;
      void allocator.warmUp();
    }, delayMs);
  };
  soon(FIRST_AFTER_MS);
  const stop = catalog.onDidChange(() => {
    if (isWarm) soon(AGAIN_AFTER_MS);
  });
  return {
    dispose() {
      clearTimeout(timer);
      stop();
    },
  };
}
