import type { WorkerApi } from '../ports.ts';
import { breakdownAnswer, dearestAnswer, MOST_GROUPS, toolsAnswer, whyAnswer } from '../protocol/dashboardAnswers.ts';
import type { DashboardAnswer, DashboardQuestion } from '../protocol/dashboardReasons.ts';

/** Answers what a dashboard asks for on demand. Rejects with a sentence for the user. */
export async function dashboardAnswer(
  question: DashboardQuestion,
  worker: Pick<WorkerApi, 'breakdown' | 'toolCosts' | 'dearest' | 'account'>,
): Promise<DashboardAnswer> {
  switch (question.type) {
    case 'breakdown': {
      const { by, fromDay, toDay } = question;
      if (by === 'tool') return toolsAnswer(question, await worker.toolCosts(fromDay, toDay));
      return breakdownAnswer(question, await worker.breakdown(by, fromDay, toDay, MOST_GROUPS));
    }
    case 'dearest':
      return dearestAnswer(question, await worker.dearest(question.fromDay, question.toDay, question.limit));
    case 'why':
      return whyAnswer(question, await worker.account(question.runId));
  }
}
