// Answer calls of functions on DLX: run_calls.js CALLS.json SCRIPT...; JSON comes out.
'use strict';
const { readFileSync } = require('node:fs');
const [calls, ...scripts] = process.argv.slice(2);
for (const script of scripts) require(script);

/** What only tests ask for. */
const HELPERS = {
  descentWay: (digits, l2, how) => global.DLX.descent.way(global.DLX.descent.problem(digits, l2), how),
  descentBottom: (digits, l2) => global.DLX.descent.bottom(global.DLX.descent.problem(digits, l2)),
  meanOfMasks(x, rate, seed, n) {
    const draw = global.DLX.dropout.averaging(x, rate, global.DLX.chance(seed));
    for (let i = 1; i < n; i++) draw();
    return draw().mean;
  },
  race: (run, table, noise, seed) => global.DLX.race.progress(run, table, noise, global.DLX.chance(seed)),
};

/** Return what a call gives, or the message of its error. */
function answer([name, ...args]) {
  const called = HELPERS[name] || name.split('.').reduce((found, part) => found[part], global.DLX);
  try {
    return { value: called(...args) };
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    return { error: error.message };
  }
}

process.stdout.write(JSON.stringify(JSON.parse(readFileSync(calls, 'utf8')).map(answer)));
