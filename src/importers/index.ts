import type { Importer } from '../ports.ts';
import { claudeCodeImporter } from './claudeCode/index.ts';
import { clineSessionImporter, clineTaskImporter, kiloCodeImporter, rooCodeImporter } from './cline/index.ts';
import { codexImporter } from './codex/index.ts';
import { continueImporter } from './continue/index.ts';
import {
  copilotChatSessionImporter,
  copilotDebugLogImporter,
  copilotEventsImporter,
  copilotStoreImporter,
  copilotTraceDatabaseImporter,
  copilotTraceFileImporter,
} from './copilot/index.ts';
import { geminiCliDocumentImporter, geminiCliImporter } from './geminiCli/index.ts';
import { kiloStoreImporter, openCodeMessageImporter, openCodeStoreImporter } from './openCode/index.ts';
import { qwenCodeImporter } from './qwenCode/index.ts';

/** Every importer, steps before totals, so that a first reading meets a run's own steps before its sum. */
export const importers: readonly Importer[] = [
  claudeCodeImporter,
  codexImporter,
  geminiCliImporter,
  geminiCliDocumentImporter,
  qwenCodeImporter,
  continueImporter,
  openCodeStoreImporter,
  openCodeMessageImporter,
  clineSessionImporter,
  clineTaskImporter,
  rooCodeImporter,
  kiloStoreImporter,
  kiloCodeImporter,
  copilotStoreImporter,
  copilotEventsImporter,
  copilotDebugLogImporter,
  copilotTraceFileImporter,
  copilotTraceDatabaseImporter,
  copilotChatSessionImporter,
];
