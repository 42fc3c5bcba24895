import { menuOf } from '../route/menu.ts';
import type { Quote, RequestQuestion } from './outlook.ts';
import { optionValues, type RequestKnowledge, type RequestSituation } from './requestValue.ts';
import { taskValue } from './taskValue.ts';

/** What a whole run of a request would cost and bring under each policy; empty: no model of known price can be had. */
export function quoteRequest(
  knowledge: RequestKnowledge,
  question: RequestQuestion,
  situation: RequestSituation,
): readonly Quote[] {
  const options = optionValues(knowledge, question, situation);
  const { settings, prices, leftNanoCredits } = situation;
  const menu = menuOf(
    options.map(({ prediction }) => prediction),
    {
      valueNanoCredits: taskValue(question.task.kind, settings.value, question.valueNanoCredits),
      prices,
      leftNanoCredits,
    },
  );
  return menu.flatMap(({ name, prediction, success }): readonly Quote[] => {
    const own = options.find((each) => each.prediction === prediction);
    if (!own) return [];
    const { p50, p90 } = own.cost.steps;
    return [
      {
        policy: name,
        model: own.option.model,
        endpointLabel: own.option.endpointLabel,
        cost: prediction.cost,
        seconds: { p50: own.cost.seconds.p50, p90: own.cost.seconds.p90 },
        steps: { p50, p90 },
        success,
        evidence: knowledge.evidence,
      },
    ];
  });
}
