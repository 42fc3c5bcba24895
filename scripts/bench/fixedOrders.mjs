// node scripts/bench/fixedOrders.mjs FILE [--values 1,10,100,1000]: the best fixed order of a routing file's models in hindsight, where
// a failure is seen and the next model may follow: what escalation by request has to beat. Orders may leave models out (stop after the
// last); all orders of up to five models are tried. Rows that lack a model of an order go on to its next.
import { readFileSync } from 'node:fs';

const [file, flag, list] = process.argv.slice(2);
if (!file) {
  console.error('Usage: node scripts/bench/fixedOrders.mjs FILE [--values 1,10,100,1000]');
  process.exit(2);
}
const values = (flag === '--values' && list ? list : '1,10,100,1000').split(',').map(Number);
const MOST_TRIES = 5;
const rows = readFileSync(file, 'utf8')
  .split('\n')
  .filter((line) => line.trim() !== '')
  .map((line) => JSON.parse(line));
const models = [...new Set(rows.flatMap((row) => Object.keys(row.options)))];

/** Every order of some of the models, the empty one (always stop) included. */
function* orders(before = []) {
  yield before;
  if (before.length === MOST_TRIES) return;
  for (const model of models) if (!before.includes(model)) yield* orders([...before, model]);
}

/** Credits a row, on average, and what they are without V: { successes, credits }. */
function outcomeOf(order) {
  let successes = 0;
  let credits = 0;
  for (const { options } of rows) {
    for (const model of order) {
      const option = options[model];
      if (!option) continue;
      credits += option.credits;
      if (option.success) {
        successes += 1;
        break;
      }
    }
  }
  return { order, successes: successes / rows.length, credits: credits / rows.length };
}

const outcomes = [...orders()].map(outcomeOf);
const result = {};
for (const value of values) {
  const net = ({ successes, credits }) => value * successes - credits;
  const best = outcomes.reduce((a, b) => (net(b) > net(a) ? b : a));
  result[value] = { order: best.order, net: Number(net(best).toFixed(4)) };
}
console.log(JSON.stringify(result));
