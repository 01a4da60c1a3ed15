"""Gathers what is being moved."""

from dlexp.lab.keys import SCHEMA as SCHEMA
from dlexp.lab.keys import Identity as Identity
from dlexp.lab.keys import identify as identify
from dlexp.lab.records import DamagedRecord as DamagedRecord
from dlexp.lab.records import Record as Record
from dlexp.lab.records import members as members
from dlexp.lab.records import pack as pack
from dlexp.lab.records import unpack as unpack
from dlexp.lab.standing import State as State
from dlexp.lab.store import MissingResult as MissingResult
from dlexp.lab.store import Store as Store
from dlexp.lab.store import load as load
from dlexp.lab.units import Json as Json
from dlexp.lab.units import Measurement as Measurement
from dlexp.lab.units import Unit as Unit
from dlexp.lab.units import plain as plain
