/** Why nobody could be asked, in words for the agent: what it can do, and what its developer can. */
import type { Unanswered } from './withoutGate.ts';

const UNDECIDED = 'Marginal could not decide this, so it is not allowed';
const READING = 'Reading and searching still work.';

export const NO_WINDOW: Unanswered = {
  sentence: `${UNDECIDED}: no VS Code window answers. Ask your developer to open VS Code, then try again. ${READING}`,
  mayAsk: true,
};

export const WINDOW_LOST: Unanswered = {
  sentence: `${UNDECIDED}: VS Code was closed or failed before anyone answered. Ask your developer before you try again. ${READING}`,
  mayAsk: false,
};

export const TOO_LATE: Unanswered = {
  sentence: `${UNDECIDED}: nobody answered in time. Ask your developer before you try again. ${READING}`,
  mayAsk: false,
};

export const UNREADABLE: Unanswered = {
  sentence: `${UNDECIDED}: what the agent told its hook can’t be read. If this goes on, ask your developer to update Marginal. ${READING}`,
  mayAsk: false,
};

export const TOO_LONG: Unanswered = {
  sentence: `${UNDECIDED}: it is longer than 8 MB. Do it in smaller steps.`,
  mayAsk: false,
};

export const GATE_FAILED: Unanswered = {
  sentence: `${UNDECIDED}: Marginal failed. Ask your developer to look at its log (Marginal: Show Log), or to reload the window. ${READING}`,
  mayAsk: false,
};

/** Said by the launcher itself. */
export const NOTHING_TO_RUN: Unanswered = {
  sentence: `${UNDECIDED}: VS Code or Marginal is no longer where it was, after an update perhaps. Ask your developer to open VS Code once, then try again.`,
  mayAsk: false,
};
