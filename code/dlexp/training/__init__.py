"""The one door to fitting a Keras model: seeds, history, and the choice of the epoch.

The epoch is chosen by validation accuracy. Accuracy on other parts can be watched, never used.
Keras is imported here, so import this package inside the functions that train.
"""

from dlexp.training.fitting import PREDICT_BATCH as PREDICT_BATCH
from dlexp.training.fitting import accuracy as accuracy
from dlexp.training.fitting import fit as fit
from dlexp.training.fitting import predict as predict
from dlexp.training.graph import Descent as Descent
from dlexp.training.graph import Refit as Refit
from dlexp.training.plans import Fitted as Fitted
from dlexp.training.plans import History as History
from dlexp.training.plans import Path as Path
from dlexp.training.plans import Plan as Plan
from dlexp.training.plans import Steps as Steps
from dlexp.training.timing import _calls as _calls
from dlexp.training.timing import _seconds as _seconds
