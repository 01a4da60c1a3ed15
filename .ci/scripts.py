"""Write the scripts of an environment again, whose folder was renamed: each names its Python."""

import sysconfig
from importlib.metadata import entry_points

from pip._vendor.distlib.scripts import ScriptMaker

maker = ScriptMaker(None, sysconfig.get_path("scripts"))
maker.clobber = maker.set_mode = True
maker.variants = {""}
for script in entry_points(group="console_scripts"):
    maker.make(f"{script.name} = {script.value}")
