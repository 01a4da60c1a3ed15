"""The live figure on batch normalisation: the law of the variance, at the frameworks' epsilons."""

from dlexp.byhand import batch_norm as byhand
from dlexp.chapters.batch_norm import live


def test_it_shows_the_epsilon_of_each_framework() -> None:
    frameworks = live.variance()["frameworks"]

    assert frameworks == {"Keras": byhand.KERAS.epsilon, "PyTorch": byhand.PYTORCH.epsilon}
