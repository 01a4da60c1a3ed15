/** Dropout, in book/pooling_dropout_dropout.md: masks on a vector of features, and their mean. */
(function (root) {
  'use strict';

  const DLX = root.DLX = root.DLX || {};

  const MOST = 10000; // masks; the axis ends there

  /** Return a vector with units dropped and the others scaled, as dlexp.byhand.dropout.forward does. */
  const forward = (x, rate, kept) => x.map((value, i) => kept[i] ? value / (1 - rate) : 0);

  /** Return how far the mean of n masked vectors strays from the vector, by the law: root mean square. */
  function strays(x, rate, n) {
    const square = x.reduce((sum, value) => sum + value * value, 0) / x.length;
    return Math.sqrt(square * rate / (1 - rate) / n);
  }

  /** Return what draws masks one by one: `next()` gives the last vector, the mean, and how far it strays. */
  function averaging(x, rate, random) {
    const sum = x.map(() => 0);
    let count = 0;
    return () => {
      const last = forward(x, rate, x.map(() => random() >= rate));
      count += 1;
      last.forEach((value, i) => { sum[i] += value; });
      const mean = sum.map(value => value / count);
      const square = mean.reduce((total, value, i) => total + (value - x[i]) ** 2, 0) / x.length;
      return { last, mean, count, distance: Math.sqrt(square) };
    };
  }

  DLX.dropout = { forward, strays, averaging };

  /** Draw three bars for each unit: before, under the last mask, and the mean over masks. */
  function bars({ el, svg }, x, found, top) {
    const looks = [['dlx-used', x, 'before'], ['dlx-seen', found.last, 'last mask'], ['dlx-mean', found.mean, 'mean']];
    const height = value => Math.min(value / top, 1) * 150, wide = 340 / x.length;
    const picture = svg('svg', {
      viewBox: '0 0 340 152', width: 340, role: 'img',
      'aria-label': `${x.length} units before dropout, under the last mask, and in the mean of ${found.count} masks`,
    }, ...[].concat(...looks.map(([look, values], k) => values.map((value, i) => svg('rect', {
      class: look, x: (wide * (i + 0.27 * k + 0.1)).toFixed(1), width: (0.25 * wide).toFixed(1),
      y: (151 - height(value)).toFixed(1), height: (height(value) + 0.5).toFixed(1),
    })))));
    const sample = look => svg('svg', { width: 14, height: 14, 'aria-hidden': 'true' }, svg('rect', { class: look, x: 1, y: 1, width: 12, height: 12 }));
    return el('div', { class: 'dlx-chart' }, el('strong', {}, 'The units'), picture,
      el('p', { class: 'dlx-legend' }, ...looks.map(([look, , words]) => el('span', {}, sample(look), ` ${words} `))));
  }

  function start(host, { shifts }) {
    const { el, slider, status, button, chart } = DLX, x = shifts.features, result = status(), place = el('div', { class: 'dlx-charts' });
    let draw, found, path, seed = 0;

    function show() {
      const rate = dropped.value(), law = strays(x, rate, found.count);
      const lines = [
        { name: 'these masks', points: path, dots: path.length < 12 },
        { name: 'the law', points: [1, 10, 100, 1000, MOST].map(n => [n, strays(x, rate, n)]) },
      ];
      const words = `After ${found.count} mask${found.count > 1 ? 's' : ''} the mean strays by ${DLX.brief(found.distance)}; the law says ${DLX.brief(law)}.`;
      place.replaceChildren(bars(DLX, x, found, Math.max(...x) / (1 - rate)), chart({
        title: 'How far the mean strays', words, lines,
        x: { label: 'masks', log: true, range: [1, MOST] }, y: { log: true, range: [1e-4, 10] },
      }));
      const gone = found.last.filter((value, i) => x[i] && !value).length, units = x.filter(Boolean).length;
      result.say(`The last mask dropped ${gone} of ${units} units that were not zero. ${words}${found.count < MOST ? '' : ' That is the most: begin again.'}`);
    }

    /** Draw more masks; the path keeps about ten points per power of ten. */
    function more(n) {
      for (let i = 0; i < n && found.count < MOST; i++) {
        found = draw();
        const last = path[path.length - 1];
        if (!last || found.count < 10 || found.count >= 1.25 * last[0] || i === n - 1 || found.count === MOST) path.push([found.count, Math.max(found.distance, 1e-4)]);
      }
      show();
    }

    function again() {
      draw = averaging(x, dropped.value(), DLX.chance(seed++));
      path = [];
      found = { count: 0 };
      more(1);
    }

    const dropped = slider({ label: 'rate', min: 0.1, max: 0.9, step: 0.1, value: 0.5, format: v => v.toFixed(1), onInput: again });
    host.append(el('div', { class: 'dlx-row' }, dropped.element, ...[1, 10, 100, 1000].map(n =>
      button(n > 1 ? `Draw ${n} more` : 'Draw another mask', () => more(n))), button('Begin again', again)), result.element, place);
    again();
  }

  if (DLX.figure) DLX.figure('dropout', start);
  if (typeof module === 'object') module.exports = DLX;
})(typeof window === 'object' ? window : global);
