/**
 * What is believed of an agent's runs before any was seen here: coefficients for the terms of runVector.ts, an intercept
 * first. Fitted on 2026-11-26 on 261 public coding runs (SWE-bench Verified, one try each, mini-swe-agent with Gemini 3
 * Pro; gruckion/mini-swe-agent `swebench_results`, MIT) and shrunk: each run weighs one, ridge on standardised terms.
 * What they are worth on runs that they weren't fitted on is in docs/decisions/2026-11-26-value-of-a-run.md.
 */
export const RUN_PRIOR = {
  /** Share of the runs that were accepted. */
  rate: 0.75,
  /** Credits of a run. */
  typicalCredits: 45,
  /** Logistic: accepted in the end. Terms that did not help on held-out tasks are 0. */
  accepted: [1.076, -0.449, -0.972, 0.318, -0.241, 0.413, 0, 0, 0, -0.329, -0.022, 0.126, 0],
  /** Logistic: the step is the last. */
  ending: [-3.785, 0.558, -0.009, -0.065, -0.446, 1.496, 0.514, 0.514, 0.36, -0.086, -0.125, 0.098, -0.38],
  /** Linear: the 10, 50 and 90 % quantiles of what the rest costs, in typical runs. */
  rest: [
    [0.103, 0.021, 0.031, -0.115, 0.038, -0.081, 0.004, -0.067, -0.08, -0.007, -0.007, -0.004, 0.085],
    [0.395, 0.012, 0.203, -0.161, 0.006, -0.353, 0.015, -0.056, -0.107, 0.006, 0.027, -0.007, 0.113],
    [1.317, -0.12, 0.621, -0.161, 0.096, -0.889, 0.063, 0.056, 0.035, 0.108, 0.026, -0.098, 0.111],
  ],
} as const;
