/** Bash and POSIX shell through `unbash`, as the gate's own tree. It knows no PowerShell and no cmd: those are undefined. */
import {
  type ArithmeticExpression,
  type Assignment,
  type CommandNode,
  type CompoundList,
  type ParsedScript,
  type PipelineNode,
  parse,
  type Redirection,
  type Statement,
  type TestExpression,
  type Word,
  type WordPart,
} from 'unbash';
import type {
  ShellAssignment,
  ShellCommand,
  ShellNode,
  ShellParser,
  ShellRedirect,
  ShellScript,
  ShellWord,
  ShellWordPart,
} from '../core/risk/shellTree.ts';

/** Longer than this is no command line that anyone reads. */
const MAX_CHARS = 200_000;
/** As many separators in one text are no command line either, and take long to parse. */
const MAX_COMMANDS = 6000;
const MAX_DEPTH = 40;
/** More words than this of one brace expansion are not listed. */
const MAX_ALTERNATIVES = 24;

/** Thrown inside this file only: the text can't be told. */
class Unreadable extends Error {}

export const parseShell: ShellParser = (text, dialect) => {
  if (dialect !== 'bash' || text.length > MAX_CHARS || commands(text) > MAX_COMMANDS) return undefined;
  try {
    return translator(text).script(parse(text), 0);
  } catch {
    // Anything that the parser trips over is told like what it refuses: the command can't be read.
    return undefined;
  }
};

/** Functions over one source text. `depth` grows with each script inside a script. */
function translator(source: string) {
  return { script };

  function script(parsed: ParsedScript, depth: number): ShellScript {
    // A script in escaped back-ticks is a text of its own, and its positions are in that one.
    if (parsed.source !== undefined && parsed.source !== source) return translator(parsed.source).script(parsed, depth);
    if (depth > MAX_DEPTH || (parsed.errors?.length ?? 0) > 0) throw new Unreadable();
    return { statements: parsed.commands.map((each) => statement(each, depth)) };
  }

  function statement(node: Statement, depth: number): ShellNode {
    const inner = pipelineOrList(node.command, depth);
    return node.background ? { kind: 'background', node: inner } : inner;
  }

  function pipelineOrList(node: Statement['command'], depth: number): ShellNode {
    if (node.type !== 'AndOr') return pipeline(node, depth);
    return { kind: 'list', nodes: node.commands.map((each) => pipeline(each, depth)) };
  }

  function pipeline(node: PipelineNode, depth: number): ShellNode {
    if (node.type !== 'Pipeline') return command(node, [], depth);
    const commands = node.commands.map((each) => command(each, [], depth));
    const [only] = commands;
    return commands.length === 1 && only ? only : { kind: 'pipeline', commands };
  }

  function command(node: CommandNode, outer: readonly ShellRedirect[], depth: number): ShellNode {
    if (depth > MAX_DEPTH) throw new Unreadable();
    const body = (list: CompoundList) => list.commands.map((each) => statement(each, depth + 1));
    switch (node.type) {
      case 'Command': {
        const words: ShellWord[] = node.name ? [word(node.name, depth)] : [];
        const assignments: ShellAssignment[] = [];
        for (const each of node.prefix) if (each.type === 'Assignment') assignments.push(assignment(each, depth));
        // `export A=b` has its assignment among its words.
        for (const each of node.args) {
          words.push(each.type === 'Assignment' ? assignmentWord(each, depth) : word(each, depth));
        }
        const redirects = [...node.redirects.map((each) => redirect(each, depth)), ...outer];
        return {
          kind: 'command',
          assignments,
          words,
          redirects,
          text: source.slice(node.pos, node.end),
        } satisfies ShellCommand;
      }
      case 'Redirected':
        return command(
          node.command,
          node.redirects.map((each) => redirect(each, depth)),
          depth,
        );
      case 'Subshell':
        return { kind: 'group', subshell: true, body: body(node.body), redirects: outer };
      case 'BraceGroup':
        return { kind: 'group', subshell: false, body: body(node.body), redirects: outer };
      case 'If': {
        const branches = [
          [...body(node.clause), ...body(node.then)],
          ...node.elif.map((each) => [...body(each.clause), ...body(each.then)]),
          ...(node.else ? [body(node.else)] : []),
        ];
        return { kind: 'branch', words: [], branches, redirects: outer };
      }
      case 'Case': {
        const branches = node.items.map((item) => body(item.body));
        return { kind: 'branch', words: [word(node.word, depth)], branches, redirects: outer };
      }
      case 'For':
      case 'Select': {
        const words = node.wordlist?.map((each) => word(each, depth));
        return {
          kind: 'loop',
          variable: node.name.value,
          ...(words && node.type === 'For' && { words }),
          condition: [],
          body: body(node.body),
          redirects: outer,
        };
      }
      case 'ArithmeticFor': {
        const words = [node.initialize, node.test, node.update].flatMap((each) => arithmetic(each, depth));
        return {
          kind: 'loop',
          condition: [{ kind: 'test', words, redirects: [] }],
          body: body(node.body),
          redirects: outer,
        };
      }
      case 'While':
        return { kind: 'loop', condition: body(node.clause), body: body(node.body), redirects: outer };
      case 'TestCommand':
        return { kind: 'test', words: tested(node.expression, depth), redirects: outer };
      case 'ArithmeticCommand':
        return { kind: 'test', words: arithmetic(node.expression, depth), redirects: outer };
      case 'Function': {
        const nodes = node.body.type === 'CompoundList' ? body(node.body) : [command(node.body, [], depth + 1)];
        return { kind: 'function', name: node.name.value, body: nodes };
      }
      case 'Coproc': {
        const nodes = node.body.type === 'CompoundList' ? body(node.body) : [command(node.body, [], depth + 1)];
        return { kind: 'group', subshell: true, body: nodes, redirects: outer };
      }
    }
  }

  function assignment(node: Assignment, depth: number): ShellAssignment {
    const values = node.value.type === 'ArrayValue' ? node.value.elements : [node.value];
    return { name: node.name, values: values.map((each) => word(each, depth)), append: node.append === true };
  }

  function assignmentWord(node: Assignment, depth: number): ShellWord {
    const { name, values } = assignment(node, depth);
    const [value] = values;
    return { text: node.text, parts: [{ kind: 'literal', value: `${name}=` }, ...(value?.parts ?? [])] };
  }

  function redirect(node: Redirection, depth: number): ShellRedirect {
    const descriptor = node.descriptor?.type === 'FileDescriptor' ? { descriptor: node.descriptor.value } : {};
    if (node.type === 'HereDoc') {
      const { text, parts: inner } = node.body;
      const quoted = node.delimiter?.quoted === true || !inner;
      const parts: ShellWordPart[] = quoted
        ? [{ kind: 'literal', value: text, quotes: 'single' }]
        : inner.flatMap((part) => wordPart(part, true, depth));
      return { operator: '<<', ...descriptor, target: { text, parts } };
    }
    return { operator: node.operator, ...descriptor, ...(node.target && { target: word(node.target, depth) }) };
  }

  function word(node: Word, depth: number): ShellWord {
    const { text } = node;
    if (!node.parts) return { text, parts: literal(node.value, text) };
    const parts = node.parts.flatMap((part, index) =>
      index === 0 && part.type === 'Literal' ? literal(part.value, part.text) : wordPart(part, false, depth),
    );
    return { text, parts };
  }

  /** A literal at a word's start, where `~` stands for a home folder unless it is escaped. */
  function literal(value: string, text: string): ShellWordPart[] {
    const tilde = /^~[\w.+-]*(?=\/|$)/.exec(text)?.[0];
    if (tilde === undefined) return [{ kind: 'literal', value }];
    return [
      { kind: 'tilde', text: tilde },
      ...(value.length > tilde.length ? [{ kind: 'literal' as const, value: value.slice(tilde.length) }] : []),
    ];
  }

  function wordPart(part: WordPart, quoted: boolean, depth: number): ShellWordPart[] {
    switch (part.type) {
      case 'Literal':
        return [{ kind: 'literal', value: part.value, ...(quoted && { quotes: 'double' as const }) }];
      case 'SingleQuoted':
        return [{ kind: 'literal', value: part.value, quotes: 'single' }];
      case 'AnsiCQuoted':
        return [{ kind: 'literal', value: part.value, quotes: 'ansi' }];
      case 'DoubleQuoted':
      case 'LocaleString':
        // An empty pair of quotes still makes a word.
        if (part.parts.length === 0) return [{ kind: 'literal', value: '', quotes: 'double' }];
        return part.parts.flatMap((each) => wordPart(each, true, depth));
      case 'SimpleExpansion':
        return [{ kind: 'variable', name: part.text.slice(1), quoted, operands: [], text: part.text }];
      case 'ParameterExpansion': {
        const { operation } = part;
        const operands =
          operation === undefined
            ? []
            : 'operand' in operation
              ? [operation.operand]
              : operation.type === 'Replace'
                ? [operation.pattern, operation.replacement]
                : operation.type === 'Slice'
                  ? [operation.offset, operation.length]
                  : [];
        const operator = `${part.prefix ?? ''}${operation?.operator ?? ''}`;
        return [
          {
            kind: 'variable',
            name: part.parameter,
            quoted,
            ...(operator !== '' && { operator }),
            operands: [...operands, part.index].flatMap((each) => (each ? [word(each, depth)] : [])),
            text: part.text,
          },
        ];
      }
      case 'CommandExpansion':
        return [{ kind: 'substitution', script: inner(part.script, depth), quoted, text: part.text }];
      case 'ProcessSubstitution':
        return [{ kind: 'process', script: inner(part.script, depth), output: part.operator === '>', text: part.text }];
      case 'ArithmeticExpansion':
        return [{ kind: 'arithmetic', words: arithmetic(part.expression, depth), text: part.text }];
      case 'Glob':
      case 'ExtendedGlob':
        return [{ kind: 'glob', text: part.text }, ...substitutionsIn(part.parts, depth)];
      case 'BraceExpansion':
        return [{ kind: 'brace', text: part.text, alternatives: alternatives(part.text, part.parts, depth) }];
    }
  }

  /** A substitution within a pattern runs like any other; what it expands to is part of the pattern. */
  function substitutionsIn(parts: readonly WordPart[] | undefined, depth: number): ShellWordPart[] {
    return (parts ?? [])
      .flatMap((part) => wordPart(part, true, depth))
      .filter((part) => part.kind === 'substitution' || part.kind === 'process');
  }

  function inner(parsed: ParsedScript | undefined, depth: number): ShellScript | undefined {
    return parsed && script(parsed, depth + 1);
  }

  function tested(expression: TestExpression, depth: number): ShellWord[] {
    switch (expression.type) {
      case 'TestUnary':
        return [word(expression.operand, depth)];
      case 'TestBinary':
        return [word(expression.left, depth), word(expression.right, depth)];
      case 'TestLogical':
        return expression.operands.flatMap((each) => tested(each, depth));
      case 'TestNot':
        return tested(expression.operand, depth);
      case 'TestGroup':
        return tested(expression.expression, depth);
    }
  }

  function arithmetic(expression: ArithmeticExpression | undefined, depth: number): ShellWord[] {
    if (!expression) return [];
    switch (expression.type) {
      case 'ArithmeticBinary':
        return [...arithmetic(expression.left, depth), ...arithmetic(expression.right, depth)];
      case 'ArithmeticUnary':
        return arithmetic(expression.operand, depth);
      case 'ArithmeticTernary':
        return [expression.test, expression.consequent, expression.alternate].flatMap((each) =>
          arithmetic(each, depth),
        );
      case 'ArithmeticGroup':
        return arithmetic(expression.expression, depth);
      case 'ArithmeticWord': {
        const parts = (expression.parts ?? []).flatMap((part) => wordPart(part, true, depth));
        return [{ text: expression.value, parts }];
      }
      case 'ArithmeticCommandExpansion':
        return [
          {
            text: expression.text,
            parts: [
              { kind: 'substitution', script: inner(expression.script, depth), quoted: true, text: expression.text },
            ],
          },
        ];
    }
  }

  /** The words of `{a,b}` and `{1..3}`. Empty where they are many, nested or expanded. */
  function alternatives(text: string, parts: readonly WordPart[] | undefined, depth: number): ShellWord[] {
    const range = /^\{(-?\d{1,9})\.\.(-?\d{1,9})\}$/.exec(text);
    if (range) {
      const [from, to] = [Number(range[1]), Number(range[2])];
      const count = Math.abs(to - from) + 1;
      if (count > MAX_ALTERNATIVES) return [];
      return Array.from({ length: count }, (_, index) => plain(String(from + Math.sign(to - from) * index)));
    }
    const body = text.slice(1, -1);
    if (/^[^{}'"\\$`]*$/.test(body) && body.includes(',')) {
      const words = body.split(',');
      return words.length > MAX_ALTERNATIVES ? [] : words.map(plain);
    }
    // Quotes, nesting or expansions: each piece is a small word of its own.
    if (!body.includes(',') || body.includes('{'))
      return (parts ?? []).length > 0 ? [{ text, parts: substitutionsIn(parts, depth) }] : [];
    const pieces = body.split(/,(?=(?:[^'"]|'[^']*'|"[^"]*")*$)/);
    if (pieces.length > MAX_ALTERNATIVES) return [];
    return pieces.map((piece) => pieceWord(piece, depth));
  }

  function pieceWord(piece: string, depth: number): ShellWord {
    if (piece === '') return plain('');
    const [first] = script(parse(`: ${piece}`), depth + 1).statements;
    const inside = first?.kind === 'command' ? first.words[1] : undefined;
    return inside ?? plain(piece);
  }
}

function plain(text: string): ShellWord {
  return { text, parts: [{ kind: 'literal', value: text }] };
}

/** At most how many commands the text has. Lines aren't counted: a here-document has many. */
function commands(text: string): number {
  return text.length < MAX_COMMANDS ? 0 : (text.match(/[;&|]/g)?.length ?? 0);
}
