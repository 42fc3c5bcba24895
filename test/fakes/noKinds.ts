import type { RunKinds } from '../../src/app/gate/runKinds.ts';

/** Where no prompt says what it asks for. */
export const noKinds: RunKinds = { read: () => undefined, of: () => undefined, note() {}, forget: async () => {} };
