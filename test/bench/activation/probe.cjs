// Runs in the extension host beside Marginal and measures what Marginal costs it: the time to load its bundle and to
// activate it, the longest block of the host in the minute after, and the memory at the end of it.
const { writeFileSync } = require('node:fs');
const Module = require('node:module');
const { monitorEventLoopDelay, performance } = require('node:perf_hooks');

const MINUTE_MS = 60_000;
const BUNDLE = /marginal\.marginal-[^/\\]*[/\\]dist[/\\]extension\.cjs$/;
const times = { loadMs: null, activateMs: null };

exports.activate = () => {
  watchLoading();
  const delay = monitorEventLoopDelay({ resolution: 1 });
  let begun = performance.now();
  const timer = setInterval(() => {
    // The minute begins when Marginal is up; without it, at once.
    if (process.env.MARGINAL_EXPECTED && times.activateMs === null) {
      begun = performance.now();
      return;
    }
    delay.enable();
    if (performance.now() - begun < MINUTE_MS) return;
    clearInterval(timer);
    const memoryMB = process.memoryUsage().rss / 2 ** 20;
    writeFileSync(process.env.MARGINAL_PROBE, JSON.stringify({ ...times, longestBlockMs: delay.max / 1e6, memoryMB }));
  }, 20);
};

/** Times the bundle's loading and its activate(), wherever VS Code does them. */
function watchLoading() {
  const load = Module._load;
  Module._load = function (request, ...rest) {
    if (!BUNDLE.test(request)) return load.call(this, request, ...rest);
    const startedAt = performance.now();
    const { activate, ...others } = load.call(this, request, ...rest);
    times.loadMs = performance.now() - startedAt;
    return {
      ...others,
      activate(context) {
        const calledAt = performance.now();
        const result = activate(context);
        times.activateMs = performance.now() - calledAt;
        return result;
      },
    };
  };
}
