import type { ChatRequest } from '../chat.ts';

/** VS Code wraps what the person typed in this, among the context that it adds. */
const TAGGED = /<userRequest>([\s\S]*?)<\/userRequest>/;
/** What agents put before or after a prompt. */
const ADDED =
  /<(context|attachments?|editorContext|reminderInstructions|system-reminder|environment_info|workspace_info)\b[\s\S]*?<\/\1>/g;

/**
 * What the person typed last, without the context that was added to it. undefined: nothing that can be told from it, or
 * it is the editor's own request (a title, a summary), which offers no tools and marks no prompt. `takesUnmarked`: who asks is
 * not the editor, so what it says last is its prompt.
 */
export function userRequest(
  { messages, tools }: Pick<ChatRequest, 'messages' | 'tools'>,
  takesUnmarked: boolean = tools.length > 0,
): string | undefined {
  let last: string | undefined;
  for (const message of messages.toReversed()) {
    if (message.role !== 'user') continue;
    const text = message.content.map((part) => (part.kind === 'text' ? part.text : '')).join('\n');
    const tagged = TAGGED.exec(text)?.[1]?.trim();
    if (tagged) return tagged;
    last ??= text.replace(ADDED, '').trim() || undefined;
  }
  return takesUnmarked ? last : undefined;
}
