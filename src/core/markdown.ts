/** Text that Markdown shows as it is, on one line: no mark-up, no link, no picture, no HTML. */
export function escapeMarkdown(text: string): string {
  return (
    text
      .replace(/\s+/g, ' ')
      .replace(/&/g, '&amp;')
      .replace(/[\\`*_{}[\]()#+!|~$<>-]/g, '\\$&')
      // Bare addresses become links too.
      .replace(/:(?=\/\/)/g, '&#58;')
      .replace(/@/g, '&#64;')
      .replace(/\bwww\./gi, (start) => `${start.slice(0, -1)}&#46;`)
  );
}
