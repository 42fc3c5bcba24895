/** A window in a process of its own, whose dialog nobody answers: `windowProcess.ts HOME`. */
import { hookFolder } from '../../src/adapters/hookFolder.ts';
import { windowFile } from '../../src/adapters/windowFile.ts';
import { gateEndpoint } from '../../src/worker/gateEndpoint.ts';

const [home = ''] = process.argv.slice(2);
const endpoint = gateEndpoint({
  clock: { now: Date.now },
  id: 'dialog',
  pid: process.pid,
  hooks: { ...hookFolder(home, 'linux', { runtime: '', script: '' }), refresh: async () => true },
  file: windowFile(home, 'dialog'),
  folders: () => [home],
  leads: () => false,
  warm: async () => undefined,
  answer: () => {
    process.send?.('asked');
    return new Promise(() => undefined);
  },
  cursor: () => undefined,
  keep: async () => undefined,
  onUnanswered: () => undefined,
  onTrouble: (sentence) => sentence !== undefined && console.error(sentence),
});
await endpoint.check();
process.send?.('open');
