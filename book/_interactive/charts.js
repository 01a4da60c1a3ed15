/** Charts of lines in SVG: DLX.chart(spec). Lines differ by dashes and dots as well as by colour. */
(function (root) {
  'use strict';

  const DLX = root.DLX = root.DLX || {};
  const BOX = { left: 46, right: 322, top: 10, bottom: 178 };

  /** Return a source of numbers in [0, 1) that is the same for the same seed (mulberry32). */
  function chance(seed) {
    let state = seed >>> 0;
    return () => {
      state = state + 0x6D2B79F5 >>> 0;
      let t = Math.imul(state ^ state >>> 15, state | 1);
      t ^= t + Math.imul(t ^ t >>> 7, t | 61);
      return ((t ^ t >>> 14) >>> 0) / 4294967296;
    };
  }

  /** Return what takes values of an axis {range, log} to pixels. */
  function scale({ range, log }, from, to) {
    const f = log ? Math.log10 : Number, [low, high] = range.map(f);
    return value => from + (to - from) * (f(value) - low) / (high - low);
  }

  /** Return about five round values within a range: 1, 2 or 5 times a power of ten. */
  function ticks({ range: [low, high], log }) {
    if (log) {
      const [first, last] = [Math.ceil(Math.log10(low) - 1e-9), Math.floor(Math.log10(high) + 1e-9)];
      const every = Math.ceil((last - first + 1) / 6), found = [];
      for (let k = first; k <= last; k += every) found.push(Number(`1e${k}`));
      return found;
    }
    const rough = (high - low) / 5, power = 10 ** Math.floor(Math.log10(rough));
    const step = power * [1, 2, 5, 10].find(n => n * power >= rough), found = [];
    for (let k = Math.ceil(low / step - 1e-9); k * step <= high + 1e-9 * step; k++) {
      found.push(Number((k * step).toPrecision(6)));
    }
    return found;
  }

  const trace = points => points.length ? `M${points.map(p => p.map(v => v.toFixed(1)).join(' ')).join('L')}` : '';

  function axes(x, y, X, Y) {
    const { svg, brief } = DLX, { left, right, top, bottom } = BOX;
    const text = (words, at) => svg('text', at, words);
    return [
      svg('path', { class: 'dlx-axis', d: `M${left} ${top}V${bottom}H${right}` }),
      ...(x.ticks || ticks(x)).map(v => text(brief(v), { x: X(v), y: bottom + 17, 'text-anchor': 'middle' })),
      ...(y.ticks || ticks(y)).map(v => text(y.percent ? `${Math.round(100 * v)} %` : brief(v),
        { x: left - 5, y: Y(v) + 4, 'text-anchor': 'end' })),
      text(x.label, { x: (left + right) / 2, y: bottom + 36, 'text-anchor': 'middle' }),
    ];
  }

  /** Return one line: its band (x, low, high), its points (x, y), and dots where it was measured. */
  function line({ points, band, dots, name }, look, X, Y) {
    const { svg } = DLX, at = points.map(([x, y]) => [X(x), Y(y)]), parts = [];
    if (band && band.length) {
      const upper = band.map(b => [X(b[0]), Y(b[2])]), lower = band.map(b => [X(b[0]), Y(b[1])]);
      parts.push(svg('path', { class: 'dlx-band', d: `${trace([...upper, ...lower.reverse()])}Z` }));
    }
    parts.push(svg('path', { class: 'dlx-curve', d: trace(at) }));
    if (dots) parts.push(...at.map(([cx, cy]) => svg('circle', { class: 'dlx-dot', cx, cy, r: 3 })));
    return svg('g', { class: `dlx-${look}`, 'data-line': name }, ...parts);
  }

  /** Return the names of the lines, each beside a sample. */
  function legend(lines) {
    const { el, svg } = DLX;
    return el('p', { class: 'dlx-legend' }, ...lines.map(({ name, look }, i) => el('span', {},
      svg('svg', { class: `dlx-${look || i + 1}`, width: 30, height: 10, 'aria-hidden': 'true' },
        svg('path', { class: 'dlx-curve', d: 'M0 5H30' })), ` ${name} `)));
  }

  /**
   * Draw a chart.
   * @param {{title: string, words: string, x: Object, y: Object, lines: Object[], mark: Array}} spec -
   *   words say what it shows; an axis has label, range, and log, ticks or percent if need be; a line
   *   has name, points, and band or dots, and the number of its look, if not that of its place; the
   *   mark [x, y] is what the words speak of, y may be missing
   * @returns {HTMLElement}
   */
  DLX.chart = ({ title, words, x, y, lines, mark = [] }) => {
    const { el, svg } = DLX, X = scale(x, BOX.left, BOX.right), Y = scale(y, BOX.bottom, BOX.top);
    const picture = svg('svg', { viewBox: '0 0 340 220', width: 340, role: 'img', 'aria-label': `${title}. ${words}` },
      ...axes(x, y, X, Y), ...lines.map((each, i) => line(each, each.look || i + 1, X, Y)));
    const [at, height] = mark;
    if (at !== undefined) picture.append(svg('path', { class: 'dlx-mark', d: `M${X(at)} ${BOX.top}V${BOX.bottom}` }));
    if (height !== undefined) picture.append(svg('circle', { class: 'dlx-mark', cx: X(at), cy: Y(height), r: 6 }));
    return el('div', { class: 'dlx-chart' }, el('strong', {}, title), picture, legend(lines));
  };

  Object.assign(DLX, { ticks, chance });
  if (typeof module === 'object') module.exports = DLX;
})(typeof window === 'object' ? window : global);
