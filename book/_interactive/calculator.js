/** The calculator of book/conv_shapes.md: a stack to edit, its sizes, who refuses, and who sees what. */
(function (root) {
  'use strict';

  const DLX = root.DLX = root.DLX || {};
  const S = DLX.shapes;
  const FIELDS = { conv: ['filters', 'kernel', 'stride', 'dilation'], pool: ['window', 'stride'] };
  const NAMES = { conv: 'convolution', pool: 'pooling' };
  const PADDINGS = ['valid', 'same', '1', '2', '3', '4', '5', '6', '7', '8'];
  const MARK = '#shapes=';
  const ROW = 34;

  // ---- A stack as words in an address ----

  const padding = word => Number(word) > 0 ? Number(word) : word === 'same' ? word : 'valid';

  /** Write a stack as words: 28,1;conv,8,3,1,1,same;pool,2,2,valid. */
  function encode({ size, channels, layers }) {
    const words = layer => [layer.kind, ...FIELDS[layer.kind].map(name => layer[name]), layer.padding];
    return [[size, channels], ...layers.map(words)].join(';');
  }

  function decodeLayer([kind, ...values]) {
    const layer = { kind, padding: padding(values[(FIELDS[kind] || []).length]) };
    (FIELDS[kind] || []).forEach((name, i) => { layer[name] = Number(values[i]); });
    return layer;
  }

  /** Read what `encode` wrote; null if it is no stack of up to 20 layers and sizes up to 512. */
  function decode(text) {
    const [image, ...rest] = decodeURIComponent(text).split(';').map(part => part.split(','));
    const [size, channels] = image.map(Number), layers = rest.map(decodeLayer);
    const numbers = layer => (FIELDS[layer.kind] || ['']).map(name => layer[name]);
    const all = layers.reduce((found, layer) => found.concat(numbers(layer)), [size, channels]);
    const good = all.every(n => Number.isInteger(n) && n >= 1 && n <= 512) && layers.length && layers.length <= 20;
    return good ? { size, channels, layers } : null;
  }

  // ---- What there is to say ----

  /** Return what a framework gives for each layer: a size, ✗, or nothing behind a refusal. */
  function verdicts(framework, { size, layers }, rows, notes) {
    let refused = false;
    return rows.map((row, i) => {
      if (refused) return '';
      const reason = S.refusal(framework, layers[i], i ? rows[i - 1].shape[0] : size);
      if (reason && row.shape) notes.push(`${framework} refuses layer ${i + 1}: ${reason}.`);
      refused = Boolean(reason);
      return refused ? '✗' : row.shape[0];
    });
  }

  /** Return the rows of the table, and what is to be said beside it. */
  function examine(stack) {
    const walked = S.walk(stack.layers, [stack.size, stack.size, stack.channels]), notes = [];
    const columns = S.FRAMEWORKS.map(name => verdicts(name, stack, walked, notes));
    const rows = walked.map((row, i) => [
      row.shape ? row.shape[0] : '✗',
      S.splitPadding(S.settings(stack.layers[i], i ? walked[i - 1].shape[0] : stack.size)).join(' + '),
      row.parameters.toLocaleString('en'),
      S.receptiveField(stack.layers.slice(0, i + 1)),
      ...columns.map(column => column[i]),
    ]);
    const last = walked[walked.length - 1];
    if (last.reason) notes.push(`Layer ${walked.length} cannot exist: ${last.reason}.`);
    return { walked, rows, notes };
  }

  /** Say the result of a walk in a sentence. */
  function summary(stack, { walked }) {
    const last = walked[walked.length - 1], total = walked.reduce((sum, row) => sum + row.parameters, 0);
    const words = last.shape ? `The output is ${last.shape.join(' × ')}` : `Layer ${walked.length} cannot exist`;
    return `${words}; ${total.toLocaleString('en')} parameters; ` +
      `an output sees ${S.receptiveField(stack.layers.slice(0, walked.length))} cells.`;
  }

  // ---- The picture ----

  /** Return where the cells of each map stand above those of the input: the first, and the step. */
  function places(layers, sizes) {
    let start = 0, step = 1;
    return [{ start, step }, ...layers.map((layer, i) => {
      const c = S.settings(layer, sizes[i]), middle = (S.effectiveKernel(c.kernel, c.dilation) - 1) / 2;
      start += step * (middle - S.splitPadding(c)[0]);
      step *= c.stride;
      return { start, step };
    })];
  }

  /** Return the cells of all maps: where each stands and how it looks. */
  function cellsOf(layers, sizes, chosen) {
    const last = new Array(sizes[sizes.length - 1]).fill(true), at = places(layers, sizes);
    const one = S.trace(layers, sizes, last.map((_, i) => i === chosen));
    return S.trace(layers, sizes, last).map(({ before, cells }, l) => cells.map((used, i) => {
      const zero = i < before || i >= before + sizes[l];
      const look = one[l].cells[i] ? 'seen' : zero ? '' : used ? 'used' : 'never';
      return { x: at[l].start + (i - before) * at[l].step, wide: at[l].step, zero, look };
    }));
  }

  const count = (cells, look) => cells.filter(cell => cell.look === look && !cell.zero).length;

  function cellShape({ x, wide, zero, look }, unit, low, y) {
    const full = Math.max(wide * unit, 1), width = full > 4 ? full - 1.5 : full;
    const name = (look && 'dlx-' + look) + (zero ? ' dlx-zero' : '');
    return DLX.svg('rect', { class: name, x: ((x - low) * unit - width / 2).toFixed(1), y, width: width.toFixed(1), height: 12 });
  }

  /** Draw every map as a row of cells above the input: seen by the chosen output, by others, by none. */
  function picture(layers, sizes, chosen, width) {
    const { svg } = DLX, maps = cellsOf(layers, sizes, chosen), all = [].concat(...maps);
    const low = Math.min(...all.map(c => c.x - c.wide / 2)), high = Math.max(...all.map(c => c.x + c.wide / 2));
    const words = `Output ${chosen + 1} of ${sizes[sizes.length - 1]} depends on ${count(maps[0], 'seen')} of ${sizes[0]} cells; ` +
      `${count(maps[0], 'never')} cells are seen by no output.`;
    const rows = maps.map((cells, l) => svg('g', {},
      svg('text', { x: 0, y: ROW * l + 12 }, (l ? `${l}. ${layers[l - 1].kind}` : 'input') + `: ${sizes[l]}`),
      ...cells.map(cell => cellShape(cell, width / (high - low), low, ROW * l + 17))));
    const attributes = { viewBox: `0 0 ${width} ${ROW * maps.length}`, width, role: 'img', 'aria-label': words };
    return { words, element: svg('svg', attributes, ...rows) };
  }

  // ---- The parts of the page ----

  function numberField(name, object, changed) {
    const input = DLX.el('input', { type: 'number', min: 1, max: 512, value: object[name] });
    input.addEventListener('input', () => { object[name] = Number(input.value); changed(); });
    return DLX.field(name, input);
  }

  function layerFields(layer, i, changed, remove) {
    const { el, select } = DLX;
    const pad = select({
      label: 'padding', options: PADDINGS.map(word => [word, word]), value: String(layer.padding),
      onChange: word => { layer.padding = padding(word); changed(); },
    });
    return el('fieldset', {}, el('legend', {}, `${i + 1}. ${NAMES[layer.kind]}`), el('div', { class: 'dlx-row' },
      ...FIELDS[layer.kind].map(name => numberField(name, layer, changed)), pad.element,
      el('button', { type: 'button', onclick: remove, 'aria-label': `Remove layer ${i + 1}` }, 'Remove')));
  }

  function table(stack, rows) {
    const { el } = DLX, head = (scope, words) => el('th', { scope }, words);
    const titles = ['layer', 'size', 'zeros', 'parameters', 'sees', ...S.FRAMEWORKS];
    const body = rows.map((row, i) => el('tr', {}, head('row', `${i + 1}. ${stack.layers[i].kind}`),
      ...row.map(cell => el('td', {}, String(cell)))));
    return el('table', { class: 'table' },
      el('thead', {}, el('tr', {}, ...titles.map(words => head('col', words)))), el('tbody', {}, ...body));
  }

  const LOOKS = [['seen', 'the output sees it'], ['used', 'others see it'], ['never', 'no output sees it'], ['zero', 'zeros of the padding']];

  function legend() {
    const { el, svg } = DLX, sample = look => svg('svg', { width: 14, height: 14, 'aria-hidden': 'true' },
      svg('rect', { class: `dlx-${look}`, x: 1, y: 1, width: 12, height: 12 }));
    return el('p', { class: 'dlx-legend' }, ...LOOKS.map(([look, words]) => el('span', {}, sample(look), ` ${words} `)));
  }

  function start(host, { stacks }) {
    const { el, slider, select, status, button } = DLX;
    let stack = decode(stacks[0][1]);
    const result = status(), fields = el('div'), out = el('div', { class: 'dlx-scroll', tabindex: 0, role: 'region', 'aria-label': 'Layer by layer' }), seen = el('div');
    const output = slider({ label: 'output cell', min: 1, max: 1, step: 1, value: 1, onInput: draw });
    const preset = select({ label: 'Start from', options: stacks.map(([name, code]) => [code, name]), onChange: code => use(decode(code)) });

    function draw() {
      const { walked } = examine(stack), kept = walked.filter(row => row.shape);
      const sizes = [stack.size, ...kept.map(row => row.shape[0])];
      const width = Math.max(280, Math.min(640, host.clientWidth || 640));
      const drawn = picture(stack.layers.slice(0, kept.length), sizes, output.value() - 1, width);
      seen.replaceChildren(drawn.element, el('p', {}, drawn.words));
    }

    function update() {
      try {
        const found = examine(stack), kept = found.walked.filter(row => row.shape);
        output.input.max = kept.length ? kept[kept.length - 1].shape[0] : stack.size;
        output.set(Math.ceil(output.input.max / 2));
        out.replaceChildren(table(stack, found.rows));
        draw();
        result.say(`${summary(stack, found)} ${found.notes.join(' ')}`);
      } catch (error) {
        result.say(error.message);
      }
    }

    function changed() {
      update();
      if (decode(encode(stack))) history.replaceState(null, '', MARK + encode(stack));
    }

    /** Show the fields of a stack; they are made anew where layers come or go. */
    function show() {
      const remove = i => () => { stack.layers.splice(i, 1); show(); changed(); };
      fields.replaceChildren(el('div', { class: 'dlx-row' }, numberField('size', stack, changed), numberField('channels', stack, changed)),
        ...stack.layers.map((layer, i) => layerFields(layer, i, changed, remove(i))));
      update();
    }

    function use(found) {
      if (found) { stack = found; show(); }
    }

    function add(text) {
      stack.layers.push(decode(`1,1;${text}`).layers[0]);
      show();
      changed();
    }

    const fromAddress = () => location.hash.startsWith(MARK) && use(decode(location.hash.slice(MARK.length)));
    host.append(el('div', { class: 'dlx-row' }, preset.element), fields, el('div', { class: 'dlx-row' },
      button('Add a convolution', () => add('conv,8,3,1,1,valid')), button('Add a pooling', () => add('pool,2,2,valid'))),
      result.element, out, output.element, seen, legend());
    root.addEventListener('hashchange', fromAddress);
    show();
    fromAddress();
  }

  DLX.calculator = { encode, decode, examine, cellsOf };
  if (DLX.figure) DLX.figure('shapes', start);
  if (typeof module === 'object') module.exports = DLX;
})(typeof window === 'object' ? window : global);
