/** Tells the worker which models the developer has, so that runs at work can be advised to go on with another one. */
import type { ChoiceSettings } from '../core/allocate/choiceSettings.ts';
import type { ModelOffer, OfferedModel } from '../core/allocate/runModels.ts';
import { needOf } from '../core/route/candidate.ts';
import { expectedCost } from '../core/route/choose.ts';
import type { WorkerApi } from '../ports.ts';
import type { Catalog, CatalogModel } from './catalog.ts';

export interface ModelOfferPorts {
  readonly catalog: Pick<Catalog, 'models' | 'onDidChange'>;
  readonly settings: () => Pick<ChoiceSettings, 'rules' | 'privacy' | 'home'>;
  readonly worker: Pick<WorkerApi, 'offerModels'>;
  readonly log: (sentence: string) => void;
}

/** Each outlook of a run weighs all of them. */
const MOST_MODELS = 24;
/** A step of an agent's, to compare what models ask. */
const USUAL_STEP = { ...needOf({ messages: [], tools: [] }, 20_000), tools: true };

/** `changed`: the settings have. */
export function followModels({ catalog, settings, worker, log }: ModelOfferPorts): {
  changed(): void;
  dispose(): void;
} {
  let sent = '';
  function changed(): void {
    const { rules, privacy, home } = settings();
    const offer: ModelOffer = { models: promising(catalog.models()).map(offered), rules, privacy, home };
    const text = JSON.stringify(offer);
    if (text === sent) return;
    sent = text;
    worker.offerModels(offer).catch((error: Error) => {
      sent = '';
      log(`Runs can’t be advised to change their model: ${error.message}`);
    });
  }
  const stop = catalog.onDidChange(changed);
  return { changed, dispose: () => void stop() };
}

/** Those of known price; of very many the local ones, then those that no cheaper one is as strong as, then the strongest. */
function promising(models: readonly CatalogModel[]): readonly CatalogModel[] {
  const known = models.filter(({ price, demo }) => price !== undefined && !demo);
  if (known.length <= MOST_MODELS) return known;
  const costs = new Map(known.map((each) => [each, expectedCost(each, USUAL_STEP) ?? Number.POSITIVE_INFINITY]));
  const strength = ({ strength: known }: CatalogModel) => known?.passRate ?? 0;
  const cost = (each: CatalogModel) => costs.get(each) ?? 0;
  const byStrength = known.toSorted((a, b) => strength(b) - strength(a) || cost(a) - cost(b));
  let cheapest = Number.POSITIVE_INFINITY;
  const front = new Set(
    byStrength.filter((each) => {
      if (cost(each) >= cheapest) return false;
      cheapest = cost(each);
      return true;
    }),
  );
  const rank = (each: CatalogModel) => (each.local ? 0 : front.has(each) ? 1 : 2);
  return byStrength.toSorted((a, b) => rank(a) - rank(b)).slice(0, MOST_MODELS);
}

function offered({ endpoint, ...candidate }: CatalogModel): OfferedModel {
  return { ...candidate, provider: endpoint.provider };
}
