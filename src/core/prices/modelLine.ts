/** A line of models that follow each other, and where in it a model stands: `claude-opus`, 4.08 for 4.8. */
export interface Standing {
  readonly line: string;
  /** Major and, as hundredths, minor version. */
  readonly version: number;
}

/** The lines of models, by their names: the variant and the version. */
const LINES: readonly (readonly [RegExp, (match: RegExpExecArray) => Standing])[] = [
  [
    /^claude-(opus|sonnet|haiku|fable)-(\d+)(?:-(\d{1,2}))?(?:-fast)?$/,
    ([, tier, a, b]) => line(`claude-${tier}`, a, b),
  ],
  [/^claude-(\d+)(?:-(\d{1,2}))?-(opus|sonnet|haiku|fable)$/, ([, a, b, tier]) => line(`claude-${tier}`, a, b)],
  [
    /^gpt-(\d+)(?:-(\d{1,2}))?(-mini|-nano)?(?:-codex(?:-max)?|-preview|-chat|-sol)?$/,
    ([, a, b, size = '']) => line(`gpt${size}`, a, b),
  ],
  [/^gpt-(\d+)(?:-(\d{1,2}))?-codex-mini$/, ([, a, b]) => line('gpt-mini', a, b)],
  [/^gpt-(\d+)(?:-(\d{1,2}))?-(luna|terra|astra)$/, ([, a, b, tier]) => line(`gpt-${tier}`, a, b)],
  [/^o(\d)(-mini|-pro)?$/, ([, a, size = '']) => line(`o${size}`, a)],
  [
    /^gemini-(\d+)(?:-(\d{1,2}))?-(pro|flash|flash-lite)(?:-preview|-exp)?$/,
    ([, a, b, size]) => line(`gemini-${size}`, a, b),
  ],
  [/^grok-(\d+)(?:-(\d{1,2}))?(-mini)?$/, ([, a, b, size = '']) => line(`grok${size}`, a, b)],
  [/^deepseek-v(\d+)(?:-(\d))?(?:-exp|-pro|-terminus)?$/, ([, a, b]) => line('deepseek', a, b)],
  [/^kimi-k(\d+)(?:-(\d))?(?:-code|-thinking|-preview)?$/, ([, a, b]) => line('kimi', a, b)],
];

function line(name: string, major: string | undefined, minor?: string): Standing {
  return { line: name, version: Number(major) + Number(minor ?? 0) / 100 };
}

/** Where a model stands in its line; `name` as readModelName spells it, dashed. undefined: not one of the known lines. */
export function standing(name: string): Standing | undefined {
  for (const [pattern, read] of LINES) {
    const match = pattern.exec(name);
    if (match) return read(match);
  }
  return undefined;
}
