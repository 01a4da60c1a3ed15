"""What softmax, its loss, and logistic regression by hand are held to."""

from typing import Any

import numpy as np

from dlexp.byhand.logistic import logistic_gradient, logistic_loss, logistic_probabilities
from dlexp.byhand.softmax import cross_entropy, cross_entropy_gradient, log_softmax, softmax
from dlexp.grading.checks import (
    Arguments,
    Check,
    Function,
    agreement,
    differences,
    drawn,
    law,
    paper,
    refusal,
)

# --- Laws ---------------------------------------------------------------------------------------


def only_differences_matter(function: Function, given: Arguments) -> tuple[Any, Any]:
    """A thousand more on each logit of a row changes nothing, and nothing overflows."""
    return function(**{**given, "logits": given["logits"] + 1000}), function(**given)


def rows_add_up_to(total: float) -> Any:
    """Return the law that each row has this sum."""

    def of_rows(function: Function, given: Arguments) -> tuple[Any, Any]:
        found = np.sum(function(**given), axis=1)
        return found, np.full(len(given["logits"]), total)

    return of_rows


def is_the_logarithm(function: Function, given: Arguments) -> tuple[Any, Any]:
    """Its exponentials are probabilities, which add up to one."""
    return np.sum(np.exp(function(**given)), axis=1), np.ones(len(given["logits"]))


def names_may_change(function: Function, given: Arguments) -> tuple[Any, Any]:
    """With weights of the other sign, ones and zeros have changed their names."""
    other = {"weights": -given["weights"]}
    if "targets" in given:
        other["targets"] = 1 - given["targets"]
    return function(**{**given, **other}), function(**given)


def slope_turns_its_sign(function: Function, given: Arguments) -> tuple[Any, Any]:
    """As above, of the gradient."""
    got, before = names_may_change(function, given)
    return got, -before


def probabilities_of_both_classes(function: Function, given: Arguments) -> tuple[Any, Any]:
    """As above, of the probabilities: what one class loses the other one gets."""
    got, before = names_may_change(function, given)
    return got, 1 - before


# --- Softmax ------------------------------------------------------------------------------------

_PAPER: dict[str, Any] = {"logits": np.log([[1.0, 2.0, 5.0]])}
_ONE: dict[str, Any] = {**_PAPER, "labels": np.array([1])}
_LOGITS: dict[str, Any] = {"logits": drawn(0, 3, 4)}
_SCORES: dict[str, Any] = {**_LOGITS, "labels": np.array([2, 0, 3])}
_LARGE: dict[str, Any] = {"logits": np.array([[0.0, 1000.0]])}


def _refusals_of_labels(function: Function) -> list[Check]:
    return [
        refusal("a label that is no class", function, **_LOGITS, labels=np.array([0, 1, 4])),
        refusal("labels of other examples", function, **_LOGITS, labels=np.array([0, 1])),
    ]


SOFTMAX: list[Check] = [
    paper("exponentials 1, 2 and 5", np.array([[1 / 8, 2 / 8, 5 / 8]]), **_PAPER),
    law("a thousand more on each logit changes nothing", only_differences_matter, **_LOGITS),
    law("each row adds up to one", rows_add_up_to(1.0), **_LOGITS),
    agreement("three rows of four", softmax, **_LOGITS),
    agreement("a large logit", softmax, **_LARGE),
    refusal("logits without classes", softmax, logits=drawn(0, 3)),
]
LOG_SOFTMAX: list[Check] = [
    paper("exponentials 1, 2 and 5", np.log([[1 / 8, 2 / 8, 5 / 8]]), **_PAPER),
    law("its exponentials add up to one", is_the_logarithm, **_LOGITS),
    agreement("three rows of four", log_softmax, **_LOGITS),
    agreement("a probability too small for a number", log_softmax, **_LARGE),
    refusal("logits without classes", log_softmax, logits=drawn(0, 3)),
]
CROSS_ENTROPY: list[Check] = [
    paper("a probability of a quarter: ln 4", np.log(4), **_ONE),
    paper(
        "a guess among ten: ln 10",
        2.302585092994046,
        logits=np.full((7, 10), 5.0),
        labels=np.arange(7),
    ),
    paper(
        "finite where a probability is not above zero",
        1000.0,
        **_LARGE, labels=np.array([0]),
    ),
    law("a thousand more on each logit changes nothing", only_differences_matter, **_SCORES),
    agreement("three rows of four", cross_entropy, **_SCORES),
    *_refusals_of_labels(cross_entropy),
]  # fmt: skip
CROSS_ENTROPY_GRADIENT: list[Check] = [
    paper("probabilities, and one off at the label", np.array([[1 / 8, -6 / 8, 5 / 8]]), **_ONE),
    law("each row adds up to zero", rows_add_up_to(0.0), **_SCORES),
    law("a thousand more on each logit changes nothing", only_differences_matter, **_SCORES),
    agreement("three rows of four", cross_entropy_gradient, **_SCORES),
    differences("it is that of differences", cross_entropy, by=("logits",), **_SCORES),
    *_refusals_of_labels(cross_entropy_gradient),
]

# --- Logistic regression ------------------------------------------------------------------------

_TWO: dict[str, Any] = {"weights": np.array([np.log(3)]), "x": np.array([[1.0], [-1.0]])}
_TWO_ONES: dict[str, Any] = {**_TWO, "targets": np.ones(2)}
_X: dict[str, Any] = {"weights": drawn(1, 3), "x": drawn(2, 4, 3)}
_DATA: dict[str, Any] = {**_X, "targets": np.array([0.0, 1.0, 1.0, 0.0])}
_PENALTY: dict[str, Any] = {"l2": 0.5, "decayed": np.array([True, True, False])}
_CERTAIN: dict[str, Any] = {"weights": np.array([1000.0]), "x": np.array([[1000.0]])}


def _refusals_of_targets(function: Function) -> list[Check]:
    wrong = np.array([0.0, 1.0, 1.0, 2.0])
    return [
        refusal("a target of two", function, **{**_DATA, "targets": wrong}),
        refusal("targets as a column", function, **{**_DATA, "targets": np.ones((4, 1))}),
        refusal("a penalty below zero", function, **_DATA, l2=-0.25),
    ]


LOGISTIC_PROBABILITIES: list[Check] = [
    paper("logits ln 3 and -ln 3", np.array([3 / 4, 1 / 4]), **_TWO),
    law(
        "weights of the other sign give the other class's probability",
        probabilities_of_both_classes,
        **_X,
    ),
    agreement("four examples", logistic_probabilities, **_X),
    agreement("a logit of a million", logistic_probabilities, **_CERTAIN),
    refusal("weights of other features", logistic_probabilities, **{**_X, "weights": np.ones(2)}),
]
LOGISTIC_LOSS: list[Check] = [
    paper(
        "probabilities 3/4 and 1/4; the second is misjudged",
        (np.log(4 / 3) + np.log(4)) / 2,
        **_TWO_ONES,
    ),
    paper(
        "as wrong as a logit of a million",
        1_000_000.0,
        **_CERTAIN, targets=np.zeros(1),
    ),
    law("ones and zeros may change their names", names_may_change, **_DATA),
    agreement("four examples", logistic_loss, **_DATA),
    agreement("a penalty that spares the last weight", logistic_loss, **_DATA, **_PENALTY),
    *_refusals_of_targets(logistic_loss),
]  # fmt: skip
LOGISTIC_GRADIENT: list[Check] = [
    paper("errors -1/4 and -3/4, of inputs 1 and -1", np.array([1 / 4]), **_TWO_ONES),
    law("it turns its sign where ones and zeros change names", slope_turns_its_sign, **_DATA),
    agreement("four examples", logistic_gradient, **_DATA),
    agreement("a penalty that spares the last weight", logistic_gradient, **_DATA, **_PENALTY),
    differences(
        "it is that of differences", logistic_loss, by=("weights",), **_DATA, **_PENALTY
    ),
    *_refusals_of_targets(logistic_gradient),
]  # fmt: skip
