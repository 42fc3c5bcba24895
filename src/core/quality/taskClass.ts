/**
 * What kind of task a prompt asks for and how large it is, from cheap features of its words. Only the class is kept. The
 * weights are set by hand, in logits: a prior, which corrections move (multinomial logistic regression, one step of
 * stochastic gradient descent each).
 */

export const TASK_KINDS = ['fix', 'feature', 'test', 'refactor', 'docs', 'review', 'question'] as const;
export type TaskKind = (typeof TASK_KINDS)[number];

export const TASK_SIZES = ['simple', 'medium', 'complex'] as const;
export type TaskSize = (typeof TASK_SIZES)[number];

export interface TaskClass {
  readonly kind: TaskKind;
  readonly size: TaskSize;
  /** How sure the kind is, 0 to 1. */
  readonly sureness: number;
}

/** What was learned from corrections: logits by feature and class, 0 where nothing was. */
export type TaskLessons = Readonly<Record<string, number>>;

interface Cue {
  readonly name: string;
  readonly pattern: RegExp;
  readonly logits: Readonly<Partial<Record<TaskKind, number>>>;
}

const CUES: readonly Cue[] = [
  {
    name: 'fix',
    pattern: /\b(fix(es|ed|ing)?|repair|bug(s|gy)?|broken|crash(es|ed|ing)?|regression|resolve)\b/,
    logits: { fix: 2.5 },
  },
  {
    name: 'wrong',
    pattern:
      /\b(error|exception|fail(s|ed|ing|ure)?|wrong|does ?n['o]?t work|not working|stack ?trace|traceback|issue)\b/,
    logits: { fix: 1.5 },
  },
  {
    name: 'make',
    pattern: /\b(add|implement|create|build|support|introduce|write|generate|new|feature|scaffold|integrate)\b/,
    logits: { feature: 1.5 },
  },
  {
    name: 'makeFirst',
    pattern: /^(please )?(add|implement|create|build|make|introduce|support)\b/,
    logits: { feature: 1.5 },
  },
  {
    name: 'test',
    pattern: /\b(unit ?tests?|tests?|specs?|coverage|test ?cases?|e2e|mock(s|ing)?)\b/,
    logits: { test: 1 },
  },
  {
    name: 'writeTest',
    pattern: /\b(write|add|create|generate|extend|missing|more)\b.{0,40}\b(tests?|specs?|coverage|test ?cases?)\b/,
    logits: { test: 3 },
  },
  {
    name: 'refactor',
    pattern:
      /\b(refactor(ing)?|rename|extract|clean ?up|restructure|simplif(y|ies)|reorgani[sz]e|move|split|dedup\w*|inline|migrate|convert|modernis?ze?)\b/,
    logits: { refactor: 2.8 },
  },
  {
    name: 'docs',
    pattern: /\b(docs?|documentation|document|readme|docstrings?|jsdoc|comments?|changelog|typos?)\b/,
    logits: { docs: 2.3 },
  },
  {
    name: 'review',
    pattern: /\b(review|audit|critique|feedback|look over|code ?smells?|security (check|review)|pull request|pr)\b/,
    logits: { review: 2.5 },
  },
  { name: 'reviewFirst', pattern: /^(please )?(review|audit)\b/, logits: { review: 2 } },
  {
    name: 'ask',
    pattern: /^(what|why|how|where|which|when|who|is|are|does|do|can|could|should|explain|describe|tell me|show me)\b/,
    logits: { question: 2.2 },
  },
  {
    name: 'explain',
    pattern: /\b(explain|understand|difference between|what does|how does|summari[sz]e)\b/,
    logits: { question: 2 },
  },
  { name: 'mark', pattern: /\?\s*$/, logits: { question: 1.3 } },
  { name: 'polite', pattern: /^(can|could|would) you\b/, logits: { question: -2.2 } },
];

const BIAS: Readonly<Record<TaskKind, number>> = {
  fix: 0.3,
  feature: 0.4,
  test: 0,
  refactor: 0,
  docs: 0,
  review: -0.3,
  question: 0,
};

/** Words that are looked at; what a prompt asks for stands in them. */
const MOST_CHARACTERS = 20_000;
const LEARNING_RATE = 0.5;
/** Lessons that are kept; the smallest go first. */
const MOST_LESSONS = 500;

/** `lessons`: what corrections have taught; see {@link taught}. */
export function taskClass(prompt: string, lessons: TaskLessons = {}): TaskClass {
  const text = prompt.slice(0, MOST_CHARACTERS).trim();
  const features = taskFeatures(text);
  const chances = softmax(TASK_KINDS.map((kind) => logit(kind, features, lessons)));
  const best = chances.indexOf(Math.max(...chances));
  return { kind: TASK_KINDS[best] ?? 'feature', size: sizeOf(text, features, lessons), sureness: chances[best] ?? 0 };
}

/** The names of the cues that a prompt gives, and of its size: no word of it. */
export function taskFeatures(prompt: string): readonly string[] {
  // Pasted code and logs are evidence of a fault, not words that ask.
  const words = prompt
    .replace(/```[\s\S]*?(```|$)/g, ' ')
    .toLowerCase()
    .trim();
  const cues = CUES.filter(({ pattern }) => pattern.test(words)).map(({ name }) => name);
  return [...cues, `words${Math.min(9, Math.floor(Math.log2(1 + words.split(/\s+/).length)))}`];
}

/** What is learned from the developer's correction of a class. */
export function taught(
  lessons: TaskLessons,
  features: readonly string[],
  right: Pick<TaskClass, 'kind' | 'size'>,
): TaskLessons {
  const next: Record<string, number> = { ...lessons };
  const learn = (classes: readonly string[], chances: readonly number[], wanted: string) => {
    for (const [index, name] of classes.entries()) {
      const step = LEARNING_RATE * ((name === wanted ? 1 : 0) - (chances[index] ?? 0));
      for (const feature of ['', ...features]) next[`${feature}>${name}`] = (next[`${feature}>${name}`] ?? 0) + step;
    }
  };
  learn(TASK_KINDS, softmax(TASK_KINDS.map((kind) => logit(kind, features, lessons))), right.kind);
  // The prior of the sizes is a rule, not a logit: what is learned of them is by how much to leave it.
  learn(TASK_SIZES, softmax(TASK_SIZES.map((size) => learned(size, features, lessons))), right.size);
  const kept = Object.entries(next).sort(([, a], [, b]) => Math.abs(b) - Math.abs(a));
  return Object.fromEntries(kept.slice(0, MOST_LESSONS));
}

function logit(kind: TaskKind, features: readonly string[], lessons: TaskLessons): number {
  let sum = BIAS[kind] + learned(kind, features, lessons);
  for (const cue of CUES) if (features.includes(cue.name)) sum += cue.logits[kind] ?? 0;
  return sum;
}

function learned(name: string, features: readonly string[], lessons: TaskLessons): number {
  return ['', ...features].reduce((sum, feature) => sum + (lessons[`${feature}>${name}`] ?? 0), 0);
}

function sizeOf(text: string, features: readonly string[], lessons: TaskLessons): TaskSize {
  const words = text.split(/\s+/).length;
  const items = text.match(/^\s*([-*•]|\d+[.)])\s/gm)?.length ?? 0;
  const files = new Set(text.match(/[\w./-]+\.[a-z]{1,4}\b/gi)).size;
  const wide =
    /\b(all|every|each|entire|whole|across|codebase|project|system|architecture|end.to.end|from scratch)\b/i.test(text);
  const narrow = /\b(typo|rename|one.?liner|line \d+|this (line|word|name|variable)|version|import)\b/i.test(text);
  const score =
    Math.log2(1 + words / 20) + items * 0.5 + Math.max(0, files - 1) * 0.4 + (wide ? 1.2 : 0) - (narrow ? 1 : 0);
  const prior = TASK_SIZES.map((_, index) => -Math.abs(index * 1.5 - score));
  const logits = prior.map((value, index) => value + learned(TASK_SIZES[index] ?? 'medium', features, lessons));
  return TASK_SIZES[logits.indexOf(Math.max(...logits))] ?? 'medium';
}

function softmax(logits: readonly number[]): readonly number[] {
  const most = Math.max(...logits);
  const powers = logits.map((value) => Math.exp(value - most));
  const sum = powers.reduce((total, power) => total + power, 0);
  return powers.map((power) => power / sum);
}
