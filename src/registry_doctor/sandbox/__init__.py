"""A local W&B backend, good enough for the unmodified SDK (extra ``sandbox``).

>>> from registry_doctor.sandbox import Sandbox
>>> with Sandbox.start({"users": [{"username": "ada", "api_keys": ["a" * 40]}]}) as sandbox:  # doctest: +SKIP
...     print(sandbox.base_url)
"""

from registry_doctor.sandbox.errors import SandboxError, WorldError
from registry_doctor.sandbox.server import Sandbox
from registry_doctor.sandbox.world import World, default_world, load_world

__all__ = ["Sandbox", "SandboxError", "World", "WorldError", "default_world", "load_world"]
