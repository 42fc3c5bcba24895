export { copilotChatSessionImporter } from './chatSession.ts';
export { copilotDebugLogImporter } from './debugLog.ts';
export { copilotEventsImporter } from './events.ts';
export { copilotStoreImporter } from './sessionStore.ts';
export { copilotTraceDatabaseImporter } from './traceDatabase.ts';
export { copilotTraceFileImporter } from './traceFile.ts';
