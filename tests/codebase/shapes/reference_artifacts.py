from __future__ import annotations

import os


def use_and_resolve(run, artifact_path: str, download_root: str | None = None) -> str:
    """Records an edge on `run` in wandb and returns a local directory."""
    art = run.use_artifact(artifact_path)  #> run.use_artifact ?{artifact_path}
    refs = [ref for entry in art.manifest.entries.values() if (ref := getattr(entry, "ref", None))]
    return os.path.commonpath(refs) if refs else art.download(download_root)


def retire(run, newest, target="wandb-registry-model/retired"):
    retired = run.link_artifact(  #> run.link_artifact wandb-registry-model/retired; artifact=?{source_artifact}:v{source_version}
        run.use_artifact(f"{newest['source_artifact']}:v{newest['source_version']}"), target  #> run.use_artifact ?{source_artifact}:v{source_version}
    )
    retired.unlink()
