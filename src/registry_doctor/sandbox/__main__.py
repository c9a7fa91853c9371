"""``python -m registry_doctor.sandbox``: the command ``wandb-registry sandbox`` by itself."""

from __future__ import annotations

from registry_doctor.cli.sandbox import sandbox

if __name__ == "__main__":
    sandbox(prog_name="python -m registry_doctor.sandbox")
