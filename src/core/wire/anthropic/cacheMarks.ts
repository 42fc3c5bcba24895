import { type Block, CACHE_MARK, type WireTurn } from './block.ts';

interface Prompt {
  readonly tools: readonly Block[];
  readonly system: readonly Block[];
  readonly turns: readonly WireTurn[];
}

/** The vendor takes no more. */
const MOST_MARKS = 4;

/**
 * Places `cache_control` on the ends of the stable prefix. The caller's marks come first, the latest in the conversation
 * before earlier ones; then the end of the tools and the end of the system prompt. A caller that gave no marks gets
 * two in the conversation: the last-but-one user turn, where the previous request may have written, and, where tools
 * make a next step likely, the last turn, which that step will read.
 */
export function placeCacheMarks({ tools, system, turns }: Prompt): Prompt {
  const callers = callersMarks(system, turns);
  const chosen = new Set(callers.slice(-MOST_MARKS));
  const automatic = [
    tools.at(-1),
    lastMarkable(system),
    ...(callers.length > 0 ? [] : turnEnds(turns, tools.length > 0)),
  ];
  for (const block of automatic) if (block !== undefined && chosen.size < MOST_MARKS) chosen.add(block);
  const mark = (blocks: readonly Block[]): Block[] =>
    blocks
      .filter((block) => block !== CACHE_MARK)
      .map((block) => (chosen.has(block) ? { ...block, cache_control: { type: 'ephemeral' } } : block));
  return {
    tools: mark(tools),
    system: mark(system),
    turns: turns.map((turn) => ({ ...turn, content: mark(turn.content) })),
  };
}

/** Blocks that a mark of the caller follows, in order, each once. */
function callersMarks(system: readonly Block[], turns: readonly WireTurn[]): readonly Block[] {
  const marked = new Set<Block>();
  let last: Block | undefined;
  for (const block of [...system, ...turns.flatMap((turn) => turn.content)]) {
    if (isMarkable(block)) last = block;
    if (block === CACHE_MARK && last !== undefined) marked.add(last);
  }
  return [...marked];
}

function turnEnds(turns: readonly WireTurn[], offersTools: boolean): readonly (Block | undefined)[] {
  const users = turns.filter((turn) => turn.role === 'user');
  const last = offersTools ? users.at(-1) : undefined;
  return [users.at(-2), last].map((turn) => turn && lastMarkable(turn.content));
}

function lastMarkable(blocks: readonly Block[]): Block | undefined {
  return blocks.findLast(isMarkable);
}

/** The vendor takes no mark on thinking. */
function isMarkable(block: Block): boolean {
  return block !== CACHE_MARK && block.type !== 'thinking' && block.type !== 'redacted_thinking';
}
