/**
 * Reads PowerShell as the gate's own tree: statements, pipelines, blocks, expressions with what they call. Whatever it doesn't
 * know to be PowerShell is refused, and the gate then assumes the worst.
 * Source: https://learn.microsoft.com/powershell/scripting/lang-spec/chapter-15 (the grammar)
 */
import type { ShellScript } from '../../shellTree.ts';
import { createSource, Unreadable } from './source.ts';
import { scriptReading } from './statement.ts';

const MAX_CHARS = 200_000;

/** Undefined: it isn't valid, or nothing that can be followed. */
export function readPowerShell(text: string): ShellScript | undefined {
  if (text.length > MAX_CHARS) return undefined;
  const source = createSource(text.replace(/\r\n?/g, '\n'), scriptReading);
  try {
    const statements = scriptReading.statements(source, '');
    return source.ends() ? { statements } : undefined;
  } catch (error) {
    if (error instanceof Unreadable) return undefined;
    throw error;
  }
}
