"""Training: one loop for every stage, its curriculum, checkpoints and records.

The package can be called, as `cogling.train("quick")`: once any part of it is imported, Python binds it to
the name `cogling.train`, where `cogling.grow.train` was before.
"""

import sys
from types import ModuleType
from typing import Any


class _Package(ModuleType):
    def __call__(self, *arguments: Any, **named: Any) -> Any:
        from cogling.grow import train

        return train(*arguments, **named)


sys.modules[__name__].__class__ = _Package
