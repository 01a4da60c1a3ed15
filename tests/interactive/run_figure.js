// Run a live figure in a page that is not there: run_figure.js ASKED.json SCRIPT...; JSON comes out.
// Asked is {name, data, moves}: a move sets what has a label, [label, value], or presses [button].
// Comes out: what the figure shows at first and after each move, each element [tag, attributes, children].
'use strict';
const { readFileSync } = require('node:fs');
const [asked, ...scripts] = process.argv.slice(2);

class Element {
  constructor(tag) {
    Object.assign(this, { tag, attributes: {}, children: [], heard: {}, value: '' });
  }
  setAttribute(key, value) {
    this.attributes[key] = String(value);
    if (key === 'value') this.value = String(value);
  }
  removeAttribute(key) {
    delete this.attributes[key];
  }
  addEventListener(event, f) {
    this.heard[event] = f;
  }
  append(...children) {
    this.children.push(...children);
  }
  replaceChildren(...children) {
    this.children = children;
  }
  get textContent() {
    return this.children.map((child) => child.textContent ?? child).join('');
  }
  set textContent(words) {
    this.children = [words];
  }
  all() {
    const inner = this.children.filter((child) => child instanceof Element);
    return [this, ...inner.flatMap((child) => child.all())];
  }
  toJSON() {
    return [this.tag, this.attributes, this.children];
  }
}

const make = (tag) => new Element(tag);
global.IntersectionObserver = class {};
global.document = {
  createElement: make,
  createElementNS: (_, tag) => make(tag),
  querySelectorAll: () => [], // no place of a figure: it is started below
};
require(scripts[0]);
const started = {};
global.DLX.figure = (name, start) => (started[name] = start);
scripts.slice(1).forEach((script) => require(script));

const { name, data, moves } = JSON.parse(readFileSync(asked, 'utf8'));
const host = make('div');
started[name](host, data);
const shown = [JSON.stringify(host)];
for (const [label, value] of moves) {
  const found = host.all().find((each) =>
    value === undefined ? each.tag === 'button' && each.textContent === label
      : each.tag === 'label' && each.children[0].textContent === label);
  if (value === undefined) found.heard.click();
  else {
    found.children[1].value = String(value);
    (found.children[1].heard.input || found.children[1].heard.change)();
  }
  shown.push(JSON.stringify(host));
}
process.stdout.write(`[${shown.join(',')}]`, () => process.exit()); // no timer of a status keeps it
