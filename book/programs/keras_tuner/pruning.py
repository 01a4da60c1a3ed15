import keras
import optuna

(x, y), _ = keras.datasets.mnist.load_data()
train = x[:2000] / 255, y[:2000]
validation = x[2000:3000] / 255, y[2000:3000]


def objective(trial):
    rate = trial.suggest_float("rate", 1e-4, 1e-1, log=True)
    units = trial.suggest_int("units", 16, 128, step=16)
    keras.utils.set_random_seed(100 + trial.number)
    model = keras.Sequential([keras.Input((28, 28))])
    model.add(keras.layers.Flatten())
    model.add(keras.layers.Dense(units, "relu"))
    model.add(keras.layers.Dense(10, "softmax"))
    adam = keras.optimizers.Adam(rate)
    loss = "sparse_categorical_crossentropy"
    model.compile(adam, loss, metrics=["accuracy"])
    for epoch in range(1, 10):
        model.fit(*train, verbose=0)
        score = model.evaluate(*validation, verbose=0)[1]
        trial.report(score, epoch)
        if epoch < 9 and trial.should_prune():
            raise optuna.TrialPruned
    return score


halving = optuna.pruners.SuccessiveHalvingPruner(
    min_resource=1,
    reduction_factor=3,
)
study = optuna.create_study(
    direction="maximize",
    sampler=optuna.samplers.RandomSampler(seed=2),
    pruner=halving,
)
study.optimize(objective, n_trials=9)
for trial in study.trials:
    epochs = len(trial.intermediate_values)
    rate = trial.params["rate"]
    print(trial.number, trial.state.name, "after", epochs, end=" ")
    print(f"epochs at rate {rate:.4f}: {trial.value:.3f}")
