/** The commands behind a script's or a target's name, from the file that defines it. */

/** With its pre and post scripts, joined by `&&`. Undefined: there is no script of this name, or the text is no package file. */
export function packageScriptText(packageJson: string, name: string): string | undefined {
  let parsed: unknown;
  try {
    parsed = JSON.parse(packageJson);
  } catch {
    return undefined;
  }
  const scripts = (parsed as { scripts?: unknown } | null)?.scripts;
  if (typeof scripts !== 'object' || scripts === null) return undefined;
  const own = (key: string) => {
    const text: unknown = Object.hasOwn(scripts, key) ? (scripts as Record<string, unknown>)[key] : undefined;
    return typeof text === 'string' && text.trim() !== '' ? text : undefined;
  };
  if (own(name) === undefined) return undefined;
  return [own(`pre${name}`), own(name), own(`post${name}`)].filter((text) => text !== undefined).join(' && ');
}

const MAX_TARGETS = 100;

/**
 * Recipe lines of a target and of what it depends on, with the file's own plain variables put in; `''`: the first target.
 * Functions (`$(shell …)`), `$$` and unknown variables stay as they are. Undefined: no such target.
 */
export function makeTargetText(makefile: string, name: string): string | undefined {
  const { rules, variables, first, atOnce } = readMakefile(makefile);
  const lines: string[] = [...atOnce];
  const seen = new Set<string>();
  const visit = (target: string): boolean => {
    if (seen.has(target) || seen.size > MAX_TARGETS) return true;
    seen.add(target);
    const rule = rules.get(target);
    if (!rule) return false;
    for (const each of rule.needs) visit(each);
    const [firstNeed = ''] = rule.needs;
    for (const line of rule.recipe) {
      lines.push(
        expanded(line, variables)
          .replace(/(?<!\$)\$@/g, target)
          .replace(/(?<!\$)\$</g, firstNeed)
          .replace(/(?<!\$)\$[\^+?]/g, rule.needs.join(' ')),
      );
    }
    return true;
  };
  const start = name === '' ? first : name;
  return start !== undefined && visit(start) ? lines.join('\n') : undefined;
}

interface Rule {
  readonly needs: string[];
  readonly recipe: string[];
}

function readMakefile(text: string) {
  const rules = new Map<string, Rule>();
  const variables = new Map<string, string>();
  /** What make runs while it reads the file, whatever the target. */
  const atOnce: string[] = [];
  let first: string | undefined;
  let current: readonly Rule[] = [];
  for (const line of text.replaceAll('\\\n', ' ').split('\n')) {
    if (line.startsWith('\t')) {
      for (const rule of current) rule.recipe.push(line.slice(1));
      continue;
    }
    const assigned = /^(?:export\s+|override\s+)*([\w.-]+)\s*(\+|::?|\?|!)?=\s*(.*)$/.exec(line);
    if (assigned) {
      const [, key = '', operator, value = ''] = assigned;
      const plain = expanded(value.replace(/\s#.*$/, ''), variables).trim();
      if (/^::?$/.test(operator ?? '')) atOnce.push(...shellCalls(plain));
      if (operator === '!') atOnce.push(plain);
      if (key === 'SHELL' && !/^(?:\/usr)?(?:\/bin\/(?:env )?)?(?:ba|da|z|k)?sh$/.test(plain))
        atOnce.push(`${plain} -c :`);
      const before = variables.get(key);
      if (operator === '?' && before !== undefined) continue;
      variables.set(key, operator === '+' && before !== undefined ? `${before} ${plain}` : plain);
      continue;
    }
    const rule = /^([^\s#:=][^:=#]*?)\s*::?(?!=)([^;#]*)(?:;(.*))?/.exec(line);
    if (!rule) {
      if (line.trim() !== '' && !/^\s*#/.test(line)) {
        current = [];
        atOnce.push(...shellCalls(expanded(line, variables)));
      }
      continue;
    }
    const [, names = '', needs = '', recipe] = rule;
    current = expanded(names, variables)
      .split(/\s+/)
      .filter(Boolean)
      .map((name) => {
        const known = rules.get(name) ?? { needs: [], recipe: [] };
        rules.set(name, known);
        known.needs.push(
          ...expanded(needs, variables)
            .split(/[\s|]+/)
            .filter(Boolean),
        );
        if (recipe !== undefined) known.recipe.push(recipe.trim());
        if (!name.startsWith('.')) first ??= name;
        return known;
      });
  }
  return { rules, variables, first, atOnce };
}

/** The commands of `$(shell …)`. */
function shellCalls(text: string): string[] {
  const found: string[] = [];
  for (let at = text.search(/\$[({]shell\s/); at >= 0; ) {
    const start = text.indexOf(' ', at) + 1;
    let depth = 1;
    let end = start;
    for (; end < text.length && depth > 0; end++)
      depth += /[({]/.test(text[end] ?? '') ? 1 : /[)}]/.test(text[end] ?? '') ? -1 : 0;
    found.push(text.slice(start, depth > 0 ? end : end - 1));
    const next = text.slice(end).search(/\$[({]shell\s/);
    at = next < 0 ? -1 : end + next;
  }
  return found;
}

function expanded(text: string, variables: ReadonlyMap<string, string>): string {
  return text.replace(/(\$\$)|\$[({]([\w.-]+)[)}]/g, (whole, escaped: string | undefined, name: string | undefined) =>
    escaped !== undefined || name === undefined ? whole : (variables.get(name) ?? whole),
  );
}
