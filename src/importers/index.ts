import type { Importer } from '../ports.ts';
import { claudeCodeImporter } from './claudeCode/index.ts';
import { codexImporter } from './codex/index.ts';
import { continueImporter } from './continue/index.ts';
import { copilotChatSessionImporter, copilotDebugLogImporter, copilotStoreImporter } from './copilot/index.ts';
import { geminiCliImporter } from './geminiCli/index.ts';
import { qwenCodeImporter } from './qwenCode/index.ts';

/** Every importer, steps before totals, so that a first reading meets a run's own steps before its sum. */
export const importers: readonly Importer[] = [
  claudeCodeImporter,
  codexImporter,
  geminiCliImporter,
  qwenCodeImporter,
  continueImporter,
  copilotStoreImporter,
  copilotDebugLogImporter,
  copilotChatSessionImporter,
];
