"""A run goes on, is refused or starts over, as `resume` says."""

from __future__ import annotations

from typing import Any

import pytest
import wandb

from registry_doctor.pytest_sandbox import WandbSandbox


def begin(run_id: str = "r1", **arguments: Any) -> None:
    """A finished run with two rows, the last one at step 20."""
    with wandb.init(project="p", id=run_id, config={"lr": 0.5}, tags=["a"], notes="n", **arguments) as run:
        run.log({"loss": 2}, step=10)
        run.log({"loss": 1, "acc": 0.5}, step=20)


def losses(run_id: str = "r1") -> list[tuple[int, float]]:
    """Steps and values of a run."""
    return [(row["_step"], row["loss"]) for row in wandb.Api().run(f"p/{run_id}").scan_history(keys=["loss"])]


@pytest.mark.parametrize("resume", ["allow", "must", True])
def test_a_run_goes_on_where_it_stopped(wandb_sandbox: WandbSandbox, resume: Any) -> None:
    """With its configuration, summary, tags and notes, and at the next step."""
    begin()
    with wandb.init(project="p", id="r1", resume=resume) as run:
        assert run.resumed
        assert (dict(run.config), run.summary["acc"], run.tags, run.notes) == ({"lr": 0.5}, 0.5, ("a",), "n")
        run.config["more"] = 1
        run.log({"loss": 0})
        assert wandb.Api().run("p/r1").state == "running"
    assert losses() == [(10, 2), (20, 1), (21, 0)]
    after = wandb.Api().run("p/r1")
    assert (after.config, after.summary["acc"], after.summary["loss"]) == ({"lr": 0.5, "more": 1}, 0.5, 0)
    assert (after.state, len(list(wandb.Api().runs("p")))) == ("finished", 1)


@pytest.mark.parametrize("resume", ["allow", "never"])
def test_a_run_that_is_not_there_begins(wandb_sandbox: WandbSandbox, resume: Any) -> None:
    """It is not resumed."""
    with wandb.init(project="p", id="r1", resume=resume) as run:
        assert not run.resumed


def test_must_refuses_a_run_that_is_not_there(wandb_sandbox: WandbSandbox) -> None:
    """In the SDK's words."""
    with pytest.raises(wandb.errors.UsageError, match=r"Run \(r1\) does not exist"):
        wandb.init(project="p", id="r1", resume="must")


def test_never_refuses_a_run_that_is_there(wandb_sandbox: WandbSandbox) -> None:
    """And the run stays as it was."""
    begin()
    with pytest.raises(wandb.errors.UsageError, match=r"Run \(r1\) already exists"):
        wandb.init(project="p", id="r1", resume="never")
    assert losses() == [(10, 2), (20, 1)]


def test_auto_resumes_a_run_that_crashed(wandb_sandbox: WandbSandbox) -> None:
    """The SDK remembers its id on this machine."""
    with pytest.raises(ZeroDivisionError), wandb.init(project="p", id="r1", resume="auto") as run:
        run.log({"loss": 1})
        _ = 1 / 0
    assert wandb.Api().run("p/r1").state == "failed"
    with wandb.init(project="p", resume="auto") as run:
        assert (run.id, run.resumed) == ("r1", True)
        run.log({"loss": 0})
    assert losses() == [(0, 1), (1, 0)]


def test_a_run_that_is_not_resumed_starts_over(wandb_sandbox: WandbSandbox) -> None:
    """W&B documents that the earlier run is overwritten."""
    begin()
    wandb.teardown()
    with wandb.init(project="p", id="r1", config={"other": 1}) as run:
        run.log({"loss": 9})
    after: Any = wandb.Api().run("p/r1")
    assert (losses(), after.config, after.tags) == ([(0, 9)], {"other": 1}, [])
    assert "acc" not in after.summary


def test_a_run_resumed_twice_keeps_all_rows(wandb_sandbox: WandbSandbox) -> None:
    """Also those that are written by an explicit step."""
    begin()
    for step in (30, 40):
        with wandb.init(project="p", id="r1", resume="must") as run:
            run.log({"loss": step}, step=step)
    assert losses() == [(10, 2), (20, 1), (30, 30), (40, 40)]


def test_a_deleted_run_is_gone(wandb_sandbox: WandbSandbox) -> None:
    """It can be deleted a second time, but neither changed nor begun again."""
    begin()
    run = wandb.Api().run("p/r1")
    run.delete()
    run.delete()
    with pytest.raises(wandb.errors.CommError, match="run not found"):
        run.update()
    with pytest.raises(wandb.errors.CommError, match="Could not find run"):
        wandb.Api().run("p/r1")
    wandb.teardown()
    with pytest.raises(wandb.errors.CommError, match="previously created and deleted; try a new run name"):
        wandb.init(project="p", id="r1")


def test_deleting_a_run_with_its_artifacts_deletes_them(wandb_sandbox: WandbSandbox) -> None:
    """Without that they stay, and nobody logged them."""
    for run_id, name in (("kept", "stays"), ("gone", "goes")):
        with wandb.init(project="p", id=run_id) as run:
            run.log_artifact(wandb.Artifact(name, "dataset")).wait()
    wandb.Api().run("p/kept").delete()
    wandb.Api().run("p/gone").delete(delete_artifacts=True)
    api = wandb.Api()
    assert (api.artifact_exists("p/stays:v0"), api.artifact_exists("p/goes:v0")) == (True, False)
    assert api.artifact("p/stays:v0").logged_by() is None


def test_states_change_only_as_the_sdk_documents(wandb_sandbox: WandbSandbox) -> None:
    """A finished run can neither be failed nor queued."""
    begin()
    finished = wandb.Api().run("p/r1")
    with pytest.raises(wandb.Error, match="invalid state transition"):
        finished.update_state("failed")
    with wandb.init(project="p", id="r2"):
        running = wandb.Api().run("p/r2")
        assert running.update_state("failed")
        assert wandb.Api().run("p/r2").state == "failed"


def test_a_run_is_edited_through_the_api(wandb_sandbox: WandbSandbox) -> None:
    """Name, tags, notes, configuration and summary; it neither runs again nor loses its history."""
    begin()
    run: Any = wandb.Api().run("p/r1")
    run.name, run.tags, run.notes, run.group = "better name", ["b"], "new", "g"
    run.config["lr"] = 1
    run.summary["best"] = 7
    run.update()
    after: Any = wandb.Api().run("p/r1")
    assert (after.name, after.tags, after.notes, after.group) == ("better name", ["b"], "new", "g")
    assert (after.config, after.summary["best"], after.state) == ({"lr": 1}, 7, "finished")
    assert losses() == [(10, 2), (20, 1)]


@pytest.mark.parametrize(("exit_code", "state"), [(0, "finished"), (1, "preempted")])
def test_a_run_that_is_preempted_says_so(wandb_sandbox: WandbSandbox, exit_code: int, state: str) -> None:
    """Unless it comes to a good end."""
    run = wandb.init(project="p", id="r1")
    run.mark_preempting()
    run.finish(exit_code=exit_code)
    assert wandb.Api().run("p/r1").state == state


def test_a_run_that_was_created_ahead_begins(wandb_sandbox: WandbSandbox) -> None:
    """It is pending until then, and nothing is resumed."""
    api = wandb.Api()
    api.create_run(project="p", run_id="r1")
    with wandb.init(project="p", id="r1", resume="allow") as run:
        assert not run.resumed
        run.log({"loss": 1})
    assert (wandb.Api().run("p/r1").state, losses()) == ("finished", [(0, 1)])


def test_a_run_is_asked_to_stop(wandb_sandbox: WandbSandbox) -> None:
    """The request is there for the process that runs it."""
    with wandb.init(project="p", id="r1"):
        wandb.Api().run("p/r1").stop()
        query = 'query { project(name: "p", entityName: "research") { run(name: "r1") { stopped } } }'
        answer: Any = wandb.Api()._service_api.execute_graphql(query, {})
        assert answer["project"]["run"] == {"stopped": True}
