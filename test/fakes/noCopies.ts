import type { KeptCopies } from '../../src/ports.ts';

/** Where the gate has never taken a safety copy. */
export const noCopies: KeptCopies = { count: async () => 0, erase: async () => {}, folders: async () => [] };
