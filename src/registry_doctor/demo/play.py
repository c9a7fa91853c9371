"""Play the troubles: ask the doctor, then let the real SDK make the calls before and after."""

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

AT_ONCE = 2
"""How many SDKs run at a time; each is busy for about two seconds."""

LONGEST = 60.0
"""Seconds after which an SDK is given up."""

_NO_PROXY = {"NO_PROXY": "127.0.0.1", "no_proxy": "127.0.0.1"}
"""The sandbox is on this machine; no proxy has a part in it."""


@dataclass(frozen=True)
class Outcome:
    """What came of a call to wandb."""

    place: str | None
    """`entity/project/collection:version` of what was linked or fetched; `None` if wandb refused."""
    files: tuple[str, ...] = ()
    """What was downloaded."""
    refusal: str | None = None
    """wandb's words."""

    @property
    def in_registry(self) -> bool:
        """Whether wandb did it, and in a registry."""
        return self.place is not None and is_registry_project(self.place.split("/")[1])


@dataclass(frozen=True)
class Scene:
    """One trouble, played."""

    trouble: Trouble
    before: Outcome
    report: Report
    corrected: WandbCall
    report_after: Report
    after: Outcome

    @property
    def ends_well(self) -> bool:
        """The corrected call works, in a registry, and the doctor said so."""
        downloaded = bool(self.after.files) or self.corrected.for_ == "link"
        return self.report_after.ok and self.after.in_registry and downloaded


def play(troubles: tuple[Trouble, ...]) -> Iterator[Scene]:
    """Each trouble in its order, as soon as it is played. Starts a sandbox, and an SDK per person."""
    world, loaded = load_world(WORLD), load_checks(others=False)
    keys = _keys(world)
    with (
        tempfile.TemporaryDirectory(prefix="wandb-registry-demo-") as folder,
        Sandbox.start(world) as sandbox,
        ThreadPoolExecutor(AT_ONCE) as pool,
        _no_proxy(),
    ):
        stages = [_Stage.of(each, sandbox, keys, Path(folder), loaded) for each in troubles]
        yield from pool.map(_Stage.play, stages)


@dataclass(frozen=True)
class _Stage:
    """Where one trouble is played: the person's variables and directory."""

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
            "PYTHONUSERBASE": site.getuserbase(),  # where wandb may be installed, whatever HOME is
            "WANDB_BASE_URL": sandbox.base_url,
            "WANDB_API_KEY": keys[trouble.person],
            "WANDB_DIR": str(own),
            "WANDB_SILENT": "true",
            "WANDB_ERROR_REPORTING": "false",
        }
        return cls(trouble, others | _NO_PROXY | of_person, own, loaded)

    def play(self) -> Scene:
        """Ask the doctor about both calls, and let wandb make both."""
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

    def _call_wandb(self, *calls: WandbCall) -> list[Outcome]:
        done = subprocess.run(
            [sys.executable, "-m", "registry_doctor.demo.caller"],
            input=json.dumps([call.code for call in calls]),
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
            check=True,
            timeout=LONGEST,
            env=dict(self.environ),
            cwd=self.folder,
        )
        return [_outcome(each) for each in json.loads(done.stdout)]


def _outcome(answer: Mapping[str, str | list[str]]) -> Outcome:
    place, refusal, files = answer.get("place"), answer.get("refusal"), answer.get("files", ())
    return Outcome(str(place) if place else None, tuple(files), str(refusal) if refusal else None)


def _keys(world: World) -> dict[str, str]:
    """The people's API keys, which are good for nothing but the sandbox."""
    return {user.username: user.api_keys[0] for user in world.users}


@contextmanager
def _no_proxy() -> Iterator[None]:
    """The doctor runs in this process, and asks this process's environment for proxies."""
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
