// Ask the search of a built site: run_search.js SITE QUERIES.json; for each query, the addresses it finds, best last.
'use strict';
const { readFileSync } = require('node:fs');
const vm = require('node:vm');
const [site, queries] = process.argv.slice(2);
const page = {
  document: { getElementById: () => null },
  localStorage: { setItem: () => {} },
  SPHINX_HIGHLIGHT_ENABLED: true,
  _: (text) => text,
  _ready: () => {},
  queries: JSON.parse(readFileSync(queries, 'utf8')),
};
vm.createContext(page);
for (const script of ['_static/language_data.js', '_static/searchtools.js', 'searchindex.js']) {
  vm.runInContext(readFileSync(`${site}/${script}`, 'utf8'), page);
}
const found = vm.runInContext(`queries.map((query) => {
  const results = Search._performSearch(...Search._parseQuery(query));
  if (results.some((result) => !Number.isFinite(result[4]))) throw new Error('no score: ' + query);
  return results.map((result) => result[0] + result[2]);
})`, page);
process.stdout.write(JSON.stringify(found));
