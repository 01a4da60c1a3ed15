/* The arithmetic of book/conv_shapes.md: a port of dlexp.byhand.conv and dlexp.byhand.shapes. */
(function (root) {
  'use strict';

  /** Write a value as Python does: 2, 'half', (1, 2), (576,). */
  function repr(value) {
    if (Array.isArray(value)) return `(${value.map(repr).join(', ')}${value.length === 1 ? ',' : ''})`;
    return typeof value === 'string' ? `'${value}'` : String(value);
  }

  function requireAtLeast(least, name, value) {
    if (Number.isInteger(value) && value >= least) return;
    throw new RangeError(`\`${name}\` must be an integer >= ${least}; got ${name}=${repr(value)}`);
  }

  /** Return how many cells a dilated kernel spans. */
  function effectiveKernel(kernel, dilation) {
    requireAtLeast(1, 'kernel', kernel);
    requireAtLeast(1, 'dilation', dilation);
    return dilation * (kernel - 1) + 1;
  }

  function totalPadding(rule, size, span, stride) {
    if (rule === 'valid') return 0;
    if (rule === 'same') return Math.max((Math.ceil(size / stride) - 1) * stride + span - size, 0);
    throw new RangeError(`\`padding\` must be an integer, a pair, "same" or "valid"; got ${repr(rule)}`);
  }

  /** Return the zeros [before, after]; `c` has size, kernel, stride, padding, dilation. */
  function splitPadding({ size, kernel, stride = 1, padding = 0, dilation = 1 }) {
    requireAtLeast(1, 'size', size);
    requireAtLeast(1, 'stride', stride);
    const span = effectiveKernel(kernel, dilation);
    if (typeof padding === 'string') {
      const total = totalPadding(padding, size, span, stride), before = total >> 1;
      return [before, total - before];
    }
    const sides = Array.isArray(padding) ? padding : [padding, padding];
    if (sides.length !== 2 || !sides.every(Number.isInteger)) {
      throw new RangeError(`\`padding\` must be an integer or a pair of integers; got ${repr(padding)}`);
    }
    sides.forEach(side => requireAtLeast(0, 'padding', side));
    return sides;
  }

  /** Return the number of output positions along one direction. */
  function outputSize(c) {
    const [before, after] = splitPadding(c), { size, kernel, stride = 1, dilation = 1 } = c;
    const padded = before + size + after, span = effectiveKernel(kernel, dilation);
    if (span > padded) {
      throw new RangeError('the effective kernel must fit into the padded input; got an effective ' +
        `kernel of ${span} (kernel=${kernel}, dilation=${dilation}) and a padded input of ${padded} ` +
        `(size=${size}, padding=${before}+${after})`);
    }
    return Math.floor((padded - span) / stride) + 1;
  }

  /** Refuse a pooling with a window that could see nothing but padding. */
  function requireNarrow(padding, pool) {
    if (padding < pool) return;
    throw new RangeError('`padding` must be smaller than the pool, or a window sees nothing else; ' +
      `got padding=${padding}, pool=${pool}`);
  }

  /** Return a layer's settings along one direction; a pooling's window is its kernel. */
  function settings(layer, size) {
    const { kernel = layer.window, padding = 'valid', dilation = 1 } = layer;
    const step = layer.kind === 'pool' ? layer.window : 1;
    return { size, kernel, stride: layer.stride === undefined ? step : layer.stride, padding, dilation };
  }

  function requirePlane(shape) {
    if (shape.length !== 3) {
      throw new RangeError(`the layer takes (height, width, channels); got ${repr(shape)}`);
    }
  }

  /** Return the shape of a layer's output; layers are {kind: conv | pool | flatten | dense, ...}. */
  function outputShape(layer, shape) {
    if (layer.kind === 'flatten') return [shape.reduce((a, b) => a * b, 1)];
    if (layer.kind === 'dense') return [...shape.slice(0, -1), layer.units];
    requirePlane(shape);
    const [rows, columns] = [0, 1].map(i => {
      const c = settings(layer, shape[i]);
      if (layer.kind === 'pool') requireNarrow(Math.max(...splitPadding(c)), c.kernel);
      return outputSize(c);
    });
    return [rows, columns, layer.kind === 'conv' ? layer.filters : shape[2]];
  }

  function parameters(layer, shape) {
    if (layer.kind === 'dense') return layer.units * (shape[shape.length - 1] + 1);
    if (layer.kind !== 'conv') return 0;
    requirePlane(shape);
    return layer.filters * (layer.kernel * layer.kernel * shape[2] + 1);
  }

  /** Follow one example through the layers; the row of the first that cannot exist says why. */
  function walk(layers, shape) {
    const rows = [];
    for (const layer of layers) {
      const row = { shape: null, parameters: 0, reason: '' };
      rows.push(row);
      try {
        row.parameters = parameters(layer, shape);
        row.shape = shape = outputShape(layer, shape);
      } catch (error) {
        row.reason = error.message;
        break;
      }
    }
    return rows;
  }

  /** Return how many input cells one output of convolutions and poolings sees. */
  function receptiveField(layers) {
    let field = 1, jump = 1;
    for (const layer of layers) {
      const c = settings(layer, 1);
      field += (effectiveKernel(c.kernel, c.dilation) - 1) * jump;
      jump *= c.stride;
    }
    return field;
  }

  /** Return which cells of a layer's padded input a choice of its outputs looks at. */
  function looksAt(layer, size, outputs) {
    const c = settings(layer, size), [before, after] = splitPadding(c);
    const cells = new Array(before + size + after).fill(false);
    outputs.forEach((chosen, i) => {
      for (let t = 0; chosen && t < c.kernel; t++) cells[i * c.stride + t * c.dilation] = true;
    });
    return { before, cells };
  }

  /**
   * Return, from the input to the last map, {before, cells}: which cells, zeros among them, the
   * chosen outputs of the last map depend on. A level's cells begin `before` cells before its map.
   */
  function trace(layers, sizes, outputs) {
    const levels = [{ before: 0, cells: outputs }];
    for (let i = layers.length - 1, chosen = outputs; i >= 0; i--) {
      const level = looksAt(layers[i], sizes[i], chosen);
      levels.unshift(level);
      chosen = level.cells.slice(level.before, level.before + sizes[i]);
    }
    return levels;
  }

  const same = layer => layer.padding === 'same';

  /** Return why a framework refuses a layer that exists, or nothing; the tests ask all three. */
  const refusals = {
    PyTorch(layer, c) {
      if (layer.kind === 'pool') {
        if (same(layer)) return 'a pooling takes a number for its padding, not a word';
        return c.padding > c.kernel / 2 ? 'a pooling pads by half of its window at most' : '';
      }
      return same(layer) && c.stride > 1 ? `"same" is not for strides. ${halfAKernel(c)}` : '';
    },
    Keras(layer, c) {
      if (c.padding > 0) return 'the padding is "same" or "valid"; for a number, put a ZeroPadding2D before';
      return c.stride > 1 && c.dilation > 1 ? 'no stride beside a dilation; tf.nn applies both' : '';
    },
    'tf.nn'(layer, c) {
      const all = layer.kind === 'pool' && c.padding >= c.kernel;
      return all ? 'the padding of a pooling must be smaller than its window' : '';
    },
  };

  /** Say what half a kernel of zeros on both sides gives instead. */
  function halfAKernel(c) {
    const half = effectiveKernel(c.kernel, c.dilation) >> 1, shift = half - splitPadding(c)[0];
    const found = outputSize(Object.assign({}, c, { padding: half }));
    const start = shift ? `start ${shift} earlier than those of TensorFlow` : 'are those of TensorFlow';
    return `With padding=${half}, the size is ${found} and the windows ${start}`;
  }

  /** Return why a framework refuses a layer on an input of a size, or nothing. */
  function refusal(framework, layer, size) {
    const c = settings(layer, size);
    try {
      outputSize(c);
    } catch (error) {
      return error.message;
    }
    return refusals[framework](layer, c);
  }

  const DLX = root.DLX = root.DLX || {};
  DLX.shapes = {
    FRAMEWORKS: Object.keys(refusals), requireAtLeast, settings, effectiveKernel, splitPadding, outputSize, outputShape, parameters,
    walk, receptiveField, trace, refusal,
  };
  if (typeof module === 'object') module.exports = DLX;
})(typeof window === 'object' ? window : global);
