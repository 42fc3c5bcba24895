/** The allocator's parts in this window: who chooses, who asks before it costs much, what is remembered, what the picker says. */
import type { ChoiceSettings } from '../core/allocate/choiceSettings.ts';
import type { ConfirmAnswer, ConfirmQuestion } from '../core/budget/confirmation.ts';
import type { LedgerEvent } from '../core/ledger/event.ts';
import { type RequestFeatures, requestFeatures } from '../core/quality/requestFeatures.ts';
import { needOf } from '../core/route/candidate.ts';
import type { Clock, WorkerApi } from '../ports.ts';
import type { Catalog } from './catalog.ts';
import type { Chooser } from './chooser.ts';
import { createPermit, type Permit } from './permit.ts';
import { createPolicyMenu, type PolicyMenu } from './policyMenu.ts';
import { createRunBook, type RunBook } from './runBook.ts';
import { createTaskClasses, type TaskClasses } from './taskClasses.ts';
import { createTaskValues, type TaskValues } from './taskValues.ts';

export interface AllocatorPorts {
  readonly clock: Pick<Clock, 'now'>;
  readonly worker: Pick<WorkerApi, 'valueRequest' | 'taskLessons' | 'correctTask' | 'reserve' | 'release'>;
  readonly catalog: Pick<Catalog, 'models'>;
  readonly settings: () => ChoiceSettings;
  readonly newId: () => string;
  /** Does work when what is more urgent is done. */
  readonly later: (work: () => void) => void;
  /** Random: hashes of two windows can't be compared. */
  readonly salt: number;
  readonly record: (events: readonly LedgerEvent[]) => void;
  readonly log: (sentence: string) => void;
  /** Shows a question and waits for the developer. */
  readonly ask: (question: ConfirmQuestion) => Promise<ConfirmAnswer>;
}

export interface Allocator {
  readonly settings: () => ChoiceSettings;
  /** Evaluated when it is first needed: a start doesn't wait for it. */
  readonly chooser: () => Promise<Chooser>;
  readonly permit: Permit;
  readonly runs: RunBook;
  readonly classes: TaskClasses;
  readonly values: TaskValues;
  readonly menu: PolicyMenu;
  /** Weighs a usual request, for the picker, and learns what corrections have taught. Never rejects. */
  warmUp(): Promise<void>;
}

/** What Agent mode sends with a short prompt, its instructions and tools included. */
const USUAL_INPUT_TOKENS = 15_000;
const USUAL_TOOLS = 20;
const USUAL_CHARACTERS = 300;

export function createAllocator(ports: AllocatorPorts): Allocator {
  const { catalog, settings } = ports;
  const runs = createRunBook(ports);
  const classes = createTaskClasses(ports.worker);
  const menu = createPolicyMenu();
  const permit = createPermit({ ...ports, runs });
  let chooser: Promise<Chooser> | undefined;
  const chooserOf = () => {
    if (!chooser) void classes.refresh();
    chooser ??= import('./chooser.ts').then(({ createChooser }) =>
      createChooser({ ...ports, runs, menu, mayGoOn: permit.mayGoOn }),
    );
    return chooser;
  };
  return {
    settings,
    chooser: chooserOf,
    permit,
    runs,
    classes,
    values: createTaskValues(),
    menu,
    async warmUp() {
      await classes.refresh();
      if (catalog.models().length === 0) return;
      const need = { ...needOf({ messages: [], tools: [] }, USUAL_INPUT_TOKENS), tools: true };
      const { usual } = await chooserOf();
      const outlook = await usual(usualFeatures(), need).catch(() => undefined);
      if (outlook) menu.update(outlook, true);
    },
  };
}

/** Of no words: what every request has in common. */
function usualFeatures(): RequestFeatures {
  return { ...requestFeatures('x'.repeat(USUAL_CHARACTERS), { toolsOffered: USUAL_TOOLS }), words: [] };
}
