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
  accepted: [
    1.19, -0.552, -0.808, 0.58, -0.183, 0.372, 0, 0, 0, -0.247, -0.006, 0.073, 0, 0.331, -0.546, 0.378, 0.59, 0.519,
    -0.896,
  ],
  /** Logistic: the step is the last. */
  ending: [
    -3.785, 0.558, -0.009, -0.065, -0.446, 1.496, 0.514, 0.514, 0.36, -0.086, -0.125, 0.098, -0.38, 0, 0, 0, 0, 0, 0,
  ],
  /** Linear: the 10, 50 and 90 % quantiles of what the rest costs, in typical runs. */
  rest: [
    [
      0.174, -0.014, 0.08, -0.037, 0.009, -0.099, 0.019, -0.03, -0.058, -0.012, 0.017, -0.016, -0.006, -0.117, 0.014,
      -0.001, 0, -0.085, 0.11,
    ],
    [
      0.484, -0.036, 0.265, -0.073, -0.02, -0.234, 0.028, 0, -0.067, 0.009, 0.045, -0.004, -0.025, -0.229, 0.077, 0.005,
      -0.028, -0.181, 0.187,
    ],
    [
      1.411, -0.044, 0.483, -0.018, 0.003, -0.532, 0.038, -0.006, -0.005, 0.059, 0.074, -0.062, -0.001, -0.186, 0.181,
      0.185, -0.218, -0.424, 0.109,
    ],
  ],
} as const;
