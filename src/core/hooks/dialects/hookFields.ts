/** What every agent's hook tells under one name or another. Light: the hook's process needs it while VS Code is closed. */

export type Fields = Readonly<Record<string, unknown>>;

/** Of anything but an object: none. */
export function fieldsOf(value: unknown): Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Fields) : {};
}

/** The first that is a text with something in it. Agents spell a field `tool_name` and `toolName`: give both. */
export function textField(fields: Fields, ...names: readonly string[]): string | undefined {
  for (const name of names) {
    const value = fields[name];
    if (typeof value === 'string' && value !== '') return value;
  }
  return undefined;
}

export interface ToldTool {
  readonly name: string;
  readonly input: unknown;
}

/** The tools that a hook's body tells of: one, or a batch's. Empty: none, or one of a batch has no name. */
export function toldTools(body: unknown): readonly ToldTool[] {
  const fields = fieldsOf(body);
  const batch = fields.toolCalls ?? fields.tool_calls;
  if (Array.isArray(batch)) {
    const tools = batch.map(toldTool);
    return tools.every((tool) => tool !== undefined) ? tools : [];
  }
  const tool = toldTool(fields);
  return tool ? [tool] : [];
}

function toldTool(value: unknown): ToldTool | undefined {
  const fields = fieldsOf(value);
  const name = textField(fields, 'tool_name', 'toolName', 'name');
  if (name === undefined) return undefined;
  return { name, input: parsed(fields.tool_input ?? fields.toolInput ?? fields.toolArgs ?? fields.args ?? {}) };
}

/** Some agents tell a tool's input as JSON in a text. */
function parsed(input: unknown): unknown {
  if (typeof input !== 'string' || !/^\s*[{[]/.test(input)) return input;
  try {
    return JSON.parse(input) as unknown;
  } catch {
    return input;
  }
}

export function permissionModeOf(body: unknown): string | undefined {
  return textField(fieldsOf(body), 'permission_mode', 'permissionMode', 'approval_mode', 'approvalMode');
}

/** `PreToolUse`, `preToolUse`, `pre_tool_use` -> `pretooluse`. */
export function plainEvent(event: string): string {
  return event.replace(/[^a-z]/gi, '').toLowerCase();
}
