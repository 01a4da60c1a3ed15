/** What length, width, units and kernel cost, in book/rnn_vs_cnn.md; the counts are those of Keras. */
(function (root) {
  'use strict';

  const DLX = root.DLX = root.DLX || {};
  const GATES = { SimpleRNN: 1, GRU: 3, LSTM: 4 };

  /** Return the parameters of a recurrent layer; Keras gives a GRU two biases for each gate. */
  function recurrentParameters(kind, width, units) {
    return GATES[kind] * units * (width + units + (kind === 'GRU' ? 2 : 1));
  }

  /** Return the parameters of a convolution over time. */
  const convParameters = (kernel, width, filters) => kernel * width * filters + filters;

  /** Return how many stacked convolutions it takes until an output sees the whole sequence. */
  function depth(length, kernel, doubling) {
    if (length <= 1) return 1;
    const steps = (length - 1) / (kernel - 1);
    return Math.max(1, doubling ? Math.ceil(Math.log2(steps + 1) - 1e-9) : Math.ceil(steps));
  }

  /** Return the parameters of so many stacked convolutions. */
  function stackParameters(layers, kernel, width, filters) {
    return convParameters(kernel, width, filters) + (layers - 1) * convParameters(kernel, filters, filters);
  }

  /** Return the parameters of a dense layer that takes all steps at once, with a weight for each. */
  const denseParameters = (length, width, units) => units * (length * width + 1);

  DLX.sequences = { recurrentParameters, convParameters, depth, stackParameters, denseParameters };

  /** Return a row for each layer: name, parameters, steps that must wait for each other, what is seen. */
  function compare({ length, width, units, kernel }) {
    const stacks = [['a stack of Conv1D that sees all', false], ['the same, dilations doubled', true]];
    return [
      ...Object.keys(GATES).map(kind => [kind, recurrentParameters(kind, width, units), length, length]),
      ['Conv1D, one layer', convParameters(kernel, width, units), 1, Math.min(kernel, length)],
      ...stacks.map(([name, doubling]) => {
        const layers = depth(length, kernel, doubling);
        return [name, stackParameters(layers, kernel, width, units), layers, length];
      }),
      ['Dense, over all steps', denseParameters(length, width, units), 1, length],
    ];
  }

  const powers = top => Array.from({ length: top + 1 }, (_, k) => 2 ** k);

  function charts({ chart }, chosen) {
    const { length, width, units, kernel } = chosen, kinds = Object.keys(GATES);
    const line = (name, xs, f) => ({ name, points: xs.map(x => [x, f(x)]) });
    const stack = doubling => t => stackParameters(depth(t, kernel, doubling), kernel, width, units);
    return [chart({
      title: 'Parameters of a net that sees all', words: `At a length of ${length}; those of recurrent layers stay the same`, mark: [length],
      x: { label: 'length', log: true, range: [1, 4096] }, y: { log: true, range: [1, 1e10] },
      lines: [...kinds.map(kind => line(kind, powers(12), () => recurrentParameters(kind, width, units))),
        line('Conv1D, stacked', powers(12), stack(false)), line('Conv1D, dilated', powers(12), stack(true)),
        line('Dense', powers(12), t => denseParameters(t, width, units))],
    }), chart({
      title: 'Steps one after another', words: `At a length of ${length}`, mark: [length],
      x: { label: 'length', log: true, range: [1, 4096] }, y: { log: true, range: [1, 4096] },
      lines: [line('recurrent', powers(12), t => t), line('Conv1D', powers(12), t => depth(t, kernel, false)),
        line('Conv1D, dilated', powers(12), t => depth(t, kernel, true))],
    })];
  }

  function start(host) {
    const { el, slider, status } = DLX, result = status(), body = el('tbody'), place = el('div', { class: 'dlx-charts' });
    const power = (label, top, value) => slider({ label, min: 0, max: top, step: 1, value, format: k => String(2 ** k), onInput: update });
    const length = power('length', 12, 7), width = power('features', 9, 3), units = power('units', 9, 4);
    const kernel = slider({ label: 'kernel', min: 2, max: 15, step: 1, value: 3, onInput: update });

    function update() {
      const chosen = { length: 2 ** length.value(), width: 2 ** width.value(), units: 2 ** units.value(), kernel: kernel.value() };
      const rows = compare(chosen), [plain, , lstm, , deep, dilated] = rows, shown = n => n.toLocaleString('en');
      const counted = (n, word) => `${shown(n)} ${word}${n === 1 ? '' : 's'}`;
      body.replaceChildren(...rows.map(([name, ...cells]) =>
        el('tr', {}, el('th', { scope: 'row' }, name), ...cells.map(cell => el('td', {}, shown(cell))))));
      place.replaceChildren(...charts(DLX, chosen));
      result.say(`A recurrent layer takes ${counted(plain[2], 'step')} one after another, convolutions that see as far ${counted(deep[2], 'layer')}, ` +
        `or ${shown(dilated[2])} if dilations double. Parameters: LSTM ${shown(lstm[1])}, plain convolutions ${shown(deep[1])}, dilated ${shown(dilated[1])}.`);
    }

    const head = ['layer', 'parameters', 'steps in a row', 'sees'].map(words => el('th', { scope: 'col' }, words));
    host.append(el('div', { class: 'dlx-row' }, length.element, width.element, units.element, kernel.element), result.element,
      el('div', { class: 'dlx-scroll', tabindex: 0, role: 'region', 'aria-label': 'Layer by layer' },
        el('table', { class: 'table' }, el('thead', {}, el('tr', {}, ...head)), body)), place);
    update();
  }

  if (DLX.figure) DLX.figure('sequence_length', start);
  if (typeof module === 'object') module.exports = DLX;
})(typeof window === 'object' ? window : global);
