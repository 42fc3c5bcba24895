import type { Importer } from '../ports.ts';
import { claudeCodeImporter } from './claudeCode/index.ts';
import { copilotChatSessionImporter, copilotDebugLogImporter, copilotStoreImporter } from './copilot/index.ts';

/** Every importer, steps before totals, so that a first reading meets a run's own steps before its sum. */
export const importers: readonly Importer[] = [
  claudeCodeImporter,
  copilotStoreImporter,
  copilotDebugLogImporter,
  copilotChatSessionImporter,
];
