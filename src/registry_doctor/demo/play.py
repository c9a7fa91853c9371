"""Play the problems: diagnose each call, and make it with the real SDK before and after the correction."""

from __future__ import annotations

import json
import os
import site
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from registry_doctor.checking.plugins import Loaded, load_checks
from registry_doctor.demo.troubles import CONTENT, Trouble, WandbCall
from registry_doctor.diagnosis.engine import examine
from registry_doctor.domain.target_path import is_registry_project
from registry_doctor.facts import Call
from registry_doctor.report.model import Report
from registry_doctor.sandbox import Sandbox, World, load_world
from registry_doctor.settings import Given, read_settings

WORLD = Path(__file__).with_name("world.yaml")

_PARALLEL_SDKS = 2
"""How many SDK processes run at the same time."""

_SDK_TIMEOUT = 60.0
"""Seconds that one SDK process may take."""

_NO_PROXY = {"NO_PROXY": "127.0.0.1", "no_proxy": "127.0.0.1"}
"""The sandbox is on this machine, so its requests must not go through a proxy."""


@dataclass(frozen=True)
class CallResult:
    """The result of a call to wandb."""

    destination: str | None
    """`entity/project/collection:version` of what was linked or fetched; `None` if wandb refused."""
    files: tuple[str, ...] = ()
    """The names of the downloaded files."""
    refusal: str | None = None
    """The message of wandb."""

    @property
    def in_registry(self) -> bool:
        """Whether the call succeeded, in a registry."""
        return self.destination is not None and is_registry_project(self.destination.split("/")[1])


@dataclass(frozen=True)
class Scene:
    """One problem, with the results of both calls and both diagnoses."""

    trouble: Trouble
    before: CallResult
    report: Report
    corrected: WandbCall
    report_after: Report
    after: CallResult

    @property
    def ends_well(self) -> bool:
        """Whether the corrected call works, in a registry, and the doctor predicted it."""
        downloaded = bool(self.after.files) or self.corrected.for_ == "link"
        return self.report_after.ok and self.after.in_registry and downloaded


def play(troubles: tuple[Trouble, ...]) -> Iterator[Scene]:
    """Play each problem, and yield its scene in order. Starts a sandbox, and an SDK process for each person."""
    world, loaded = load_world(WORLD), load_checks(others=False)
    keys = _keys(world)
    with (
        tempfile.TemporaryDirectory(prefix="wandb-registry-demo-") as folder,
        Sandbox.start(world) as sandbox,
        ThreadPoolExecutor(_PARALLEL_SDKS) as pool,
        _no_proxy(),
    ):
        stages = [_Stage.of(each, sandbox, keys, Path(folder), loaded) for each in troubles]
        yield from pool.map(_Stage.play, stages)


@dataclass(frozen=True)
class _Stage:
    """The environment variables and the directory of the person who has the problem."""

    trouble: Trouble
    environ: Mapping[str, str]
    folder: Path
    loaded: Loaded

    @classmethod
    def of(
        cls, trouble: Trouble, sandbox: Sandbox, keys: Mapping[str, str], folder: Path, loaded: Loaded
    ) -> _Stage:
        own = folder / trouble.person
        own.mkdir()
        (own / CONTENT).write_text("road signs, logged again", encoding="utf-8")
        others = {name: value for name, value in os.environ.items() if not name.startswith("WANDB_")}
        of_person = {
            "HOME": str(own),
            "USERPROFILE": str(own),
            "PYTHONUSERBASE": site.getuserbase(),  # wandb may be installed there; HOME would change it
            "WANDB_BASE_URL": sandbox.base_url,
            "WANDB_API_KEY": keys[trouble.person],
            "WANDB_DIR": str(own),
            "WANDB_SILENT": "true",
            "WANDB_ERROR_REPORTING": "false",
        }
        return cls(trouble, others | _NO_PROXY | of_person, own, loaded)

    def play(self) -> Scene:
        """Diagnose both calls, and make both with wandb."""
        call = self.trouble.call
        report = self._diagnose(call)
        path = report.suggestion.target_path if report.suggestion else call.target
        corrected = self.trouble.corrected or replace(call, target=path)
        report_after = self._diagnose(corrected)
        before, after = self._call_wandb(call, corrected)
        return Scene(self.trouble, before, report, corrected, report_after, after)

    def _diagnose(self, call: WandbCall) -> Report:
        given = Given(entity=call.entity)
        settings = read_settings(given, environ=self.environ, cwd=self.folder)
        return examine(Call(call.target, call.for_, call.artifact, call.type), settings, self.loaded)

    def _call_wandb(self, *calls: WandbCall) -> list[CallResult]:
        done = subprocess.run(
            [sys.executable, "-m", "registry_doctor.demo.caller"],
            input=json.dumps([call.code for call in calls]),
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
            check=True,
            timeout=_SDK_TIMEOUT,
            env=dict(self.environ),
            cwd=self.folder,
        )
        return [_result(each) for each in json.loads(done.stdout)]


def _result(answer: Mapping[str, str | list[str]]) -> CallResult:
    destination, refusal, files = answer.get("destination"), answer.get("refusal"), answer.get("files", ())
    return CallResult(
        str(destination) if destination else None, tuple(files), str(refusal) if refusal else None
    )


def _keys(world: World) -> dict[str, str]:
    """The API keys of the people, which only the sandbox accepts."""
    return {user.username: user.api_keys[0] for user in world.users}


@contextmanager
def _no_proxy() -> Iterator[None]:
    """Turn off proxies for the sandbox in this process, where the doctor runs."""
    before = {name: os.environ.get(name) for name in _NO_PROXY}
    os.environ.update(_NO_PROXY)
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                del os.environ[name]
            else:
                os.environ[name] = value
