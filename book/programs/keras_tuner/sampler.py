import tempfile

import keras_tuner as kt
from scipy.stats import qmc


class Sobol(kt.Oracle):
    def populate_space(self, _):
        hps = self.hyperparameters.space
        # room for 64 trials; one more is an IndexError
        cube = qmc.Sobol(len(hps), rng=self.seed).random(64)
        point = cube[len(self.trials)]
        values = {}
        for hp, share in zip(hps, point, strict=True):
            values[hp.name] = hp.prob_to_value(share)
        return {"status": "RUNNING", "values": values}


class Bowl(kt.Tuner):
    def run_trial(self, trial, **_):
        x, y = trial.hyperparameters.values.values()
        return (x - 2) ** 2 + (y + 1) ** 2


plane = kt.HyperParameters()
plane.Float("x", -5, 5)
plane.Float("y", -5, 5)
oracle = Sobol(max_trials=40, seed=1, hyperparameters=plane)
with tempfile.TemporaryDirectory() as folder:
    tuner = Bowl(oracle=oracle, directory=folder)
    tuner.search(verbose=0)
    best = tuner.get_best_hyperparameters()[0]
for name, value in best.values.items():
    print(name, round(float(value), 1))
