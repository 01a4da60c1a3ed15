"""Functions by hand beside the same ones in PyTorch, call by call, as people run it.

Chapter: book/by_hand_costs.md. PyTorch is optional: only who computes these runs anew needs it.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from dlexp.byhand import batch_norm as bn
from dlexp.byhand import conv, grad_cam, pooling, recurrent
from dlexp.byhand.arrays import Floats
from dlexp.chapters.by_hand_costs import inputs
from dlexp.chapters.by_hand_costs.inputs import EPSILON, POOL, Turns
from dlexp.chapters.by_hand_costs.timing import Call, Contest

NEEDED = 'PyTorch must be installed for this run: `pip install "torch==2.13.0"`; got none'


def pytorch() -> Any:
    """Return PyTorch, on one thread.

    Raises
    ------
    RuntimeError
        If it is not installed; the message says what to do.
    """
    try:
        import torch
    except ModuleNotFoundError:
        raise RuntimeError(NEEDED) from None
    torch.set_num_threads(1)
    return torch


def everything(config: Turns, seed: int) -> dict[str, Contest]:
    """Return all functions that Keras is asked for, too."""
    families = (convolution, poolings, normalisation, recurrence, explanation)
    return {name: each for family in families for name, each in family(config, seed).items()}


def convolution(config: Turns, seed: int) -> dict[str, Contest]:
    """Return the convolution that keeps the size of its images, and its gradients."""
    x, kernel, bias, upstream = inputs.convolving(config, seed)
    tensors = [_first(x), _tensor(kernel.transpose(3, 2, 0, 1)), _tensor(bias)]

    def in_pytorch(x: Any, kernel: Any, bias: Any) -> Any:
        return pytorch().nn.functional.conv2d(x, kernel, bias, padding="same")

    forward, backward = _both(in_pytorch, tensors, _moved(upstream))

    def gradients() -> tuple[Floats, ...]:
        by_x, by_kernel, by_bias = backward()
        return _last(by_x), by_kernel.numpy().transpose(2, 3, 1, 0), by_bias.numpy()

    return {
        "conv2d": Contest(
            by_hand=lambda: conv.conv2d(x, kernel, bias, padding="same"),
            framework=lambda: _last(forward()),
            size=x.nbytes,
        ),
        "conv2d_gradients": Contest(
            by_hand=lambda: conv.conv2d_gradients(x, kernel, upstream, padding="same"),
            framework=gradients,
            size=x.nbytes,
        ),
    }


def poolings(config: Turns, seed: int) -> dict[str, Contest]:
    """Return max and average pooling, and their gradients."""
    x, upstream = inputs.pooling(config, seed)
    functional, arriving = pytorch().nn.functional, _moved(upstream)
    largest = _both(lambda x: functional.max_pool2d(x, POOL), [_first(x)], arriving)
    mean = _both(lambda x: functional.avg_pool2d(x, POOL), [_first(x)], arriving)
    return {
        "max_pool2d": Contest(
            by_hand=lambda: pooling.max_pool2d(x, POOL),
            framework=lambda: _last(largest[0]()),
            size=x.nbytes,
        ),
        "max_pool2d_gradient": Contest(
            by_hand=lambda: pooling.max_pool2d_gradient(x, upstream, POOL),
            framework=lambda: _last(largest[1]()[0]),
            size=x.nbytes,
        ),
        "average_pool2d": Contest(
            by_hand=lambda: pooling.average_pool2d(x, POOL),
            framework=lambda: _last(mean[0]()),
            size=x.nbytes,
        ),
        "average_pool2d_gradient": Contest(
            by_hand=lambda: pooling.average_pool2d_gradient(x, upstream, POOL),
            framework=lambda: _last(mean[1]()[0]),
            size=x.nbytes,
        ),
    }


def normalisation(config: Turns, seed: int) -> dict[str, Contest]:
    """Return batch normalisation as it trains, and its gradients."""
    x, gamma, beta, upstream = inputs.normalising(config, seed)
    tensors = [_first(x), _tensor(gamma), _tensor(beta)]

    def in_pytorch(x: Any, gamma: Any, beta: Any) -> Any:
        functional = pytorch().nn.functional
        return functional.batch_norm(x, None, None, gamma, beta, training=True, eps=EPSILON)

    forward, backward = _both(in_pytorch, tensors, _moved(upstream))

    def gradients() -> tuple[Floats, ...]:
        by_x, *others = backward()
        return (_last(by_x), *(each.numpy() for each in others))

    return {
        "batch_norm": Contest(
            by_hand=lambda: bn.batch_norm(x, gamma, beta, mode="training", epsilon=EPSILON),
            framework=lambda: _last(forward()),
            size=x.nbytes,
        ),
        "batch_norm_gradients": Contest(
            by_hand=lambda: bn.batch_norm_gradients(
                x, gamma, upstream, mode="training", epsilon=EPSILON
            ),
            framework=gradients,
            size=x.nbytes,
        ),
    }


def recurrence(config: Turns, seed: int) -> dict[str, Contest]:
    """Return an LSTM that shows all its steps, and its gradients."""
    torch = pytorch()
    x, kernel, states, bias, upstream = inputs.recurring(config, seed)
    weights = recurrent.Weights(kernel, states, bias)
    layer = torch.nn.LSTM(config.features, config.units, batch_first=True)
    # Of its two biases, which are added, one is enough.
    named = (kernel.T, states.T, bias, np.zeros_like(bias))
    with torch.no_grad():
        for parameter, array in zip(layer.parameters(), named, strict=True):
            parameter.copy_(torch.from_numpy(array.copy()))
    tensors = [_tensor(x), *list(layer.parameters())[:3]]
    forward, backward = _both(lambda x, *_: layer(x)[0], tensors, torch.from_numpy(upstream))

    def gradients() -> tuple[Floats, ...]:
        by_x, by_kernel, by_states, by_bias = (each.numpy() for each in backward())
        return by_x, by_kernel.T, by_states.T, by_bias

    return {
        "lstm": Contest(
            by_hand=lambda: recurrent.lstm(x, weights).shown,
            framework=lambda: forward().numpy(),
            size=x.nbytes,
        ),
        "lstm_gradients": Contest(
            by_hand=lambda: recurrent.lstm_gradients(x, weights, upstream),
            framework=gradients,
            size=x.nbytes,
        ),
    }


def explanation(config: Turns, seed: int) -> dict[str, Contest]:
    """Return Grad-CAM, from activations and gradients to maps as large as the images."""
    torch = pytorch()
    activations, gradients = inputs.explaining(config, seed)
    size, tensors = (config.size, config.size), (_moved(activations), _moved(gradients))

    def in_pytorch() -> Floats:
        layer, slopes = tensors
        maps = (layer * slopes.mean((2, 3), keepdim=True)).sum(1, keepdim=True).relu()
        largest = maps.amax((2, 3), keepdim=True)
        maps = maps / torch.where(largest > 0, largest, 1.0)
        large: Floats = torch.nn.functional.interpolate(maps, size, mode="bilinear")[:, 0].numpy()
        return large

    return {
        "grad_cam": Contest(
            by_hand=lambda: grad_cam.grad_cam(activations, gradients, size),
            framework=in_pytorch,
            size=activations.nbytes + gradients.nbytes,
        )
    }


# --- Tensors ------------------------------------------------------------------------------------


def _tensor(array: Floats) -> Any:
    """Return an array as a tensor that gradients are asked for."""
    return pytorch().tensor(array.copy(), requires_grad=True)


def _moved(array: Floats) -> Any:
    """Return images with their channels first, as PyTorch has them."""
    return pytorch().from_numpy(np.moveaxis(array, -1, 1).copy())


def _first(array: Floats) -> Any:
    return _moved(array).requires_grad_()


def _last(tensor: Any) -> Floats:
    """Return images with their channels last: a view, which costs nothing."""
    images: Floats = np.moveaxis(tensor.detach().numpy(), 1, -1)
    return images


def _both(function: Callable[..., Any], tensors: Sequence[Any], upstream: Any) -> tuple[Call, Call]:
    """Return what runs a function without a tape, and what runs it with one and then back."""
    torch = pytorch()

    def forward() -> Any:
        with torch.no_grad():
            return function(*tensors)

    def backward() -> Any:
        return torch.autograd.grad(function(*tensors), tensors, upstream)

    return forward, backward
