/** Why the totals differ: lines that the two read differently, by reason, and whether these reasons are all. */
import { createWriteStream, globSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { linesOf } from './lines.ts';
import { differing, type Totals } from './totals.ts';

export interface Difference {
  readonly reason: string;
  readonly count: number;
  /** The file, the line's number and its usage; no text. */
  readonly example: string;
}

interface Line {
  readonly type?: unknown;
  readonly requestId?: unknown;
  readonly isSidechain?: unknown;
  readonly message?: { readonly id?: unknown; readonly model?: unknown; readonly usage?: Usage };
}

interface Usage {
  readonly cache_creation_input_tokens?: number;
  readonly cache_creation?: Readonly<Record<string, number>> | null;
  readonly speed?: unknown;
}

/** Seen at ccusage 20.0.24, each on a log of such lines alone. `text`: the whole line; `seen`: for the ids of one file's replies. */
const REASONS: readonly { readonly reason: string; applies(line: Line, text: string, seen: Set<unknown>): boolean }[] =
  [
    {
      reason: 'A line begins with NULs or a byte order mark: ccusage passes over it, here it is read.',
      applies: (_line, text) => /^[\0\uFEFF]/.test(text),
    },
    {
      reason: 'A line has spaces after its separators: ccusage passes over it, here it is read.',
      applies: (_line, text) => /"usage"\s*:\s+|"usage"\s+:/.test(text) || /^\{\s*"\w+"\s*:\s/.test(text),
    },
    {
      reason:
        "The parts of what was written to the cache say less than its total: ccusage counts the parts, here the total counts (servers other than Anthropic's leave the parts at 0).",
      applies: ({ message }) => {
        const { cache_creation: parts, cache_creation_input_tokens: total = 0 } = message?.usage ?? {};
        return !!parts && Object.values(parts).reduce((sum, part) => sum + part, 0) < total;
      },
    },
    {
      reason: 'A reply has no request id: ccusage counts each of its lines, here they are one call.',
      applies: ({ type, requestId, message }, _text, seen) => {
        if (type !== 'assistant' || !message?.usage || typeof requestId === 'string') return false;
        const isRepeated = seen.has(message.id);
        seen.add(message.id);
        return isRepeated;
      },
    },
    {
      reason:
        'A reply came in the fast mode: ccusage gives its model a name of its own, here it has the name that the log gives.',
      applies: ({ message }) => message?.usage?.speed === 'fast',
    },
    {
      reason:
        "Claude Code's own words stand in a model's place: ccusage counts what usage they have, here no call was made.",
      applies: ({ message }) => message?.model === '<synthetic>',
    },
  ];

type Measure = (home: string) => Promise<{ readonly ours: Totals; readonly theirs: Totals }>;

/**
 * The reasons that lines of these logs give. Whether they explain all is tried: both read a copy of the logs, made at
 * `copy`, without such lines; what differs then is listed as unexplained.
 */
export async function differencesOf(
  home: string,
  ours: Totals,
  theirs: Totals,
  copy: string,
  measure: Measure,
): Promise<readonly Difference[]> {
  if (differing(ours, theirs).length === 0) return [];
  const found = new Map<string, { count: number; example: string }>();
  const files = globSync(['.claude/projects/**/*.jsonl', '.codex/{sessions,archived_sessions}/**/*.jsonl'], {
    cwd: home,
  });
  for (const file of files) {
    await mkdir(dirname(join(copy, file)), { recursive: true });
    await pipeline(linesWithout(join(home, file), file, found), createWriteStream(join(copy, file)));
  }
  const rest = await measure(copy);
  return [
    ...[...found].map(([reason, { count, example }]) => ({ reason, count, example })),
    ...differing(rest.ours, rest.theirs).map((example) => ({ reason: 'Not explained.', count: 1, example })),
  ];
}

function* linesWithout(path: string, name: string, found: Map<string, { count: number; example: string }>) {
  let number = 0;
  const seen = new Set<unknown>();
  for (const bytes of linesOf(path)) {
    number += 1;
    const reason = bytes.includes('"usage"') ? reasonFor(bytes.toString(), seen) : undefined;
    if (reason === undefined) {
      yield `${bytes}\n`;
      continue;
    }
    const known = found.get(reason);
    if (known) known.count += 1;
    else found.set(reason, { count: 1, example: `${name}:${number} ${/"usage".{0,300}/.exec(bytes.toString())?.[0]}` });
  }
}

function reasonFor(text: string, seen: Set<unknown>): string | undefined {
  try {
    const line = JSON.parse(text.replace(/^[\0\uFEFF]+/, '')) as Line;
    return REASONS.find(({ applies }) => applies(line, text, seen))?.reason;
  } catch {
    return undefined; // neither reads it
  }
}
