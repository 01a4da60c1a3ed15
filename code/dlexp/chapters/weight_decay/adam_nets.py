"""Adam with a penalty in its loss, or with a decay beside it, as AdamW has it.

Chapter: book/weight_decay.md. Keras is imported here: import this module inside what trains.
"""

from collections.abc import Sequence
from typing import Any

import keras

from dlexp.chapters.weight_decay.nets import is_kernel


class DecayedAdam(keras.optimizers.Adam):  # type: ignore[misc]  # Keras has no types
    """Adam, whose two strengths can be set anew without tracing a step again.

    By hand: `dlexp.byhand.adam`.
    """

    def __init__(self, learning_rate: Any) -> None:
        super().__init__(learning_rate)
        self.l2, self.decay = (keras.Variable(0.0, trainable=False) for _ in range(2))

    def set_strengths(self, *, l2: float, decay: float) -> None:
        """Say how strong the penalty and the decay are.

        Parameters
        ----------
        l2 : float
            As in ``keras.regularizers.L2(l2)`` on the hidden kernels, >= 0.
        decay : float
            So that a step shrinks the hidden kernels by ``1 - 2 * rate * decay``: half of what
            ``keras.optimizers.AdamW`` and ``torch.optim.AdamW`` call ``weight_decay``.
        """
        self.l2.assign(l2)
        self.decay.assign(decay)

    def apply(self, grads: Sequence[Any], trainable_variables: Sequence[Any]) -> None:
        """Add the gradient of the penalty, shrink, and take the step."""
        whole = [
            gradient + 2 * self.l2 * variable if is_kernel(variable) else gradient
            for gradient, variable in zip(grads, trainable_variables, strict=True)
        ]
        for variable in filter(is_kernel, trainable_variables):
            variable.assign(variable * (1 - 2 * self.learning_rate * self.decay))
        super().apply(whole, trainable_variables)
