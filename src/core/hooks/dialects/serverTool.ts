import type { ToldTool } from './hookFields.ts';
import type { NamedTool } from './readCall.ts';

/**
 * `mcp_github_create_issue` is a tool of `github`. Where a server's name ends can't be told from such a name: the first mark is
 * taken, so that a verb stays with the tool, by whose words it is judged.
 */
export function mcpNamed(tool: ToldTool): NamedTool {
  if (tool.name.startsWith('mcp__')) return tool;
  const [, server, name] = /^mcp_([^_]+)_(.+)$/.exec(tool.name) ?? [];
  return server !== undefined && name !== undefined ? { server, name, input: tool.input } : tool;
}

/** `github-mcp-server-list_issues`: none of Copilot’s own tools has such a dash in its name. */
export function dashNamed(tool: ToldTool): NamedTool {
  const [, server, name] =
    /^([\w.]+(?:-[\w.]+)*?-mcp(?:-server)?)-(.+)$/.exec(tool.name) ?? /^([^-/]+)[-/](.+)$/.exec(tool.name) ?? [];
  return server !== undefined && name !== undefined ? { server, name, input: tool.input } : mcpNamed(tool);
}
