// Answer the cases of test_shapes.py: JSON comes in, JSON goes out.
'use strict';
const { shapes } = require(process.argv[2]);
const { readFileSync } = require('node:fs');

/** Return what a call gives, or the message of its error. */
function answer([name, ...args]) {
  try {
    return { value: shapes[name](...args) };
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    return { error: error.message };
  }
}

process.stdout.write(JSON.stringify(JSON.parse(readFileSync(0, 'utf8')).map(answer)));
