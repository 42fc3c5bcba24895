import { type Allocator, type AllocatorPorts, createAllocator } from '../../src/app/allocator.ts';
import { type ChoiceSettings, NO_CHOICE_SETTINGS } from '../../src/core/allocate/choiceSettings.ts';
import type { WorkerApi } from '../../src/ports.ts';

/** A worker that has died: every call of it is rejected. */
export const DEAD_WORKER: Pick<WorkerApi, 'valueRequest' | 'taskLessons' | 'correctTask' | 'reserve' | 'release'> = {
  reserve: () => Promise.reject(new Error('The worker is gone.')),
  release: () => Promise.reject(new Error('The worker is gone.')),
  valueRequest: () => Promise.reject(new Error('The worker is gone.')),
  taskLessons: () => Promise.reject(new Error('The worker is gone.')),
  correctTask: () => Promise.reject(new Error('The worker is gone.')),
};

/** The allocator itself over a dead worker, without settings, and with nobody to ask. */
export function fakeAllocator(
  ports: Pick<AllocatorPorts, 'clock' | 'catalog' | 'newId' | 'record'> &
    Partial<Pick<AllocatorPorts, 'worker' | 'ask'>> & { readonly choice?: Partial<ChoiceSettings> },
): Allocator {
  return createAllocator({
    worker: DEAD_WORKER,
    salt: 1,
    later: (work) => queueMicrotask(work),
    // Nothing is to go wrong unseen.
    log: (sentence) => {
      throw new Error(sentence);
    },
    ask: () => Promise.reject(new Error('Nobody was to be asked.')),
    settings: () => ({ ...NO_CHOICE_SETTINGS, ...ports.choice }),
    ...ports,
  });
}
