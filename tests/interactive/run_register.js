// Filter a register of claims: run_register.js CLAIMS.js ASKED.json; asked is {rows, verdicts, words},
// rows being [verdict, words]; which rows stay comes out, and what the summary says.
'use strict';
const { readFileSync } = require('node:fs');
const [script, asked] = process.argv.slice(2);
const { rows, verdicts, words } = JSON.parse(readFileSync(asked, 'utf8'));

const heard = {};
const made = rows.map(([verdict, textContent]) => ({ dataset: { verdict }, textContent }));
const boxes = ['supported', 'refuted', 'undecided'].map((value) => ({ name: 'verdict', value, checked: true }));
const search = { value: '' };
const summary = { textContent: 'All.', dataset: { noun: 'claims' } };
const form = {
  querySelectorAll: (which) => (which.startsWith('input') ? boxes : []),
  querySelector: () => search,
  addEventListener: (event, f) => (heard[event] = f),
};
const found = { '.claims-filter': form, '.claims-summary': summary };
global.document = {
  querySelector: (which) => found[which],
  querySelectorAll: () => [{ querySelectorAll: () => made }],
};
require(script);

boxes.forEach((box) => (box.checked = verdicts.includes(box.value)));
search.value = words;
heard.input();
const stay = made.map((row, i) => (row.hidden ? -1 : i)).filter((i) => i >= 0);
process.stdout.write(JSON.stringify([stay, summary.textContent]));
