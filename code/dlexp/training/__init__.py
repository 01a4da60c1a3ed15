"""The one door to training a Keras model: seeds, budgets, history, and the choice of the moment.

What is kept is chosen by validation accuracy. Accuracy on other parts can be watched, never used.
Keras is imported here, so import this package inside the functions that train.
"""

from dlexp.looks import LOOK as LOOK
from dlexp.training.fitting import descend as descend
from dlexp.training.fitting import fit as fit
from dlexp.training.fitting import passes as passes
from dlexp.training.loop import Loop as Loop
from dlexp.training.loop import accuracy as accuracy
from dlexp.training.loop import batches as batches
from dlexp.training.loop import predict as predict
from dlexp.training.loop import score as score
from dlexp.training.plans import Fitted as Fitted
from dlexp.training.plans import History as History
from dlexp.training.plans import Plan as Plan
from dlexp.training.timing import calls as calls
