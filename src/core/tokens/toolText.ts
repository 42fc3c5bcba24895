import type { Json, JsonObject, ToolDefinition } from '../chat.ts';

/**
 * Tool definitions as the OpenAI models since GPT-4 get them: TypeScript declarations in a namespace, descriptions as
 * comments. The form is published for gpt-oss (OpenAI's harmony format).
 */
export function toolsAsDeclarations(tools: readonly ToolDefinition[]): string {
  const declarations = tools.map((tool) => {
    const properties = propertiesOf(tool.inputSchema);
    const input = properties.length > 0 ? `_: ${typeText(tool.inputSchema as JsonObject)}` : '';
    return `${comment(tool.description)}type ${tool.name} = (${input}) => any;\n`;
  });
  return `# Tools\n\n## functions\n\nnamespace functions {\n\n${declarations.join('\n')}\n} // namespace functions`;
}

/** One tool definition as JSON: what Anthropic and the chat templates of open models put into the prompt. */
export function toolAsJson(tool: ToolDefinition): string {
  return JSON.stringify({
    name: tool.name,
    description: tool.description,
    input_schema: tool.inputSchema ?? { type: 'object', properties: {} },
  });
}

const DEEPEST = 16;

function typeText(schema: Json | undefined, depth = 0): string {
  if (!isObject(schema) || depth > DEEPEST) return 'any';
  if (Array.isArray(schema.enum)) return schema.enum.map((value) => JSON.stringify(value)).join(' | ');
  const alternatives = schema.anyOf ?? schema.oneOf;
  if (Array.isArray(alternatives)) return alternatives.map((one) => typeText(one, depth + 1)).join(' | ');
  const type = schema.type;
  if (Array.isArray(type)) return type.map((one) => typeText({ ...schema, type: one }, depth + 1)).join(' | ');
  if (type === 'array') return `${typeText(schema.items, depth + 1)}[]`;
  if (type === 'integer') return 'number';
  if (typeof type === 'string' && type !== 'object') return type;
  if (type !== 'object' && !schema.properties) return 'any';
  const required = Array.isArray(schema.required) ? schema.required : [];
  const lines = propertiesOf(schema).map(([name, property]) => {
    const description = isObject(property) ? property.description : undefined;
    const optional = required.includes(name) ? '' : '?';
    const byDefault = isObject(property) ? property.default : undefined;
    const note = byDefault === undefined ? '' : ` // default: ${JSON.stringify(byDefault)}`;
    return `${comment(description)}${name}${optional}: ${typeText(property, depth + 1)},${note}\n`;
  });
  return `{\n${lines.join('')}}`;
}

function propertiesOf(schema: Json | undefined): [string, Json][] {
  return isObject(schema) && isObject(schema.properties) ? Object.entries(schema.properties) : [];
}

function comment(description: Json | undefined): string {
  return typeof description === 'string' && description !== '' ? `// ${description.split('\n').join('\n// ')}\n` : '';
}

function isObject(value: Json | undefined): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
