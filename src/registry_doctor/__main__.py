"""`python -m registry_doctor`: the same as `wandb-registry`."""

from __future__ import annotations

from registry_doctor.cli import main

if __name__ == "__main__":
    main(prog_name="python -m registry_doctor")
