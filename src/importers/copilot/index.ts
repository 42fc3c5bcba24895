export { copilotChatSessionImporter } from './chatSession.ts';
export { copilotDebugLogImporter } from './debugLog.ts';
export { copilotStoreImporter } from './sessionStore.ts';
