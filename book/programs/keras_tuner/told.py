import tempfile

import keras_tuner as kt

goal = kt.Objective("score", "max")


def ask(oracle, scores):
    """List what an oracle proposes if it is told scores."""
    asked = []

    class Told(kt.Tuner):
        def run_trial(self, trial, **_):
            asked.append(dict(trial.hyperparameters.values))
            return {"score": scores[len(asked) - 1]}

    with tempfile.TemporaryDirectory() as folder:
        tuner = Told(oracle=oracle, directory=folder)
        tuner.search(verbose=0)
    return asked


def digits(kind, scores, **options):
    space = kt.HyperParameters()
    for name in "abcde":
        space.Choice(name, list(range(10)))
    oracle = kind(
        goal,
        len(scores),
        hyperparameters=space,
        **options,
    )
    found = ask(oracle, scores)
    return ["".join(map(str, v.values())) for v in found]


def parting(first, second):
    """Say from which trial on two lists of proposals differ."""
    same = [a == b for a, b in zip(first, second, strict=True)]
    return "never" if all(same) else f"at trial {same.index(False) + 1}"


blind = kt.oracles.RandomSearchOracle
process = kt.oracles.BayesianOptimizationOracle

# Who listens? The same scores, in two orders.
for kind, first in ((blind, {}), (process, {"num_initial_points": 3})):
    up = digits(kind, [5, 6, 7, 8, 9], seed=1000, **first)
    down = digits(kind, [9, 8, 7, 6, 5], seed=1000, **first)
    print(kind.__name__, "goes another way", parting(up, down))

# How long do both propose the same, if nothing is set?
asked = [digits(k, range(16), seed=1000) for k in (blind, process)]
print("they differ", parting(*asked))

# Two seeds that are too near, and one that is none.
for seed in (100, 105):
    print("seed", seed, *digits(blind, [0] * 6, seed=seed))
zero = {blind(goal, seed=0).seed for _ in range(20)}
print("seed 0 is one seed:", len(zero) == 1)
