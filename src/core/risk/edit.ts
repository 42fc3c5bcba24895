/** What an edit of one file does: by what the file is, by what git knows of it, and by what the change takes away. */
import { type EditAction, reachesFurther } from './action.ts';
import { type EditTarget, editTarget, isAgentsNote } from './editTargets.ts';
import { amount, changedRecipes, changedScripts, linesLost, netLoss, replaced, weakening } from './editText.ts';
import { type FactAnswer, type FactQuestion, type Facts, factKey, type PathFact } from './facts.ts';
import { isHandmade, isPrecious, isRegenerable, joinPath, type Place, placeOf } from './place.ts';
import type { Classification, VerdictPart } from './verdict.ts';
import { verdictOf } from './verdictOf.ts';

/** So many lines fewer are no ordinary edit. */
const LARGE = 200;
/** Where nothing can bring them back, so many. */
const LARGE_UNKEPT = 50;
/** A whole file that is written anew and keeps the rest is an edit of a part. */
const SMALL_PART = 0.2;

/** How the file is changed. */
interface Change {
  /** `whole`: nothing of the old text is sure to stay. */
  readonly extent: 'part' | 'whole' | 'deleted' | 'untold';
  readonly before?: string;
  readonly after?: string;
}

/** Without facts it is judged by the path's words alone. */
export function classifyEdit(action: EditAction, facts: Facts): Classification {
  const { part, needs } = judgeEdit(action, facts);
  return { verdict: verdictOf([part]), needs };
}

function judgeEdit(action: EditAction, facts: Facts): { readonly part: VerdictPart; readonly needs: FactQuestion[] } {
  const needs: FactQuestion[] = [];
  const ask = (question: FactQuestion): FactAnswer | undefined => {
    const answer = facts.get(factKey(question));
    if (!answer) needs.push(question);
    return answer?.kind === 'unanswered' ? undefined : answer;
  };
  const at = { path: action.path, ...(action.cwd !== undefined && { cwd: action.cwd }) };
  const path = joinPath(action.cwd ?? '.', action.path);
  const place = placeOf(path, action.cwd);
  if (place === 'nothing') return { part: partOf(action, { class: 'read', does: 'writes to', why: '' }), needs: [] };

  const answer = ask({ kind: 'path', ...at });
  const fact = answer?.kind === 'path' ? answer : undefined;
  const target = targetOf(path, fact);
  let change = changeOf(action);
  if (wantsText(change, path, fact, target)) {
    const text = fact?.exists === false ? '' : textOf(ask({ kind: 'script', ...at }));
    if (text !== undefined) change = withText(change, text);
  }
  const plain = plainEdit(change, path, place, fact);
  const special = specialEdit(change, target, fact);
  const worst = special && !reachesFurther(plain.class, special.class) ? special : plain;
  return { part: partOf(action, { ...worst, ask: (worst.ask ?? false) || (special?.ask ?? false) }), needs };
}

function textOf(answer: FactAnswer | undefined): string | undefined {
  return answer?.kind === 'text' ? answer.text : undefined;
}

function changeOf({ before, after }: EditAction): Change {
  if (before === undefined) return after === undefined ? { extent: 'untold' } : { extent: 'whole', after };
  return after === undefined ? { extent: 'deleted', before } : { extent: 'part', before, after };
}

/** The file's own text tells how much of it is lost, and which scripts are new. */
function wantsText(
  { extent }: Change,
  path: string,
  fact: PathFact | undefined,
  target: EditTarget | undefined,
): boolean {
  if (fact?.type === 'folder' || fact?.type === 'other') return false;
  if (target?.kind === 'packageScripts') return extent !== 'untold';
  if (extent !== 'whole') return false;
  if (target?.kind === 'test' || target?.kind === 'makefile') return true;
  return fact?.exists === true && !fact.madeByRun && !kept(fact, path);
}

function withText(change: Change, text: string): Change {
  if (change.extent === 'whole') return { ...change, before: text };
  if (change.before === undefined || change.after === undefined) return change;
  const after = replaced(text, change.before, change.after);
  return after === undefined ? change : { ...change, before: text, after };
}

/** What is special about the file, unless it is a copy that only lies in the workspace. */
function targetOf(path: string, fact: PathFact | undefined): EditTarget | undefined {
  if (isAgentsNote(path)) return undefined;
  const real = fact?.linkTarget ?? fact?.realPath;
  return (real === undefined ? undefined : editTarget(real)) ?? editTarget(path);
}

interface Judgement {
  readonly class: VerdictPart['class'];
  readonly ask?: boolean;
  /** "changes", "overwrites": what is done to the file. */
  readonly does: string;
  /** What follows its name. */
  readonly why: string;
  readonly copy?: boolean;
}

/** Something can bring back what was in the file. */
function kept({ tracked, clean, ignored }: PathFact, path: string): boolean {
  if (tracked) return clean === true;
  return ignored === true && !isHandmade(path);
}

function plainEdit(change: Change, path: string, place: Place, fact: PathFact | undefined): Judgement {
  const { extent, before, after } = change;
  const inside = fact?.insideWorkspace ?? (place === 'inside' || place === 'unknown');
  if (fact?.exists === false || (fact?.madeByRun && inside)) {
    const does = extent === 'deleted' ? 'deletes' : 'creates';
    if (inside || place === 'temporary' || isAgentsNote(path)) return { class: 'draft', does, why: '' };
    return { class: 'commit', ask: true, does, why: outside(fact) };
  }
  if (place === 'temporary' && fact?.linkTarget === undefined) {
    return { class: 'draft', does: 'changes', why: ', a temporary file' };
  }
  if (isAgentsNote(path) && extent !== 'deleted')
    return { class: 'draft', does: 'changes', why: ', an agent’s own notes' };

  const safe = fact ? kept(fact, path) && inside : inside && (!isPrecious(path) || isRegenerable(path));
  const changes: Judgement = inside
    ? { class: 'draft', does: 'changes', why: '' }
    : { class: 'commit', ask: true, does: 'changes', why: outside(fact) };
  const fewer = before !== undefined ? netLoss(before, after ?? '') : undefined;
  if (safe) {
    if (extent === 'deleted' || extent === 'untold') {
      const large = fewer !== undefined && fewer >= LARGE;
      return {
        class: large ? 'commit' : 'draft',
        ask: large,
        does: extent === 'deleted' ? 'deletes' : 'changes',
        why: fact?.tracked ? ', which git can bring back' : '',
      };
    }
    return fewer !== undefined && before !== undefined && fewer >= LARGE
      ? { class: 'commit', ask: true, does: `takes ${amount(fewer, 'line')} out of`, why: '' }
      : changes;
  }

  const why = notKept(fact, inside, path);
  if (extent === 'part' && before !== undefined && after !== undefined) {
    if (fewer !== undefined && fewer >= LARGE_UNKEPT && !fact?.tracked) {
      return { class: 'irreversible', does: `takes ${amount(fewer, 'line')} out of`, why, copy: true };
    }
    if (fact?.tracked && inside) return changes;
    const adds = linesLost(before, after).lost === 0;
    return adds && inside && !isPrecious(path) ? changes : { class: 'commit', ask: true, does: 'changes', why };
  }
  if (extent === 'whole' && before !== undefined && after !== undefined) {
    const { lost, of } = linesLost(before, after);
    if (lost === 0 || (lost < LARGE_UNKEPT && lost <= of * SMALL_PART)) {
      if (inside && (lost === 0 || fact?.tracked)) return changes;
      return { class: 'commit', ask: true, does: 'changes', why };
    }
    return {
      class: 'irreversible',
      does: 'overwrites',
      why: `${why}: ${lost} of its ${amount(of, 'line')} ${lost === 1 ? 'is' : 'are'} lost`,
      copy: true,
    };
  }
  const does = extent === 'deleted' ? 'deletes' : extent === 'untold' ? 'may replace or delete' : 'overwrites';
  return { class: 'irreversible', does, why, copy: true };
}

function outside(fact: PathFact | undefined): string {
  return fact?.linkTarget !== undefined
    ? `, a link that leads to ${fact.linkTarget}, outside the workspace`
    : ', outside the workspace';
}

function notKept(fact: PathFact | undefined, inside: boolean, path: string): string {
  if (!inside) return outside(fact);
  if (fact?.tracked) return ', whose changes no commit has';
  if (fact) return ', which is not in version control';
  return isPrecious(path) ? ', which is seldom under version control' : ', which may not be in version control';
}

function specialEdit(
  change: Change,
  target: EditTarget | undefined,
  fact: PathFact | undefined,
): Judgement | undefined {
  if (!target) return undefined;
  const { extent, before, after } = change;
  const does = extent === 'deleted' ? 'deletes' : fact?.exists === false ? 'creates' : 'changes';
  switch (target.kind) {
    case 'packageScripts': {
      if (after === undefined) return undefined;
      const scripts = changedScripts(before ?? '', after).filter(({ byItself }) => byItself || fact?.exists !== false);
      const own = scripts.find(({ byItself }) => byItself);
      const [first] = scripts;
      if (!first) return undefined;
      const told = own
        ? `, whose script ${own.name} runs by itself when packages are installed or published`
        : `, whose ${scripts.length === 1 ? `script ${first.name} becomes` : `${scripts.length} scripts become`} another command`;
      return { class: 'commit', ask: true, does, why: told };
    }
    case 'makefile': {
      if (after === undefined || fact?.exists === false || changedRecipes(before ?? '', after) === 0) return undefined;
      return { class: 'commit', ask: true, does, why: ', whose targets become other commands' };
    }
    case 'test': {
      if (fact?.exists === false) return undefined;
      if (extent === 'deleted' || (extent === 'untold' && fact?.exists)) {
        return { class: 'commit', ask: true, does: extent === 'deleted' ? 'deletes' : 'may delete', why: ', a test' };
      }
      const weaker = before === undefined || after === undefined ? undefined : weakening(before, after);
      return weaker === undefined ? undefined : { class: 'commit', ask: true, does: weaker, why: ', a test' };
    }
    case 'secret':
      // A new one takes nothing away.
      if (fact?.exists === false && fact.insideWorkspace) return undefined;
      return { class: target.class, ask: true, does, why: `, ${target.why}` };
    default:
      return { class: target.class, ask: true, does, why: `, ${target.why}` };
  }
}

function partOf(action: EditAction, { class: reach, ask = false, does, why, copy }: Judgement): VerdictPart {
  const { path } = action;
  return {
    text: `edit ${path}`,
    class: reach,
    ask: ask || reach === 'irreversible' || reach === 'deploy',
    targets: [path],
    reason: `${does} ${path}${why}`,
    ...(copy && { safetyCopy: [joinPath(action.cwd ?? '.', path)] }),
  };
}
