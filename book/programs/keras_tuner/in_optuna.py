import optuna
import torch
from torch import nn
from torchvision.datasets import MNIST

digits = MNIST("data", download=True)
x, y = digits.data.flatten(1) / 255, digits.targets


def objective(trial):
    rate = trial.suggest_float("rate", 1e-4, 1e-1, log=True)
    units = trial.suggest_int("units", 16, 128, step=16)
    torch.manual_seed(trial.number)
    model = nn.Sequential(
        nn.Linear(784, units),
        nn.ReLU(),
        nn.Linear(units, 10),
    )
    adam = torch.optim.Adam(model.parameters(), rate)
    # three epochs, each in the same order
    for part in torch.arange(2000).repeat(3).split(32):
        adam.zero_grad()
        nn.CrossEntropyLoss()(model(x[part]), y[part]).backward()
        adam.step()
    right = model(x[2000:3000]).argmax(1) == y[2000:3000]
    return right.double().mean().item()


sampler = optuna.samplers.TPESampler(seed=1)
study = optuna.create_study(direction="maximize", sampler=sampler)
study.optimize(objective, n_trials=6)
print(study.best_value, study.best_params)
