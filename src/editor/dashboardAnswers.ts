import type { WorkerApi } from '../ports.ts';
import {
  breakdownAnswer,
  dearestAnswer,
  MOST_GROUPS,
  successAnswer,
  toolsAnswer,
  whyAnswer,
} from '../protocol/dashboardAnswers.ts';
import { outlookAnswer } from '../protocol/dashboardOutlook.ts';
import { pricesAnswer } from '../protocol/dashboardPrices.ts';
import { type DashboardAnswer, type DashboardQuestion, MOST_DEAREST } from '../protocol/dashboardReasons.ts';
import { scoresAnswer } from '../protocol/dashboardScores.ts';

/** Answers what a dashboard asks for on demand. Rejects with a sentence for the user. */
export async function dashboardAnswer(
  question: DashboardQuestion,
  worker: Pick<
    WorkerApi,
    'breakdown' | 'toolCosts' | 'dearest' | 'account' | 'successes' | 'prices' | 'predictorScores' | 'runReport'
  >,
): Promise<DashboardAnswer> {
  switch (question.type) {
    case 'breakdown': {
      const { by, fromDay, toDay } = question;
      if (by === 'tool') return toolsAnswer(question, await worker.toolCosts(fromDay, toDay));
      return breakdownAnswer(question, await worker.breakdown(by, fromDay, toDay, MOST_GROUPS));
    }
    case 'dearest': {
      const { fromDay, toDay, limit } = question;
      return dearestAnswer(question, await worker.dearest(fromDay, toDay, Math.min(limit, MOST_DEAREST)));
    }
    case 'successes':
      return successAnswer(question, await worker.successes(question.fromDay, question.toDay));
    case 'prices':
      return pricesAnswer(await worker.prices());
    case 'scores':
      return scoresAnswer(await worker.predictorScores());
    case 'outlook':
      return outlookAnswer(question.runId, await worker.runReport(question.runId));
    case 'why':
      return whyAnswer(question, await worker.account(question.runId));
  }
}
