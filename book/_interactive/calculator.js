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
  const MOST = 512; // of any number but the next, and of what a kernel spans
  const LARGEST = 1024; // cells of an image along one direction; a row of more shows nothing
  const DEEPEST = 20; // layers

  // ---- A stack as words in an address ----

  const padding = word => Number(word) > 0 ? Number(word) : word;

  /** Write a stack as words: 28,1;conv,8,3,1,1,same;pool,2,2,valid. */
  function encode({ size, channels, layers }) {
    const words = layer => [layer.kind, ...FIELDS[layer.kind].map(name => layer[name]), layer.padding];
    return [[size, channels], ...layers.map(words)].join(';');
  }

  function decodeLayer([kind, ...values]) {
    if (!PADDINGS.includes(values[FIELDS[kind].length])) throw new RangeError('no such padding');
    const layer = { kind, padding: padding(values[FIELDS[kind].length]) };
    FIELDS[kind].forEach((name, i) => { layer[name] = Number(values[i]); });
    return layer;
  }

  function parsed(words) {
    const [image, ...rest] = words.split(';').map(part => part.split(','));
    return { size: Number(image[0]), channels: Number(image[1]), layers: rest.map(decodeLayer) };
  }

  /** Read what `encode` wrote, and nothing but that; throw a RangeError if it is no stack that can be shown. */
  function decode(text) {
    let stack;
    try {
      const words = decodeURIComponent(text);
      stack = parsed(words);
      if (encode(stack) !== words) stack = null;
    } catch (error) {
      stack = null;
    }
    if (!stack) throw new RangeError('a stack must be written like 28,1;conv,8,3,1,1,same;pool,2,2,valid');
    check(stack);
    return stack;
  }

  function checkNumbers(where, numbers) {
    for (const [name, value] of numbers) {
      try {
        S.requireAtLeast(1, name, value);
      } catch (error) {
        throw new RangeError(where + error.message);
      }
      const most = name === 'size' ? LARGEST : MOST;
      if (value > most) throw new RangeError(`${where}\`${name}\` must be at most ${most} here; got ${name}=${value}`);
    }
  }

  function checkLayer(layer, i) {
    const where = `Layer ${i + 1}: `, { kernel = 1, dilation = 1 } = layer, span = dilation * (kernel - 1) + 1;
    checkNumbers(where, FIELDS[layer.kind].map(name => [name, layer[name]]));
    if (span <= MOST) return;
    throw new RangeError(`${where}the effective kernel must be at most ${MOST} here; got ${span} (kernel=${kernel}, dilation=${dilation})`);
  }

  /** Throw the rule that a stack breaks, if it breaks one. */
  function check({ size, channels, layers }) {
    checkNumbers('', [['size', size], ['channels', channels]]);
    layers.forEach(checkLayer);
    if (!layers.length || layers.length > DEEPEST) {
      throw new RangeError(`there must be 1 to ${DEEPEST} layers; got ${layers.length}`);
    }
  }

  // ---- What there is to say ----

  /** Return what a framework gives for each layer: a size, ✗, or nothing behind a refusal. */
  function verdicts(framework, { layers }, rows, sizes, notes) {
    let refused = false;
    return rows.map((row, i) => {
      if (refused) return '';
      const reason = S.refusal(framework, layers[i], sizes[i]);
      if (reason && row.shape) notes.push(`${framework} refuses layer ${i + 1}: ${reason}.`);
      refused = Boolean(reason);
      return refused ? '✗' : row.shape[0];
    });
  }

  /** Write a whole number; one beyond 2**53 is not known to the last digit. */
  const written = n => n <= Number.MAX_SAFE_INTEGER ? String(n) : `about ${DLX.brief(n)}`;

  /** Return the rows of the table, the layers that exist with their sizes, and what is to be said. */
  function examine(stack) {
    check(stack);
    const walked = S.walk(stack.layers, [stack.size, stack.size, stack.channels]), notes = [];
    const kept = walked.filter(row => row.shape), sizes = [stack.size, ...kept.map(row => row.shape[0])];
    const columns = S.FRAMEWORKS.map(name => verdicts(name, stack, walked, sizes, notes));
    const facts = (row, i) => [
      row.shape[0],
      S.splitPadding(S.settings(stack.layers[i], sizes[i])).join(' + '),
      row.parameters.toLocaleString('en'),
      written(S.receptiveField(stack.layers.slice(0, i + 1))),
    ];
    const rows = walked.map((row, i) => [...row.shape ? facts(row, i) : ['✗', '–', '–', '–'], ...columns.map(column => column[i])]);
    const last = walked[walked.length - 1];
    if (last.reason) notes.push(`Layer ${walked.length} cannot exist: ${last.reason}.`);
    return { walked, kept, rows, notes, layers: stack.layers.slice(0, kept.length), sizes };
  }

  /** Say the result of a walk in a sentence; a layer that cannot exist counts for nothing. */
  function summary({ walked, kept, layers }) {
    if (!layers.length) return '';
    const total = kept.reduce((sum, row) => sum + row.parameters, 0);
    const last = kept.length < walked.length ? `Up to layer ${kept.length}:` :
      `The output is ${kept[kept.length - 1].shape.join(' × ')};`;
    const field = written(S.receptiveField(layers));
    return `${last} ${total.toLocaleString('en')} parameters; the receptive field spans ${field} × ${field} cells.`;
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
    const last = new Array(sizes[sizes.length - 1]).fill(layers.length > 0), at = places(layers, sizes);
    const one = S.trace(layers, sizes, last.map((output, i) => output && i === chosen));
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

  /** Return the cells that can be told apart: of those on one pixel, the one that says most. */
  function visible(cells, unit, low) {
    const weight = ({ look, zero }) => ['used', 'never', 'seen'].indexOf(look) + (zero ? 0 : 0.5), found = new Map();
    for (const cell of cells) {
      const at = Math.round((cell.x - low) * unit), other = found.get(at);
      if (!other || weight(other) < weight(cell)) found.set(at, cell);
    }
    return Array.from(found.values());
  }

  /** Draw every map as a row of cells above the input: seen by the chosen output, by others, by none. */
  function picture(layers, sizes, chosen, width) {
    const { svg } = DLX, maps = cellsOf(layers, sizes, chosen), ends = [].concat(...maps.map(cells => [cells[0], cells[cells.length - 1]]));
    const low = Math.min(...ends.map(c => c.x - c.wide / 2)), high = Math.max(...ends.map(c => c.x + c.wide / 2));
    const unit = width / (high - low);
    const words = !layers.length ? 'There is no output.' :
      `Output ${chosen + 1} of ${sizes[sizes.length - 1]} depends on ${count(maps[0], 'seen')} of ${sizes[0]} input cells; ` +
      `${count(maps[0], 'never')} input cells are seen by no output.`;
    const rows = maps.map((cells, l) => svg('g', {},
      svg('text', { x: 0, y: ROW * l + 12 }, (l ? `${l}. ${layers[l - 1].kind}` : 'input') + `: ${sizes[l]}`),
      ...visible(cells, unit, low).map(cell => cellShape(cell, unit, low, ROW * l + 17))));
    const attributes = { viewBox: `0 0 ${width} ${ROW * maps.length}`, width, role: 'img', 'aria-label': words };
    return { words, element: svg('svg', attributes, ...rows) };
  }

  // ---- The parts of the page ----

  function numberField(name, object, changed) {
    const input = DLX.el('input', { type: 'number', min: 1, max: name === 'size' ? LARGEST : MOST, value: object[name] });
    input.addEventListener('input', () => { object[name] = input.value && Number(input.value); changed(); });
    return DLX.field(name, input);
  }

  /** Return the fields of a layer with what comes out of it, `result`, beside them. */
  function layerFields(layer, i, result, changed, remove) {
    const { el, select } = DLX;
    const pad = select({
      label: 'padding', options: PADDINGS.map(word => [word, word]), value: String(layer.padding),
      onChange: word => { layer.padding = padding(word); changed(); },
    });
    return el('fieldset', {}, el('legend', {}, `${i + 1}. ${NAMES[layer.kind]}`), el('div', { class: 'dlx-row' },
      ...FIELDS[layer.kind].map(name => numberField(name, layer, changed)), pad.element,
      el('button', { type: 'button', onclick: remove, disabled: !remove, 'aria-label': `Remove layer ${i + 1}` }, 'Remove'), result));
  }

  /** Say beside each layer what comes out of it; behind one that cannot exist comes nothing. */
  function sayBeside(results, walked) {
    results.forEach((result, i) => {
      const row = walked[i];
      result.textContent = !row ? '' : row.shape ? `→ ${row.shape.join(' × ')}` : '→ ✗ does not fit';
    });
  }

  function table(stack, rows) {
    const { el } = DLX, head = (scope, words) => el('th', { scope }, words);
    const titles = ['layer', 'size', 'zeros', 'parameters', 'field', ...S.FRAMEWORKS];
    const behind = titles.slice(1).map(() => '–'); // a layer that cannot exist
    const body = stack.layers.map((layer, i) => el('tr', {}, head('row', `${i + 1}. ${layer.kind}`),
      ...(rows[i] || behind).map(cell => el('td', {}, String(cell)))));
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
    const result = status(), fields = el('div'), seen = el('div'), words = el('p', { 'aria-live': 'polite' });
    const out = el('div', { class: 'dlx-scroll', tabindex: 0, role: 'region', 'aria-label': 'Layer by layer' });
    const output = slider({ label: 'output cell', min: 1, max: 1, step: 1, value: 1, onInput: () => draw(examine(stack)) });
    const presets = [...stacks.map(([name, code]) => [code, name]), ['', 'a stack of your own']];
    const preset = select({ label: 'Start from', options: presets, onChange: code => code && use(code) });
    const adders = [
      button('Add a convolution', () => add('conv,8,3,1,1,valid')), button('Add a pooling', () => add('pool,2,2,valid')),
    ];
    let stack = decode(stacks[0][1]), address = '', results = [], later;

    function draw({ layers, sizes }) {
      const width = Math.max(280, Math.min(640, host.clientWidth || 640));
      const drawn = picture(layers, sizes, output.value() - 1, width);
      seen.replaceChildren(drawn.element);
      words.textContent = drawn.words;
    }

    function present(found, before) {
      output.input.max = found.sizes[found.sizes.length - 1];
      output.input.disabled = !found.layers.length;
      output.set(Math.ceil(output.input.max / 2));
      out.replaceChildren(table(stack, found.rows));
      sayBeside(results, found.walked);
      draw(found);
      result.say([before, summary(found), ...found.notes].filter(Boolean).join(' '));
    }

    /** Say which rule is broken; a table or a picture of another stack must not stand beside it. */
    function refuse(rule) {
      output.input.disabled = true;
      out.replaceChildren();
      sayBeside(results, []);
      seen.replaceChildren();
      words.textContent = '';
      result.say(rule);
    }

    /** Show all that there is to say of the stack, behind some words. */
    function update(before) {
      const code = encode(stack);
      preset.input.value = stacks.some(each => each[1] === code) ? code : '';
      try {
        present(examine(stack), before);
        address = MARK + code;
      } catch (error) {
        refuse(error.message);
        address = '';
      }
    }

    /** Keep what the reader has set up in the address of the page; one that is refused has no address. */
    function keep() {
      clearTimeout(later);
      if (location.hash === address || !(address || location.hash.startsWith(MARK))) return;
      try {
        history.replaceState(null, '', address || location.pathname + location.search);
      } catch (error) {
        // A browser takes so many changes a second and no more.
      }
      if (location.hash !== address) later = setTimeout(keep, 1000);
    }

    function changed() {
      update();
      keep();
    }

    /** Show the fields of a stack; they are made anew where layers come or go. */
    function show(before) {
      const only = stack.layers.length === 1;
      results = stack.layers.map(() => el('span', { class: 'dlx-result' }));
      fields.replaceChildren(el('div', { class: 'dlx-row' }, numberField('size', stack, changed), numberField('channels', stack, changed)),
        ...stack.layers.map((layer, i) => layerFields(layer, i, results[i], changed, !only && (() => remove(i)))));
      adders.forEach(each => { each.disabled = stack.layers.length >= DEEPEST; });
      update(before);
    }

    function remove(i) {
      stack.layers.splice(i, 1);
      show();
      keep();
      const next = fields.querySelectorAll('fieldset')[Math.min(i, stack.layers.length - 1)];
      (next.querySelector('button:enabled') || next.querySelector('input')).focus();
    }

    function add(code) {
      stack.layers.push(decode(`1,1;${code}`).layers[0]);
      show();
      keep();
      // The button that had the focus is disabled; a key that is held must do nothing in its place.
      if (adders[0].disabled) fields.querySelector('fieldset:last-child input').focus();
    }

    function use(code) {
      stack = decode(code);
      show();
      keep();
    }

    function fromAddress() {
      if (!location.hash.startsWith(MARK)) return;
      try {
        stack = decode(location.hash.slice(MARK.length));
      } catch (error) {
        show(`The address holds no stack that can be shown: ${error.message}. This is another one.`);
        return;
      }
      show();
    }

    host.append(el('div', { class: 'dlx-row' }, preset.element), result.element, fields,
      el('div', { class: 'dlx-row' }, ...adders), out, output.element, seen, words, legend());
    root.addEventListener('hashchange', fromAddress);
    show();
    fromAddress();
  }

  DLX.calculator = { encode, decode, examine, summary, cellsOf };
  if (DLX.figure) DLX.figure('shapes', start);
  if (typeof module === 'object') module.exports = DLX;
})(typeof window === 'object' ? window : global);
