"""What steps of gradient descent by hand are held to."""

from typing import Any

import numpy as np

from dlexp.byhand.sgd import SGDStep, sgd_decay_step, sgd_step
from dlexp.grading.checks import (
    Arguments,
    Check,
    Function,
    agreement,
    drawn,
    law,
    paper,
    refusal,
)


def no_slope_and_no_speed_is_rest(function: Function, given: Arguments) -> tuple[Any, Any]:
    """Without slope, speed and penalty, weights stay where they are."""
    still = np.zeros_like(given["weights"])
    return function(**{**given, "gradient": still, "velocity": still}), SGDStep(
        given["weights"], still
    )


def decay_shrinks_by_a_factor(function: Function, given: Arguments) -> tuple[Any, Any]:
    """Without slope and speed, weights shrink by 1 - rate * decay."""
    got, rest = no_slope_and_no_speed_is_rest(function, given)
    return got[0], (1 - given["rate"] * given["decay"]) * rest.weights


_GIVEN: dict[str, Any] = {
    "weights": drawn(0, 2, 3),
    "gradient": drawn(1, 2, 3),
    "velocity": drawn(2, 2, 3),
    "rate": 0.5,
}


def _refusals(function: Function, **options: float) -> list[Check]:
    return [
        refusal("a gradient of another shape", function, **options,
                **{**_GIVEN, "gradient": drawn(1, 3, 2)}),
        refusal("a rate of zero", function, **options, **{**_GIVEN, "rate": 0.0}),
        refusal("a momentum of one", function, **options, **_GIVEN, momentum=1.0),
    ]  # fmt: skip


SGD_STEP: list[Check] = [
    paper(
        "a slope of 2, a rate of 1/2, and a quarter of a speed of -2: a move of -2/4 - 1",
        SGDStep(np.array([5.5]), np.array([-1.5])),
        weights=np.array([7.0]),
        gradient=np.array([2.0]),
        velocity=np.array([-2.0]),
        rate=0.5,
        momentum=0.25,
    ),
    paper(
        "Nesterov looks one momentum ahead: -2 * 3/4 - 1 = -2.5, and a move of -2.5 * 3/4 - 1",
        SGDStep(np.array([9 - 2.875]), np.array([-2.5])),
        weights=np.array([9.0]),
        gradient=np.array([2.0]),
        velocity=np.array([-2.0]),
        rate=0.5,
        momentum=0.75,
        nesterov=True,
    ),
    law("without slope and speed, nothing moves", no_slope_and_no_speed_is_rest, **_GIVEN),
    agreement("plain", sgd_step, **_GIVEN),
    agreement("with momentum and a penalty", sgd_step, **_GIVEN, momentum=0.75, l2=0.25),
    *_refusals(sgd_step),
]
SGD_DECAY_STEP: list[Check] = [
    paper(
        "9 shrinks by 1 - 1/2 * 1/3, and moves by -1/2 * 2",
        SGDStep(np.array([6.5]), np.array([-1.0])),
        weights=np.array([9.0]),
        gradient=np.array([2.0]),
        velocity=np.array([0.0]),
        rate=0.5,
        decay=1 / 3,
    ),
    law(
        "without slope and speed, weights shrink by a factor",
        decay_shrinks_by_a_factor,
        **_GIVEN,
        decay=0.25,
    ),
    agreement("plain", sgd_decay_step, **_GIVEN, decay=0.25),
    agreement("with momentum", sgd_decay_step, **_GIVEN, decay=0.25, momentum=0.75),
    *_refusals(sgd_decay_step, decay=0.25),
    refusal("a decay below zero", sgd_decay_step, **_GIVEN, decay=-0.25),
]
