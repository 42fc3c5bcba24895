// Where the test host and the demo keep what they install: one ignored folder at the top of the clone.
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const repository = dirname(dirname(dirname(fileURLToPath(import.meta.url))));
export const cache = join(repository, '.cache');
export const hostFolder = join(cache, 'host');
export const llamaFolder = join(cache, 'llama');
