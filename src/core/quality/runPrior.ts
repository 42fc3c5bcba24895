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
  accepted: [1.18, -0.713, -0.733, 0.551, -0.126, 0.46, 0, 0, 0, -0.438, 0.027, 0.135, 0, 0.328, -0.536, 0.36, 0.418],
  /** Logistic: the step is the last. */
  ending: [-3.785, 0.558, -0.009, -0.065, -0.446, 1.496, 0.514, 0.514, 0.36, -0.086, -0.125, 0.098, -0.38, 0, 0, 0, 0],
  /** Linear: the 10, 50 and 90 % quantiles of what the rest costs, in typical runs. */
  rest: [
    [
      0.158, -0.013, 0.084, -0.052, 0.014, -0.112, 0.018, -0.008, -0.042, 0.004, 0.005, -0.01, 0.044, -0.117, 0.012,
      0.002, 0.044,
    ],
    [
      0.454, -0.038, 0.238, -0.098, -0.017, -0.269, 0.024, 0.036, -0.033, 0.043, 0.031, -0.004, 0.056, -0.237, 0.075,
      0.003, 0.069,
    ],
    [
      1.403, -0.03, 0.43, -0.041, -0.038, -0.592, 0.021, 0.004, 0.01, 0.071, 0.064, -0.061, 0.061, -0.218, 0.18, 0.175,
      -0.113,
    ],
  ],
} as const;
