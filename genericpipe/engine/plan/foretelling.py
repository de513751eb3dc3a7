"""What jobs of a plan are going to leave: the maps of built-in plugins, keys that scripts may return."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from ...errors import GenericPipeError
from ...mapfile import DataMap, replaced
from ...pipeline import Step
from ...pluginmanager import StepPlugin
from ...recipes.executable_args import Work
from ...recipes.job import Job
from ...recipes.plan import PlannedJob
from ...recipes.plan import Work as Kind
from ...recipes.unknown import Unknown, is_marked
from .rehearsal import rehearse

if TYPE_CHECKING:
    from .planner import Planner

#: The key of step plugins that names the folder that they write into; LOFAR's own called it so.
_MAPFILE_DIR = "mapfile_dir"


class _NotForetold(Exception):
    """A plugin whose result nobody can know; says why."""


class Foreteller:
    """Foretells what single jobs leave.

    Parameters
    ----------
    planner
        The plan that is made.
    """

    def __init__(self, planner: Planner) -> None:
        self._planner = planner
        self._overlay = planner.overlay
        self._unknowns = planner.unknowns
        config = planner.config
        self._filled = {os.path.abspath(config.working_directory / config.job_name)}
        self._products: set[str] = set()

    def shown(self, job: Job, more: Iterable[Unknown]) -> PlannedJob:
        """Return a job for the user, with what it depends on."""
        show, within = self._unknowns.show, self._unknowns.within
        made = [path for path in job.products if path not in job.inputs]
        self._products.update(map(os.path.abspath, made))
        self._filled.update(os.path.dirname(os.path.abspath(path)) for path in made)
        argv = tuple(map(self._unknowns.read, job.argv))
        folder = str(job.working_directory)
        texts = (folder, *argv, *job.environment.values(), *job.files, *job.files.values(), *job.products)
        found = dict.fromkeys(more)
        for text in texts:
            found.update(dict.fromkeys(within(text)))
        return PlannedJob(
            index=job.identity.index,
            host=job.host,
            work=_kind(job),
            argv=tuple(map(show, argv)),
            environment={name: show(value) for name, value in job.environment.items()},
            working_directory=Path(show(folder)) if is_marked(folder) else job.working_directory,
            outputs=tuple(map(show, job.products)),
            files={
                show(path): show(text) for path, text in job.files.items() if not _is_for_results(job, path)
            },
            depends_on=tuple(found),
        )

    def of_script(self, step: Step, work: Work, template: tuple[Unknown, ...]) -> Callable[[str], str | None]:
        """Return what gives the results that a Python script may have: any ``<key>.mapfile``, and break."""
        script = self._unknowns.show(work.inputs.node_file or work.program)
        having = set(work.indices)  # entries without a job are skipped in what jobs give
        like = DataMap(
            [
                replaced(entry, skip=bool(entry.skip or index not in having))
                for index, entry in enumerate(work.maps[0].data)
            ]
        )

        def other(key: str) -> str | None:
            what, reason = f"{step.name}.output.{key}", f"{script} returns it"
            if not work.indices:
                return None
            if key == "break":
                return self._unknowns.mark(what, reason)
            if not key.endswith(".mapfile") or key == ".mapfile":
                return None
            path = work.folders.mapfiles / f"{work.inputs.stepname}.{key}"
            self._overlay.write_unknown(path, Unknown(what, reason), like, template)
            return str(path)

        return other

    def plugin(self, step: Step, job: Job) -> Mapping[str, str]:
        """Return what a step plugin returns: foretold if it is built in and all that it reads is known."""
        try:
            return self._rehearsed(step, job)
        except _NotForetold as error:
            reason = str(error)
        except GenericPipeError as error:
            reason = error.message
        reason = self._unknowns.show(self._overlay.outside(reason))
        self._planner.run_note(reason)
        doubt = Unknown(f"{step.name}.output", f"step {step.name} may write there")
        self._overlay.doubt = self._overlay.doubt or doubt
        source = self._planner.vocabulary.step_plugin(step.type, self._planner.pipeline)
        for path in _rewritten(job, source.offered if source else None):
            self._overlay.forget(path, reason)
        return self._planner.unknown_result(step, reason)

    def _rehearsed(self, step: Step, job: Job) -> Mapping[str, str]:
        """Call a built-in plugin on the scratch folder.

        Raises
        ------
        _NotForetold
            If it is a site's, or what it does depends on something that only the run will know.
        """
        source = self._planner.vocabulary.step_plugin(step.type, self._planner.pipeline)
        call = job.call
        if source is None or call is None or source.plugin is None or not source.plugin.builtin:
            raise _NotForetold(f"{job.argv[0]} gives it, and a plan runs nothing of a site")
        offered = source.offered or StepPlugin("")
        positional = [self._scratch_text("", text, offered) for text in call.positional]
        keywords: dict[str, str | Mapping[str, str]] = {}
        for key, text in call.keywords.items():
            keywords[key] = self._scratch_text(key, text, offered) if isinstance(text, str) else text
        done = rehearse(source.function(), positional, keywords, self._overlay.scratch)
        if done.failure:
            raise _NotForetold(done.failure)
        for line in done.said.splitlines():
            self._planner.run_note(self._overlay.outside(line))
        for path in done.written:
            self._overlay.take_in(self._overlay.outside(path))
        return {key: self._overlay.outside(value) for key, value in done.results.items()}

    def _scratch_text(self, key: str, text: str, offered: StepPlugin) -> str:
        """Return a text for a plugin: a path in the scratch folder where it writes or a plan has written.

        Raises
        ------
        _NotForetold
            If it is not known, or names what only the run will make.
        """
        for unknown in self._unknowns.within(text):
            raise _NotForetold(f"{unknown.what}: {unknown.reason}")
        inner = self._overlay.inside(text)
        if key == _MAPFILE_DIR or key in offered.writes:
            os.makedirs(inner if key == _MAPFILE_DIR else os.path.dirname(inner), exist_ok=True)
            return inner
        if os.path.isfile(inner) or ("mapfile" in key and os.path.isfile(text)):
            for unknown in self._overlay.depends_on(text) if "mapfile" in key else ():
                raise _NotForetold(f"{unknown.what}: {unknown.reason}")
            return self._overlay.bring_in(text)
        if "mapfile" in key and text.endswith("mapfile"):
            raise _NotForetold(f"{text}: there is no such mapfile yet")
        if key == "filename" and os.path.isabs(text):
            return inner
        if not offered.only_maps and (os.sep in text or os.path.exists(text)):
            self._refuse_filled(os.path.abspath(text))
            if os.path.isdir(inner):
                return self._overlay.mirror(text)
        return text

    def _refuse_filled(self, path: str) -> None:
        """Refuse a file or folder that the run writes, or fills."""
        own = self._overlay.own
        if path == own or path.startswith(own + os.sep):
            if self._overlay.doubt is not None:
                raise _NotForetold(f"{path}: {self._overlay.doubt.reason}")
            return
        inside = any(path == folder or path.startswith(folder + os.sep) for folder in self._own_folders())
        if inside or path in self._products or path in self._filled:
            raise _NotForetold(f"{path}: the run writes there")

    def _own_folders(self) -> Iterator[str]:
        config = self._planner.config
        yield os.path.abspath(config.job_directory)
        yield os.path.abspath(config.working_directory / config.job_name)


def _rewritten(job: Job, offered: StepPlugin | None) -> Iterator[str]:
    """Yield the mapfiles that a step plugin may have written when it ends.

    Those of sites write ``<mapfile_dir>/<filename>`` and leave alone what they read; of ours, changeMapfile
    writes its input where it gets no name. Those that give no mapfile write none.
    """
    given = job.call.keywords if job.call else {}
    if offered is not None and offered.results is not None and "mapfile" not in offered.results:
        return
    folder, name = given.get(_MAPFILE_DIR), given.get("filename")
    if isinstance(folder, str) and isinstance(name, str):
        yield os.path.join(folder, name)
    elif job.call and job.call.is_module and "newname" not in given:
        yield from (str(text) for key, text in given.items() if key == "mapfile_in")


def _is_for_results(job: Job, path: str) -> bool:
    """Return whether a file is only made empty, for a node script to leave its results in."""
    return job.node is not None and path == job.node.results


def _kind(job: Job) -> Kind:
    if job.call is None:
        return Kind.PROGRAM
    return Kind.PLUGIN if job.call.is_step_plugin else Kind.SCRIPT
