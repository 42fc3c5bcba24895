/** What a tool call does: an agent's own tools are the actions that they stand for, others are judged by what is told of them. */
import {
  type Action,
  type ActionClass,
  type EditAction,
  reachesFurther,
  type ShellAction,
  type ToolAction,
  worse,
} from './action.ts';
import { agentTool, record } from './agentTools.ts';
import { type FactQuestion, type Facts, factKey } from './facts.ts';
import { redisEffect } from './sql.ts';
import { inputTargets, namedVerb, namesProduction, nameWords } from './toolWords.ts';
import type { Classification, VerdictPart } from './verdict.ts';
import { verdictOf } from './verdictOf.ts';

/** Judges the shell commands and edits that a call stands for. */
export type ClassifyOther = (action: ShellAction | EditAction, facts: Facts) => Classification;

/** Calls in calls. */
const MAX_DEPTH = 4;
const MAX_TARGET = 120;

/** Without facts no server is trusted. */
export function classifyTool(action: ToolAction, facts: Facts, other: ClassifyOther): Classification {
  const { parts, needs } = judgeTool(action, facts, other, 0);
  return { verdict: verdictOf(parts), needs };
}

interface Judged {
  readonly parts: readonly VerdictPart[];
  readonly needs: readonly FactQuestion[];
}

function judgeTool(action: ToolAction, facts: Facts, other: ClassifyOther, depth: number): Judged {
  if (depth > MAX_DEPTH)
    return one(action, { class: 'irreversible', reason: 'calls tools in tools, deeper than can be followed' });
  const inner = wrapped(action);
  if (inner) return judgeTool(inner, facts, other, depth + 1);
  const call = withServer(action);
  const meaning = agentTool(call);
  const ownFile = call.server !== undefined && onOtherMachine(call.input);
  if (meaning?.kind === 'actions' && !ownFile)
    return joined(meaning.actions.map((each) => judgeAny(each, facts, other, depth)));
  if (
    meaning?.kind === 'class' &&
    (call.server === undefined || (meaning.class === 'draft' && /dir/i.test(call.name) && !ownFile))
  )
    return one(call, meaning);
  const text = textInside(call);
  if (text) {
    const judged = judgeAny(text, facts, other, depth);
    const named = namedVerb(call.name, call.server);
    // What the text does is known; only a name that says worse counts besides.
    const production = namesProduction(call.input);
    const least = judged.parts.map((part) => part.class).reduce(worse, 'read');
    if (production !== undefined && reachesFurther(least, 'draft')) {
      return joined([judged, one(call, { class: 'deploy', reason: `acts on ${production}, which is production` })]);
    }
    return named && reachesFurther(named.class, 'commit') && reachesFurther(named.class, least)
      ? joined([judged, one(call, { class: named.class, reason: told(call, named.verb) })])
      : judged;
  }
  return byWords(call, facts);
}

function judgeAny(action: Action, facts: Facts, other: ClassifyOther, depth: number): Judged {
  if (action.kind === 'tool') return judgeTool(action, facts, other, depth + 1);
  const { verdict, needs } = other(action, facts);
  return { parts: verdict.parts, needs };
}

function joined(all: readonly Judged[]): Judged {
  return { parts: all.flatMap(({ parts }) => parts), needs: all.flatMap(({ needs }) => needs) };
}

/** Tools that only call another one: Cline's `use_mcp_tool`, proxies' `call_tool`. */
function wrapped(action: ToolAction): ToolAction | undefined {
  if (!/^(?:use|call|invoke|execute|run|access)_?(?:mcp_?)?tool$/i.test(action.name.replace(/^mcp__.+__/, '')))
    return undefined;
  const input = record(action.input);
  const name = input.tool_name ?? input.toolName ?? input.tool ?? input.name;
  const server = input.server_name ?? input.serverName ?? input.server ?? action.server;
  if (typeof name !== 'string' || name === action.name) return undefined;
  const inner = input.arguments ?? input.args ?? input.input ?? input.params ?? input.parameters ?? {};
  return {
    kind: 'tool',
    ...(typeof server === 'string' && { server }),
    name,
    input: typeof inner === 'string' ? record(inner) : inner,
    ...(action.cwd !== undefined && { cwd: action.cwd }),
  };
}

/** `mcp__github__create_issue`, as agents' hooks tell it, is the tool `create_issue` of `github`. */
function withServer(action: ToolAction): ToolAction {
  const [, server, name] = /^mcp__(.+?)__(.+)$/.exec(action.name) ?? [];
  if (server === undefined || name === undefined) return action;
  return { ...action, server: action.server ?? server, name };
}

/** Its paths are those of a repository, a bucket or a host elsewhere. */
function onOtherMachine(input: unknown): boolean {
  return Object.keys(record(input)).some((name) =>
    /^(?:owner|repo|repository|bucket|host|hostname|site|drive|branch|container|pod|project_?id)$/i.test(name),
  );
}

const SQL =
  /^\s*(?:--[^\n]*\n\s*|\/\*[\s\S]*?\*\/\s*)*(?:select|insert|update|delete|drop|create|alter|truncate|with|grant|revoke|merge|replace|explain|show|describe|set|begin|call|exec|vacuum|analyze|copy|pragma|use|do|comment|refresh|reindex)\b/i;
const SHELLS =
  /^(?:shell|bash|sh|zsh|terminal|command|cmd|commands|exec|ssh|process|cli|console|run|subprocess|powershell|pwsh)$/;
const PROGRAMS =
  /^(?:kubectl|aws|az|gcloud|terraform|tofu|docker|podman|git|gh|glab|helm|psql|mysql|redis|mongosh|npm|pnpm|yarn|cargo|pip|make|ansible|pulumi|flyctl|heroku|vercel|wrangler)$/;

/** Shell, SQL or a program's text in the input, as the command line that it would be. */
function textInside(call: ToolAction): ShellAction | undefined {
  const input = record(call.input);
  const words = nameWords(call.name);
  const at = call.cwd !== undefined ? { cwd: call.cwd } : {};
  const shell = (command: string): ShellAction => ({ kind: 'shell', command, ...at });
  const field = (names: RegExp) =>
    Object.entries(input).flatMap(([name, value]) => {
      // `command: ['rm', '-rf', 'x']` is one command with its words, `commands: [...]` are several.
      const list = Array.isArray(value) && value.every((each) => typeof each === 'string') ? value : undefined;
      const words =
        list !== undefined &&
        /^(?:command|cmd|argv)$/i.test(name) &&
        list.slice(0, 1).every((each) => !/\s/.test(each));
      const text = list === undefined ? value : words ? list.map(quoted).join(' ') : list.join('; ');
      return names.test(name) && typeof text === 'string' && text.trim() !== '' ? [text] : [];
    })[0];

  const line =
    field(/^(?:cli_?command|command_?line|shell_?command|bash_?command)s?$/i) ??
    (words.some((word) => SHELLS.test(word)) || PROGRAMS.test(words[0] ?? '')
      ? field(/^(?:command|cmd|commands|script|bash|shell)$/i)
      : undefined);
  if (line !== undefined) {
    const host = field(/^(?:host|hostname|server|connection)$/i);
    const own = words.includes('powershell') || words.includes('pwsh') ? { shell: 'powershell' as const } : {};
    if (host !== undefined && words.includes('ssh')) return shell(`ssh ${quoted(host)} ${quoted(line)}`);
    const [program = ''] = line.trim().split(/\s+/, 1);
    const owner = words.find((word) => PROGRAMS.test(word));
    const whole =
      owner !== undefined && program !== owner && !words.some((word) => /^(?:shell|bash|terminal)$/.test(word))
        ? `${owner} ${line}`
        : line;
    return { ...shell(whole), ...own };
  }
  const [program] = words.filter((word) => PROGRAMS.test(word));
  const args = input.args ?? input.arguments;
  if (
    program !== undefined &&
    (typeof args === 'string' || (Array.isArray(args) && args.every((each) => typeof each === 'string')))
  ) {
    const verb =
      typeof input.subcommand === 'string'
        ? `${input.subcommand} `
        : words.length === 2 && words[1] !== undefined && !SHELLS.test(words[1])
          ? `${words[1]} `
          : '';
    return shell(`${program} ${verb}${typeof args === 'string' ? args : args.map(quoted).join(' ')}`);
  }
  const sql = field(/^(?:sql|query|statement|statements|sql_?statements|sql_?query|queries|sql_?text|ddl)$/i);
  if (sql !== undefined && SQL.test(sql)) return shell(`psql -c ${quoted(sql)}`);
  if (words.some((word) => word === 'redis')) {
    const redis = field(/^(?:command|cmd)$/i);
    if (redis !== undefined) return shell(`redis-cli ${redis}`);
  }
  const code = field(/^(?:code|script|source|python|javascript)$/i);
  if (code !== undefined) {
    if (words.some((word) => /^(?:python|py|ipython|jupyter)$/.test(word)) || 'python' in input)
      return shell(`python3 -c ${quoted(code)}`);
    if (words.some((word) => /^(?:node|nodejs|deno|bun)$/.test(word))) return shell(`node -e ${quoted(code)}`);
    const language = field(/^(?:language|lang|runtime)$/i)?.toLowerCase();
    if (language !== undefined && /^py/.test(language)) return shell(`python3 -c ${quoted(code)}`);
    if (language !== undefined && /^(?:js|javascript|node|typescript|ts)$/.test(language))
      return shell(`node -e ${quoted(code)}`);
    if (language !== undefined && /^(?:sh|bash|shell)$/.test(language)) return shell(code);
  }
  return undefined;
}

function quoted(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`;
}

/** By annotations, name and input. Hints are a server's word on itself: without trust they make nothing milder. */
function byWords(call: ToolAction, facts: Facts): Judged {
  const { annotations = {}, server, name } = call;
  const needs: FactQuestion[] = [];
  const known = (program: string) => {
    const question: FactQuestion = { kind: 'program', name: program };
    const answer = facts.get(factKey(question));
    if (!answer) needs.push(question);
    return answer?.kind === 'program' && answer.known;
  };
  const named = byMethod(call) ?? byService(call) ?? byOperation(call);
  const { readOnlyHint, destructiveHint } = annotations;
  let reach: ActionClass;
  let reason: string;
  let unknownProgram: string | undefined;
  if (named === undefined) {
    const destroys = destructiveHint === true || (readOnlyHint === false && destructiveHint === undefined);
    const program = server === undefined ? name : `${server}/${name}`;
    if (readOnlyHint === true && server !== undefined && known(`mcp:${server}`))
      [reach, reason] = ['read', `calls ${program}, which by its server’s word only reads`];
    else if (destroys)
      [reach, reason] = ['irreversible', `calls ${program}, which by its server’s word may destroy what it acts on`];
    else {
      [reach, reason, unknownProgram] = ['commit', `calls ${program}, of which nothing is known`, program];
    }
  } else {
    reach = named.class;
    reason = told(call, named.verb);
    if (destructiveHint === true && readOnlyHint !== true && !reachesFurther(reach, 'irreversible')) {
      reason = reach === 'irreversible' ? reason : `${reason}, which by its server’s word may destroy what it acts on`;
      reach = 'irreversible';
    } else if (readOnlyHint === false && reach === 'read') {
      reach = 'commit';
      reason = `${reason}, which by its server’s word changes something`;
    } else if (readOnlyHint === true && reach === 'commit' && server !== undefined && known(`mcp:${server}`)) {
      reach = 'read';
      reason = `${reason}, which by its server’s word only reads`;
    }
  }
  const production = namesProduction(call.input);
  if (production !== undefined && reachesFurther(reach, 'draft')) {
    reach = 'deploy';
    reason = `${reason}, on ${production}, which is production`;
  }
  const once = unknownProgram !== undefined && reach === 'commit';
  const ask = reach === 'commit' ? !(once && known(unknownProgram ?? '')) : undefined;
  const judged = one(call, {
    class: reach,
    reason,
    ...(ask !== undefined && { ask }),
    ...(once && unknownProgram !== undefined && { unknownProgram }),
  });
  return { parts: judged.parts, needs };
}

/** An HTTP request does what its method says. */
function byMethod(call: ToolAction): { readonly verb: string; readonly class: ActionClass } | undefined {
  const input = record(call.input);
  const words = nameWords(call.name);
  if (!words.some((word) => /^(?:http|https|request|fetch|api|curl|rest|url|webhook)$/.test(word))) return undefined;
  const method = typeof input.method === 'string' ? input.method.toUpperCase() : undefined;
  if (method === undefined || typeof (input.url ?? input.endpoint ?? input.path ?? input.uri) !== 'string')
    return undefined;
  if (/^(?:GET|HEAD|OPTIONS)$/.test(method)) return { verb: 'get', class: 'read' };
  return method === 'DELETE'
    ? { verb: 'delete', class: 'irreversible' }
    : { verb: method.toLowerCase(), class: 'commit' };
}

/** What the servers of a few systems mean by a word: kubectl's `apply` and `scale`, Redis' commands, MongoDB's pipelines. */
function byService(call: ToolAction): { readonly verb: string; readonly class: ActionClass } | undefined {
  const { name, server = '' } = call;
  const input = record(call.input);
  const words = nameWords(name);
  const about = new Set([...words, ...nameWords(server)]);
  const has = (...each: readonly string[]) => each.some((one) => about.has(one));
  if (
    has(
      'kubectl',
      'kubernetes',
      'k8s',
      'helm',
      'openshift',
      'argocd',
      'flux',
      'terraform',
      'tofu',
      'pulumi',
      'heroku',
      'flyio',
      'nomad',
    )
  ) {
    const verb = words.find((word) => LIVE.has(word));
    const first = words.find((word) => namedVerb(word) !== undefined);
    if (verb !== undefined && first === verb) return { verb, class: 'deploy' };
    const makes = /^(?:create|update|replace|edit)$/.test(first ?? '');
    if (makes && words.some((word) => /^(?:resources?|manifests?|yaml|deployments?|services?|stacks?)$/.test(word)))
      return { verb: first ?? '', class: 'deploy' };
  }
  // Starting what a pipeline does is what `gh workflow run` is.
  if (
    /^(?:run|trigger|dispatch|start)$/.test(words[0] ?? '') &&
    words.some((word) => /^(?:workflows?|pipelines?|deployments?)$/.test(word))
  )
    return { verb: words[0] ?? '', class: 'deploy' };
  // As `gh pr merge`: into a branch that others use.
  if (words[0] === 'merge' && words.some((word) => /^(?:pull|request|pr|mr|branch)$/.test(word)))
    return { verb: 'merge', class: 'deploy' };
  if (has('redis', 'valkey') && server !== '') {
    const command = name.replace(/^redis[_-]/i, '');
    if (REDIS_READ.test(command)) return { verb: command, class: 'read' };
    const effect = redisEffect([command]);
    if (effect) return { verb: command, class: effect.class };
  }
  if (words.includes('aggregate')) {
    const text = JSON.stringify(input.pipeline ?? '') ?? '';
    return /"\$(?:out|merge)"/.test(text)
      ? { verb: 'aggregate into a collection', class: 'irreversible' }
      : { verb: 'aggregate', class: 'read' };
  }
  return undefined;
}

const LIVE = new Set(['apply', 'scale', 'patch', 'upgrade', 'install', 'sync', 'set', 'autoscale', 'up']);
const REDIS_READ =
  /^(?:h?get(?:all|range)?|hkeys|hvals|hlen|hexists|mget|hmget|strlen|exists|ttl|pttl|type|keys|scan(?:_keys|_all_keys)?|dbsize|info|client_list|l(?:range|len|index)|llen|s(?:members|card|ismember)|z(?:range|card|score|rank|count)|x(?:range|len|info|read)|json_get|vector_search_hash|get_\w+|memory_usage)$/i;

/** One tool for several operations names the one that is meant in its input. */
function byOperation(call: ToolAction): { readonly verb: string; readonly class: ActionClass } | undefined {
  const input = record(call.input);
  const named = namedVerb(call.name, call.server);
  const operation = ['action', 'operation', 'op', 'method', 'verb', 'subcommand', 'command']
    .map((field) => input[field])
    .find((value) => typeof value === 'string');
  if (typeof operation !== 'string' || operation.length > 60) return named;
  const about = [input.service, input.resource, input.object].find((value) => typeof value === 'string');
  const inner = namedVerb(`${operation} ${typeof about === 'string' ? about.slice(0, 60) : ''}`);
  if (!inner) return named;
  // The operation says what the name leaves open; it makes nothing milder that the name says.
  return named && reachesFurther(named.class, inner.class) && reachesFurther(named.class, 'commit') ? named : inner;
}

function told({ server, name, input }: ToolAction, verb: string): string {
  const targets = inputTargets(record(input));
  const where = server === undefined ? '' : ` through ${server}`;
  return `calls ${name}${where} (${verb}${targets.length > 0 ? ` ${targets.join(', ')}` : ''})`;
}

function one(
  call: ToolAction,
  {
    class: reach,
    reason,
    ask,
    unknownProgram,
  }: { readonly class: ActionClass; readonly reason: string; readonly ask?: boolean; readonly unknownProgram?: string },
): Judged {
  const { server, name, input } = call;
  const targets = inputTargets(record(input)).map((target) => target.slice(0, MAX_TARGET));
  const part: VerdictPart = {
    text: server === undefined ? name : `${server}/${name}`,
    class: reach,
    ask: ask ?? reachesFurther(reach, 'draft'),
    targets: targets.length > 0 ? targets : [name],
    reason,
    ...(unknownProgram !== undefined && { unknownProgram }),
  };
  return { parts: [part], needs: [] };
}
