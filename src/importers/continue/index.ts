import type { LineImporter } from '../../ports.ts';
import { CONTINUE_SOURCE, continueReader } from './parse.ts';
import { continueRoots, isContinueLog } from './paths.ts';

/**
 * Continue's own record of the tokens of each call, completions in the editor included. Its counts are Continue's
 * estimates. Not told: sessions, runs, tools, the folder, what was cached.
 */
export const continueImporter: LineImporter = {
  kind: 'lines',
  id: CONTINUE_SOURCE,
  agent: 'continue',
  roots: continueRoots,
  matches: isContinueLog,
  reader: continueReader,
};
