/** The entry of the worker thread: the program itself is loaded once V8 knows where to find it compiled. */
import { workerData } from 'node:worker_threads';
import { keepCompiled } from './keepCompiled.ts';
import type { WorkerData } from './workerData.ts';

const { compiled } = workerData as WorkerData;
if (compiled !== undefined) keepCompiled(compiled);
void import('./main.ts');
