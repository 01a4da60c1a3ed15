/** A small dense network that learns points of a plane, in book/dense_networks.md; all is computed here. */
(function (root) {
  'use strict';

  const DLX = root.DLX = root.DLX || {};
  const sigmoid = s => s >= 0 ? 1 / (1 + Math.exp(-s)) : Math.exp(s) / (1 + Math.exp(s));

  /** What a unit makes of its sum, and the slope of that; as in dlexp.byhand.activations. */
  const BENDS = {
    relu: [s => Math.max(s, 0), s => Number(s > 0)],
    tanh: [Math.tanh, s => 1 - Math.tanh(s) ** 2],
    sigmoid: [sigmoid, s => sigmoid(s) * sigmoid(-s)],
    linear: [s => s, () => 1],
  };

  /** Return layers before the first step, {kernel, bias, activation}: He's first weights, biases of zero. */
  function first(sizes, activation, seed) {
    const chance = DLX.chance(seed), last = sizes.length - 2;
    const normal = () => Math.sqrt(-2 * Math.log(1 - chance())) * Math.cos(2 * Math.PI * chance());
    return sizes.slice(1).map((units, l) => ({
      kernel: Array.from({ length: sizes[l] }, () => Array.from({ length: units }, () => Math.sqrt(2 / sizes[l]) * normal())),
      bias: Array(units).fill(0),
      activation: l < last ? activation : 'linear',
    }));
  }

  /** Return what goes into each layer for one point, its sums, and the logits. */
  function forward(layers, point) {
    const inputs = [], sums = [];
    let h = point;
    layers.forEach(({ kernel, bias, activation }) => {
      const s = bias.slice(), bend = BENDS[activation][0];
      for (let i = 0; i < h.length; i++) for (let j = 0; j < s.length; j++) s[j] += h[i] * kernel[i][j];
      inputs.push(h);
      sums.push(s);
      h = s.map(bend);
    });
    return { inputs, sums, output: h };
  }

  /** Add the gradient of one point's loss to sums of gradients; return the loss. */
  function backward(layers, { inputs, sums, output }, label, found) {
    const top = Math.max(...output), powers = output.map(z => Math.exp(z - top));
    const total = powers.reduce((sum, p) => sum + p, 0);
    let error = powers.map((p, k) => p / total - Number(k === label)); // probability minus truth
    for (let l = layers.length - 1; l >= 0; l--) {
      const { kernel } = layers[l], h = inputs[l];
      for (let j = 0; j < error.length; j++) found[l].bias[j] += error[j];
      for (let i = 0; i < h.length; i++) for (let j = 0; j < error.length; j++) found[l].kernel[i][j] += h[i] * error[j];
      if (l) {
        const slope = BENDS[layers[l - 1].activation][1], above = error;
        error = sums[l - 1].map((s, i) => kernel[i].reduce((sum, w, j) => sum + w * above[j], 0) * slope(s));
      }
    }
    return Math.log(total) + top - output[label];
  }

  /** Return the mean loss, and layers after one step of gradient descent on all points. */
  function step(layers, { x, labels }, rate) {
    const found = layers.map(({ kernel, bias }) => ({ kernel: kernel.map(row => row.map(() => 0)), bias: bias.map(() => 0) }));
    const loss = x.reduce((sum, point, i) => sum + backward(layers, forward(layers, point), labels[i], found), 0) / x.length;
    const share = rate / x.length, moved = (row, slopes) => row.map((w, j) => w - share * slopes[j]);
    return {
      loss,
      layers: layers.map(({ kernel, bias, activation }, l) => ({
        kernel: kernel.map((row, i) => moved(row, found[l].kernel[i])), bias: moved(bias, found[l].bias), activation,
      })),
    };
  }

  /** Return a training of so many steps: its layers, and the loss before each step. */
  function train(layers, points, rate, steps, losses = []) {
    for (let k = 0; k < steps; k++) {
      const next = step(layers, points, rate);
      layers = next.layers;
      losses.push(next.loss);
    }
    return { layers, losses };
  }

  /** Return whether a network takes a point for one of the disc. */
  function isInner(layers, point) {
    const [outer, inner] = forward(layers, point).output;
    return inner > outer;
  }

  DLX.playground = { first, forward, step, train, isInner };

  // ---- The picture ----

  const SIDE = 200, CELLS = 40, EVERY = 10;
  const place = v => (v + 1) / 2 * SIDE;

  /** Return the path of all cells of the plane whose middle is taken for the disc, a run of a row at a time. */
  function region(layers) {
    const cell = SIDE / CELLS, middle = k => (2 * k + 1) / CELLS - 1, found = [];
    for (let r = 0; r < CELLS; r++) {
      for (let c = 0, start = -1; c <= CELLS; c++) {
        const inner = c < CELLS && isInner(layers, [middle(c), -middle(r)]);
        if (inner && start < 0) start = c;
        if (!inner && start >= 0) {
          found.push(`M${start * cell} ${r * cell}H${c * cell}v${cell}H${start * cell}z`);
          start = -1;
        }
      }
    }
    return found.join('');
  }

  function plane({ el, svg }, layers, { x, labels }, words) {
    const at = ([a, b]) => [place(a), SIDE - place(b)], cross = 'm-2.5 -2.5l5 5m0 -5l-5 5';
    const outer = x.filter((_, i) => !labels[i]).map(p => `M${at(p).map(v => v.toFixed(1)).join(' ')}${cross}`);
    const inner = x.filter((_, i) => labels[i]).map(at);
    return el('div', { class: 'dlx-chart' }, el('strong', {}, 'Where it sees the disc'), svg('svg', {
      viewBox: `-2 -2 ${SIDE + 4} ${SIDE + 4}`, width: 300, role: 'img', 'aria-label': `The plane, and the region that is taken for the disc. ${words}`,
    },
    svg('g', { class: 'dlx-1' }, svg('path', { class: 'dlx-band', d: region(layers) }),
      ...inner.map(([cx, cy]) => svg('circle', { class: 'dlx-dot', cx: cx.toFixed(1), cy: cy.toFixed(1), r: 2.2 }))),
    svg('g', { class: 'dlx-2' }, svg('path', { class: 'dlx-curve', 'stroke-dasharray': 'none', d: outer.join('') })),
    svg('path', { class: 'dlx-axis', d: `M0 0H${SIDE}V${SIDE}H0z` })));
  }

  function curve({ chart }, losses, words) {
    const points = losses.map((loss, k) => [k, Math.min(loss, 2)]).filter((_, k) => k % EVERY === 0);
    const end = Math.max(losses.length - 1, EVERY), guess = Math.log(2);
    return chart({
      title: 'Loss', words, x: { label: 'step', range: [0, end] }, y: { range: [0, Math.max(1, ...points.map(p => p[1]))] },
      lines: [{ name: 'this network', points }, { name: 'who knows nothing', points: [[0, guess], [end, guess]] }],
    });
  }

  function start(host, { disc: points }) {
    const { el, slider, select, button, status } = DLX, result = status(), pictures = el('div', { class: 'dlx-charts' });
    let activation = 'relu', seed = 1, made = null;
    const units = slider({ label: 'units', min: 1, max: 8, step: 1, value: 3, onInput: again });
    const depth = slider({ label: 'hidden layers', min: 1, max: 3, step: 1, value: 1, onInput: again });
    const rate = slider({ label: 'rate', min: 0.05, max: 1, step: 0.05, value: 0.3, format: v => v.toFixed(2), onInput: again });
    const bend = select({ label: 'bend', options: Object.keys(BENDS).map(key => [key, key]), value: activation, onChange: value => { activation = value; again(); } });
    const steps = count => button(`Train ${count} steps`, () => { made = train(made.layers, points, rate.value(), count, made.losses); show(); });
    const other = button('Other first weights', () => { seed++; again(); });

    function again() {
      made = { layers: first([2, ...Array(depth.value()).fill(units.value()), 2], activation, seed), losses: [] };
      show();
    }

    function show() {
      const { layers, losses } = made, now = step(layers, points, 0).loss;
      const right = points.x.filter((p, i) => isInner(layers, p) === Boolean(points.labels[i])).length;
      const words = `After ${losses.length} steps at rate ${rate.value().toFixed(2)} the loss is ${now.toFixed(3)}, and ${Math.round(100 * right / points.x.length)} % of the points are right.`;
      pictures.replaceChildren(plane(DLX, layers, points, words), curve(DLX, [...losses, now], words));
      result.say(words);
    }

    host.append(el('div', { class: 'dlx-row' }, bend.element, units.element, depth.element, rate.element),
      el('div', { class: 'dlx-row' }, steps(10), steps(200), other), result.element, pictures);
    again();
  }

  if (DLX.figure) DLX.figure('playground', start);
  if (typeof module === 'object') module.exports = DLX;
})(typeof window === 'object' ? window : global);
