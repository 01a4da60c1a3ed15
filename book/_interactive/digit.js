/**
 * Draw a digit: what the network says, where it looked, and the ten faults of a report as switches.
 * The arithmetic is in functions of DLX that know no page; Python's values test them in Node.
 */
(function (root) {
  'use strict';

  const DLX = (root.DLX = root.DLX || {});
  const SIDE = 28; // pixels of a digit
  const BOX = 20; // what MNIST fits the ink into
  const CUT = 'conv_3'; // the layer whose activations are mapped

  const highest = (values) => values.reduce((a, b) => Math.max(a, b), -Infinity);
  const best = (values) => values.indexOf(highest(values));

  // ---- MNIST's own preparation ----

  /**
   * Return the smallest box around the ink, and its centre of mass.
   * @param {Float32Array} ink - n * n values in [0, 1]
   * @param {number} n
   * @returns {?{top: number, left: number, height: number, width: number, row: number, col: number}}
   */
  DLX.extent = (ink, n) => {
    let [top, left, bottom, right, mass, row, col] = [n, n, -1, -1, 0, 0, 0];
    ink.forEach((v, at) => {
      if (!(v > 0)) return;
      const [i, j] = [Math.floor(at / n), at % n];
      [top, left] = [Math.min(top, i), Math.min(left, j)];
      [bottom, right] = [Math.max(bottom, i), Math.max(right, j)];
      [mass, row, col] = [mass + v, row + v * i, col + v * j];
    });
    if (!mass) return null;
    const [height, width] = [bottom - top + 1, right - left + 1];
    return { top, left, height, width, row: row / mass, col: col / mass };
  };

  /** Return the mean of the cells of ink that one cell of a smaller picture covers. */
  function covered(ink, n, from, i, j, scale) {
    const [a, b] = [from.top + i / scale, from.left + j / scale];
    const [c, d] = [Math.min(n, a + 1 / scale), Math.min(n, b + 1 / scale)];
    let [sum, area] = [0, 1 / (scale * scale)];
    for (let y = Math.floor(a); y < c; y++)
      for (let x = Math.floor(b); x < d; x++) {
        const share = (Math.min(c, y + 1) - Math.max(a, y)) * (Math.min(d, x + 1) - Math.max(b, x));
        sum += share * ink[y * n + x];
      }
    return sum / area;
  }

  /**
   * Prepare a drawing as MNIST was: fit its ink into 20 x 20, put its centre of mass into the middle.
   * @param {Float32Array} ink - n * n values in [0, 1]
   * @param {number} n
   * @returns {?Float32Array} 28 * 28 values, or null where there is no ink
   */
  DLX.prepare = (ink, n) => {
    const from = DLX.extent(ink, n);
    if (!from) return null;
    const scale = BOX / Math.max(from.height, from.width);
    const small = new Float32Array(SIDE * SIDE);
    for (let i = 0; i < BOX; i++)
      for (let j = 0; j < BOX; j++) small[i * SIDE + j] = covered(ink, n, from, i, j, scale);
    const { row, col } = DLX.extent(small, SIDE) || from;
    const [down, across] = [SIDE / 2 - row, SIDE / 2 - col].map(Math.round);
    return small.map((v, at) => {
      const [i, j] = [Math.floor(at / SIDE) - down, (at % SIDE) - across];
      return i >= 0 && j >= 0 && i < SIDE && j < SIDE ? small[i * SIDE + j] : 0;
    });
  };

  // ---- Grad-CAM, right and wrong ----

  /** Run the network on one image: {tensors, cut, logits, probabilities, chosen}. */
  DLX.look = (network, image) => {
    const tensors = DLX.forward(network, image);
    const logits = tensors[tensors.length - 1].data;
    const cut = tensors[DLX.place(network, CUT)];
    return { tensors, cut, logits, probabilities: DLX.softmax(logits), chosen: best(logits) };
  };

  /** Return the gradient at the cut of one class: of its logit, or of its probability. */
  DLX.slope = (network, seen, label, ofProbability) => {
    const p = seen.probabilities;
    const seed = p.map((v, i) => (ofProbability ? p[label] : 1) * (+(i === label) - (ofProbability ? v : 0)));
    return DLX.backward(network, seen.tensors, seed, DLX.place(network, CUT));
  };

  /** Return the weights of the channels for one class. */
  const weigh = (network, seen, label, ofProbability) =>
    DLX.channelMeans(DLX.slope(network, seen, label, ofProbability), seen.cut.shape[2]);

  /** Return the right map of a class: {shape: [7, 7], data}, neither scaled nor enlarged. */
  DLX.gradCam = (network, seen, label) =>
    DLX.classMap(seen.cut, weigh(network, seen, label, false));

  /** Return HiResCAM's map of a class: slopes and activations are multiplied place by place. */
  DLX.hiresCam = (network, seen, label) => {
    const [H, W, C] = seen.cut.shape;
    const data = new Float32Array(H * W);
    DLX.slope(network, seen, label, false).forEach((v, at) => {
      data[Math.floor(at / C)] += v * seen.cut.data[at];
    });
    return { shape: [H, W], data: data.map((v) => Math.max(0, v)) };
  };

  /** Return the share of sorted marks that lie below a value. */
  DLX.below = (marks, value) => marks.filter((mark) => mark < value).length / marks.length;

  /** Return the mean of several arrays of one length. */
  const mean = (arrays) =>
    arrays[0].map((v, i) => arrays.reduce((sum, each) => sum + each[i], 0) / arrays.length);

  /**
   * Return the map that a code with some of the faults draws.
   * @param {Object} network
   * @param {Object[]} batch - what DLX.look saw of the stored digits
   * @param {Object} seen - what it saw of the reader's
   * @param {number} label - the class that was asked for
   * @param {Object<number, boolean>} faults - by their number in the chapter
   * @returns {{map: Object, scale: number, label: number, target: Object}} the map as it comes, what
   *   it is divided by (zero only with fault seven), the class it is of, and what was seen of its image
   */
  DLX.faultyCam = (network, batch, seen, label, faults) => {
    const all = batch.concat([seen]);
    const own = (each) => (each === seen ? label : each.chosen);
    const asked = (each) => (faults[3] ? batch[0].chosen : own(each));
    const weights = (each) => weigh(network, each, asked(each), faults[4]);
    const shared = faults[5] && mean(all.map(weights));
    const mapOf = (each) => DLX.classMap(each.cut, shared || weights(each));
    const target = faults[1] ? batch[0] : seen;
    const map = mapOf(target);
    const scale = highest(faults[6] ? all.map((each) => highest(mapOf(each).data)) : map.data);
    return { map, scale: scale > 0 || faults[7] ? scale : 1, label: asked(target), target };
  };

  /** Divide a map by its scale: nothing by nothing is not a number. */
  DLX.scaled = ({ shape, data }, scale) => ({ shape, data: data.map((v) => v / scale) });

  /** Return the correlation of two arrays; null where one does not vary. */
  DLX.correlation = (a, b) => {
    const centred = (v) => {
      const m = v.reduce((x, y) => x + y, 0) / v.length;
      return Array.from(v, (each) => each - m);
    };
    const [x, y] = [centred(a), centred(b)];
    const dot = (p, q) => p.reduce((sum, v, i) => sum + v * q[i], 0);
    const size = Math.sqrt(dot(x, x) * dot(y, y));
    return size > 0 ? dot(x, y) / size : null;
  };

  // ---- pictures ----

  const INK = 280; // pixels of the drawing area, each way
  const HEAT = [213, 94, 0]; // vermillion, as in the printed figures

  /** Paint ink in grey on white, and heat over it, the stronger the more opaque. */
  function paint(canvas, n, ink, heat) {
    canvas.width = canvas.height = n;
    const picture = new ImageData(n, n);
    ink.forEach((v, at) => {
      const alpha = heat && heat[at] > 0 ? 0.75 * Math.min(1, heat[at]) : 0;
      HEAT.forEach((colour, k) => {
        picture.data[4 * at + k] = (1 - alpha) * 255 * (1 - v) + alpha * colour;
      });
      picture.data[4 * at + 3] = 255;
    });
    canvas.getContext('2d').putImageData(picture, 0, 0);
  }

  /** Paint the prepared digit with the box of its ink and its centre of mass. */
  function paintPrepared(canvas, small, image) {
    paint(small, SIDE, image);
    const k = INK / SIDE;
    canvas.width = canvas.height = INK;
    const pen = canvas.getContext('2d');
    pen.imageSmoothingEnabled = false;
    pen.drawImage(small, 0, 0, INK, INK);
    const box = DLX.extent(image, SIDE);
    if (!box) return;
    pen.lineWidth = 3;
    pen.strokeStyle = 'rgb(0, 114, 178)';
    pen.strokeRect(box.left * k, box.top * k, box.width * k, box.height * k);
    const [x, y] = [(box.col + 0.5) * k, (box.row + 0.5) * k];
    pen.strokeStyle = 'rgb(213, 94, 0)';
    [[12, 0], [0, 12]].forEach(([a, b]) => {
      pen.beginPath();
      pen.moveTo(x - a, y - b);
      pen.lineTo(x + a, y + b);
      pen.stroke();
    });
  }

  /** The upper left corner of a picture, as many pixels as the map has cells. */
  const corner = (image, n) =>
    Float32Array.from({ length: n * n }, (_, at) => image[Math.floor(at / n) * SIDE + (at % n)]);

  // ---- the drawing area ----

  const HELP =
    'Drawing area. Arrow keys move the pen, Space puts it down or lifts it, Delete clears.';
  const ARROWS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };

  /**
   * Make a canvas to draw on with mouse, finger or keys.
   * @param {{onInk: function(Float32Array), onLift: function(), onClear: function()}} of
   * @returns {{element: HTMLCanvasElement, clear: function(), show: function(HTMLCanvasElement),
   *   isDown: function(): boolean}} show a picture of the caller's, which it may repaint
   */
  function drawingArea(of) {
    const ink = DLX.el('canvas', { width: INK, height: INK });
    const pen = ink.getContext('2d', { willReadFrequently: true });
    const element = DLX.el('canvas', {
      class: 'dlx-pad', width: INK, height: INK, tabindex: 0, role: 'application', 'aria-label': HELP,
    });
    const screen = element.getContext('2d');
    let [at, down, keys, stroke, asked] = [[INK / 2, INK / 2], false, false, null, false];
    let shown = ink; // or a picture, until the next stroke starts on an empty area
    screen.imageSmoothingEnabled = false;

    function refresh() {
      screen.fillStyle = '#fff';
      screen.fillRect(0, 0, INK, INK);
      screen.drawImage(shown, 0, 0, INK, INK);
      if (!keys) return;
      screen.beginPath();
      screen.arc(at[0], at[1], 11, 0, 7);
      screen.lineWidth = 3;
      screen.strokeStyle = down ? 'rgb(213, 94, 0)' : 'rgb(0, 114, 178)';
      screen.stroke();
    }
    function report() {
      asked = false;
      const pixels = pen.getImageData(0, 0, INK, INK).data;
      of.onInk(Float32Array.from({ length: INK * INK }, (_, i) => pixels[4 * i + 3] / 255));
    }
    function line(from, to) {
      if (shown !== ink) clear();
      pen.lineWidth = 22;
      pen.lineCap = pen.lineJoin = 'round';
      pen.beginPath();
      pen.moveTo(from[0], from[1]);
      pen.lineTo(to[0] + 0.01, to[1]);
      pen.stroke();
      refresh();
      if (!asked) requestAnimationFrame(report);
      asked = true;
    }
    function clear() {
      pen.clearRect(0, 0, INK, INK);
      shown = ink;
      refresh();
    }
    function wipe() {
      down = false;
      clear();
    }
    function show(picture) {
      wipe();
      shown = picture;
      refresh();
    }
    function press(event) {
      if (event.altKey || event.ctrlKey || event.metaKey) return; // the browser's own
      const arrow = ARROWS[event.key];
      if (arrow) {
        const to = at.map((v, k) => Math.min(INK - 10, Math.max(10, v + 10 * arrow[k])));
        if (down) line(at, to);
        at = to;
      } else if (event.key === ' ') {
        down = !down;
        if (down) line(at, at);
        else of.onLift();
      } else if (event.key === 'Delete' || event.key === 'Backspace') {
        wipe();
        of.onClear();
      } else return; // Tab and all others keep their meaning
      keys = true;
      refresh();
      event.preventDefault();
    }
    const place = (event) => {
      const box = element.getBoundingClientRect();
      const k = INK / element.clientWidth;
      const edge = element.clientLeft;
      return [(event.clientX - box.left - edge) * k, (event.clientY - box.top - edge) * k];
    };
    const lift = () => (stroke = null);
    element.addEventListener('keydown', press);
    element.addEventListener('pointerdown', (event) => {
      if (event.button) return;
      keys = false;
      element.setPointerCapture(event.pointerId);
      stroke = place(event);
      line(stroke, stroke);
    });
    element.addEventListener('pointermove', (event) => {
      if (!stroke) return;
      const to = place(event);
      line(stroke, to);
      stroke = to;
    });
    element.addEventListener('pointerup', lift);
    element.addEventListener('pointercancel', lift);
    refresh();
    return { element, clear: wipe, show, isDown: () => down };
  }

  // ---- what is said ----

  const FAULTS = [
    '', 'its argument ignored', 'all the work, ten times', 'class of the first image',
    'probability, not logit', 'weights averaged over the batch', 'one scale for the batch',
    'nothing divided by nothing', 'a corner for the whole', 'gradient inside the tape',
    'an interface that has gone',
  ];

  const percent = (v, digits) => (100 * v).toFixed(digits === undefined ? 1 : digits) + ' %';
  const count = (n) => n.toLocaleString('en');
  const sizes = (tensors) => tensors.reduce((sum, each) => sum + each.data.length, 0);

  /** Return what each pressed fault does here, in words; s is the state of the figure. */
  const REMARKS = {
    1: () => 'The map is that of the first test image, whatever you ask about.',
    2: (s) => s.cost,
    3: (s) => 'The class is ' + s.wrong.label + ', that of the first test image' +
      (s.wrong.label === s.label ? ', which is the one you asked about.' : '.'),
    4: (s) => 'The largest gradient is ' + s.shrunk + ' of that of the logit.',
    5: (s) => 'Your digit shares its weights with ' + s.batch.length + ' stored ones.',
    6: (s) => s.wrong.scale > 0
      ? 'The map reaches ' + percent(highest(s.wrong.map.data) / s.wrong.scale, 0) + ' of full strength.'
      : 'All maps of the batch are empty.',
    7: (s) => s.wrong.scale > 0
      ? (highest(s.wrong.map.data) > 0 ? 'This map is not empty' : 'The map is empty, but its scale is the batch\'s') +
        ', so nothing changes.' + s.hint
      : 'The map is empty: each value is now not a number, which is drawn as nothing.',
    8: (s) => 'What you see is ' + percent(s.cornerInk, 0) + ' of the ink, enlarged.',
    9: (s) => 'It changes no map, but the tape keeps the backward pass, too: ' + count(s.kept[1]) +
      ' numbers, not ' + count(s.kept[0]) + '.',
    10: (s) => 'There is no map. Keras says: ' + s.message,
  };

  const RESHAPING = ['1', '3', '4', '5']; // the faults that change more than a map's scale

  // ---- the figure ----

  /** A picture with a line of words below it. */
  function panel(words) {
    const canvas = DLX.el('canvas', { width: SIDE, height: SIDE, role: 'img' });
    const caption = DLX.el('div', {}, words);
    return {
      element: DLX.el('div', { class: 'dlx-panel dlx-look' }, canvas, caption),
      canvas,
      say: (text) => {
        caption.textContent = text;
        canvas.setAttribute('aria-label', text);
      },
    };
  }

  /** One class: a button with its digit, a bar, its probability and its map. */
  function classRow(label, onPick) {
    const bar = DLX.el('span', { class: 'dlx-bar' });
    const share = DLX.el('span', {});
    const map = DLX.el('canvas', { width: SIDE, height: SIDE, 'aria-hidden': 'true' });
    const track = DLX.el('span', { 'aria-hidden': 'true' }, bar);
    const button = DLX.toggle('', () => onPick(label));
    button.className = 'dlx-class';
    button.append(DLX.el('span', {}, String(label)), track, share, map);
    return { button, bar, share, map };
  }

  DLX.figure && DLX.figure('digit', (host, data) => {
    const network = DLX.network(data.network);
    const digits = data.digits.digits.map((each) =>
      Object.assign({}, each, {
        image: Float32Array.from(new Uint8Array(DLX.bytes(each.pixels)), (v) => v / 255),
      })
    );
    const s = { faults: {}, pick: -1, hires: true, message: data.digits.message, cost: '', hint: '' };
    const status = DLX.status();
    const small = DLX.el('canvas', {});
    const area = drawingArea({
      onInk: (ink) => take(DLX.prepare(ink, INK), ''),
      onLift: () => status.say('Pen lifted.'),
      onClear: () => take(null, ''),
    });
    const prepared = panel('as the network gets it');
    const right = panel('HiResCAM');
    const wrong = panel('with the faults');
    const rows = Array.from({ length: 10 }, (_, label) =>
      classRow(label, (c) => {
        s.pick = s.pick === c ? -1 : c;
        show();
      })
    );
    const words = (d) => 'test image ' + d.index + ', a ' + d.label + (d.error ? ', taken for ' + d.chosen : '');
    const change = (on) => {
      s.hires = on;
      show();
    };
    const method = DLX.toggle('HiResCAM: multiply first, no mean', change, s.hires);
    const list = DLX.select({
      label: 'Start from',
      options: [['', 'your drawing'], ...digits.map((d, i) => [String(i), words(d)])],
      onChange: (value) => choose(value),
    });
    const clear = DLX.button('Clear', () => {
      area.clear();
      take(null, '');
    });
    const faults = FAULTS.map((name, number) =>
      DLX.toggle(number + ' ' + name, (on) => {
        s.faults[number] = on;
        if (number === 2 && on) s.cost = cost();
        if (number === 7 && on && !s.hint) s.hint = hint();
        show();
      })
    ).slice(1);

    /** The stored digits that the report's code would explain together. */
    function batch() {
      s.batch = s.batch || digits.filter((d) => !d.error).map((d) => DLX.look(network, d.image));
      return s.batch;
    }

    /** Explain the batch once, then once per image, and say what that costs. */
    function cost() {
      const images = digits.filter((d) => !d.error);
      const explain = ({ image }) => {
        const seen = DLX.look(network, image);
        DLX.gradCam(network, seen, seen.chosen);
      };
      const start = performance.now();
      images.forEach(explain);
      const once = performance.now();
      images.forEach(() => images.forEach(explain));
      const [a, b] = [once - start, performance.now() - once].map(Math.round);
      const n = images.length;
      return n * n + ' runs of the network for ' + n + ' maps: ' + b + ' ms here, not ' + a + ' ms.';
    }

    /** Find an empty map among the stored digits, and say where it is. */
    function hint() {
      for (const { image, index } of digits) {
        const seen = DLX.look(network, image);
        const label = rows.findIndex((_, c) => !highest(DLX.gradCam(network, seen, c).data));
        if (label >= 0) return ' Test image ' + index + ' has an empty one, of class ' + label + '.';
      }
      return '';
    }

    function take(image, chosen) {
      s.image = image;
      s.pick = -1;
      list.input.value = chosen;
      show();
    }

    function choose(value) {
      if (value === '') return clear.click();
      paint(small, SIDE, digits[value].image);
      area.show(small);
      return take(digits[value].image, value);
    }

    const name = () => (s.hires ? 'HiResCAM' : 'Grad-CAM');

    function empty() {
      const none = new Float32Array(SIDE * SIDE);
      [small, prepared.canvas, right.canvas, wrong.canvas].forEach((c) => paint(c, SIDE, none));
      rows.forEach(({ button, bar, share, map }) => {
        bar.style.width = '0';
        share.textContent = '';
        paint(map, SIDE, none);
        DLX.press(button, false);
      });
      prepared.say('as the network gets it');
      right.say(name());
      wrong.say('with the faults');
      status.say('Draw a digit, or start from a test image.');
    }

    /** Compute all that is shown. */
    function explain() {
      const seen = (s.seen = DLX.look(network, s.image));
      s.label = s.pick < 0 ? seen.chosen : s.pick;
      s.maps = rows.map((_, label) => DLX.gradCam(network, seen, label));
      s.shown = s.hires ? rows.map((_, label) => DLX.hiresCam(network, seen, label)) : s.maps;
      s.wrong = DLX.faultyCam(network, batch(), seen, s.label, s.faults);
      const largest = (of) =>
        highest(DLX.slope(network, s.wrong.target, s.wrong.label, of).map(Math.abs));
      const share = largest(true) / largest(false);
      s.shrunk = share > 0.001 ? percent(share) : share > 0 ? DLX.brief(share) : 'nothing';
      const [ink, part] = [s.image, corner(s.image, 7)].map((v) => v.reduce((a, b) => a + b, 0));
      s.cornerInk = part / ink;
      const place = DLX.place(network, CUT);
      const run = sizes(seen.tensors);
      s.kept = [run, run + sizes(seen.tensors.slice(place))];
    }

    function paintMap(canvas, map) {
      const top = highest(map.data);
      paint(canvas, SIDE, s.image, DLX.upsample(DLX.scaled(map, top || 1), SIDE).data);
      return top;
    }

    function paintWrong() {
      const { map, scale } = s.wrong;
      const heat = DLX.scaled(map, scale);
      if (s.faults[10]) return paint(wrong.canvas, SIDE, s.image);
      if (s.faults[8]) return paint(wrong.canvas, 7, corner(s.image, 7), heat.data);
      return paint(wrong.canvas, SIDE, s.image, DLX.upsample(heat, SIDE).data);
    }

    function show() {
      if (!s.image) return empty();
      const start = performance.now();
      explain();
      const { probabilities, chosen } = s.seen;
      rows.forEach(({ button, bar, share, map }, label) => {
        bar.style.width = percent(probabilities[label]).replace(' ', '');
        share.textContent = percent(probabilities[label]);
        button.classList.toggle('dlx-empty', !paintMap(map, s.shown[label]));
        DLX.press(button, label === s.label);
      });
      const box = DLX.extent(s.image, SIDE);
      paintPrepared(prepared.canvas, small, s.image);
      prepared.say('as the network gets it: ink of ' + box.height + ' × ' + box.width + ' pixels (the box), its centre of mass (the cross) in the middle');
      const top = paintMap(right.canvas, s.shown[s.label]);
      right.say(name() + ' of class ' + s.label + (top ? '' : ': empty'));
      paintWrong();
      const pressed = Object.keys(REMARKS).filter((number) => s.faults[number]);
      wrong.say(pressed.length ? 'Grad-CAM with ' + (pressed.length > 1 ? 'faults ' : 'fault ') + pressed.join(', ') : 'Grad-CAM, no fault pressed');
      status.say(
        ['It says ' + chosen + ', with probability ' + percent(probabilities[chosen]) + ' among the ten digits.', standing(chosen)]
          .concat(pressed.filter((number) => !s.faults[10] || number === '10').map((number) => 'Fault ' + number + ': ' + REMARKS[number](s)), likeness(pressed), area.isDown() ? ['The pen is down.'] : [])
          .join(' ')
      );
      s.milliseconds = performance.now() - start;
    }

    /** Say how the score of the answer compares: the softmax knows no "none of these". */
    function standing(chosen) {
      const value = s.seen.logits[chosen];
      const share = DLX.below(data.digits.typical[chosen], value);
      return 'Its score, ' + value.toFixed(1) + ', is higher than that of ' + percent(share, 0) +
        ' of the test images called ' + chosen + '.';
    }

    function likeness(pressed) {
      if (!pressed.some((number) => RESHAPING.includes(number)) || s.faults[10]) return [];
      const r = DLX.correlation(s.maps[s.label].data, s.wrong.map.data);
      return r === null ? [] : ['Cell by cell, right and wrong correlate at ' + r.toFixed(2) + '.'];
    }

    host.append(
      DLX.el('div', { class: 'dlx-row' }, list.element, clear),
      DLX.el('div', { class: 'dlx-row' }, area.element,
        DLX.el('div', { class: 'dlx-panels' }, prepared.element, right.element, wrong.element)),
      status.element,
      DLX.el('div', { class: 'dlx-row' }, method),
      DLX.el('div', { class: 'dlx-row' },
        DLX.el('div', { class: 'dlx-classes', role: 'group', 'aria-label': 'Classes' }, ...rows.map((r) => r.button)),
        DLX.el('div', { class: 'dlx-faults', role: 'group', 'aria-label': 'Faults' }, ...faults))
    );
    host.state = s; // for tests and the curious
    choose('1'); // a two: the first image is the batch's, and fault three would not show
  });

  if (typeof module === 'object') module.exports = DLX;
})(typeof window === 'object' ? window : global);
