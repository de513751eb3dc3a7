"""genericpipe clean: what may go, what never does, and that a resume knows of it."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import pytest

from genericpipe.engine.folder.cleaning import Removable, remove
from genericpipe.engine.journal.journal import Journal
from genericpipe.engine.journal.recorder import Recorder
from genericpipe.engine.journal.records import StepKey

from .jobs import FILES, MAKE, chain


@pytest.fixture
def site(project: Any) -> Any:
    return project(FILES)


def products(site: Any, step: str) -> list[str]:
    """Return what is left of the products of a step, by the journal."""
    paths = []
    for line in site.file("p/journal.jsonl").read_text().splitlines():
        event = json.loads(line)
        if event["event"] == "job_finished" and event["step"] == step:
            paths += [product[0] for product in event.get("products", [])]
    return [path for path in dict.fromkeys(paths) if os.path.lexists(path)]


def left(site: Any, *steps: str) -> dict[str, int]:
    return {step: len(products(site, step)) for step in steps}


def run(site: Any, text: str, status: int = 0) -> str:
    site.write("p.parset", text)
    said: str = site.run("run", "p.parset").expect(status).stdout
    return said


def ran(said: str) -> list[str]:
    return [line.split(":")[0] for line in said.splitlines() if line.endswith(" s, 2 jobs")]


def test_what_later_steps_took_goes_and_results_and_inputs_stay(site: Any) -> None:
    run(site, chain(site.path, "a", "b", "c"))
    would = site.run("clean", "p", "--dry-run").expect(0).stdout
    assert left(site, "a", "b", "c") == {"a": 2, "b": 2, "c": 2}
    said = site.run("clean", "p").expect(0).stdout
    assert left(site, "a", "b", "c") == {"a": 0, "b": 0, "c": 2}
    assert sorted(os.listdir(site.file("data"))) == ["one.in", "two.in"]
    # one.in holds a byte, two.in two: two steps' copies of both.
    assert would.splitlines()[-1] == "4 products, 6 bytes would be freed"
    assert said.splitlines()[-1] == "4 products, 6 bytes freed"
    assert said.splitlines()[:4] == [
        line.replace("would remove", "removed") for line in would.splitlines()[:4]
    ]
    assert "kept 2 products: a result: no later step took it" in said
    assert site.run("clean", "p").expect(0).stdout.splitlines()[-1] == "0 products, 0 bytes freed"


def test_what_was_removed_is_not_lost(site: Any) -> None:
    run(site, chain(site.path, "a", "b", "c"))
    site.run("clean", "p").expect(0)
    again = site.run("run", "p.parset").expect(0).stdout
    assert ran(again) == []
    assert "run again" not in again
    assert "removed by 'genericpipe clean': 4 products, 6 bytes" in site.run("status", "p").expect(0).stdout


def test_what_is_wanted_again_is_made_again(site: Any) -> None:
    run(site, chain(site.path, "a", "b", "c"))
    site.run("clean", "p").expect(0)
    site.run("reset", "p", "c").expect(0)
    assert ran(site.run("run", "p.parset").expect(0).stdout) == ["a", "b", "c"]
    assert "removed by" not in site.run("status", "p").expect(0).stdout


def test_a_step_that_is_added_later_gets_what_was_removed(site: Any) -> None:
    text = chain(site.path, "a", "b")
    run(site, text)
    site.run("clean", "p").expect(0)
    assert left(site, "a", "b") == {"a": 0, "b": 2}
    added = chain(site.path, "a", "b", "late").replace(
        "late.control.mapfile_in = b.", "late.control.mapfile_in = a."
    )
    assert "late" in ran(run(site, added))


def test_a_step_that_failed_keeps_what_it_takes(site: Any) -> None:
    run(site, chain(site.path, "a", "b", "c", programs={"c": "fail"}), status=1)
    site.run("clean", "p").expect(0)
    assert left(site, "a", "b") == {"a": 0, "b": 2}
    assert ran(run(site, chain(site.path, "a", "b", "c"))) == ["c"]


def test_a_step_that_has_not_begun_keeps_what_its_text_refers_to(site: Any) -> None:
    text = chain(site.path, "a", "b", "c", "d", programs={"c": "fail"})
    run(site, text.replace("d.control.mapfile_in = c.", "d.control.mapfile_in = a."), status=1)
    site.run("clean", "p").expect(0)
    assert left(site, "a", "b") == {"a": 2, "b": 2}


def test_a_step_that_has_not_begun_keeps_the_folder_that_it_looks_into(site: Any) -> None:
    text = chain(site.path, "a", "b", "c", programs={"c": "fail"}).replace("b, c]", "b, c, look]")
    look = MAKE.format(name="look", folder="input.output.working_directory/p", pattern=".a")
    run(site, text + look, status=1)
    site.run("clean", "p").expect(0)
    assert left(site, "a", "b") == {"a": 2, "b": 2}


def test_steps_left_out_with_until_are_still_to_come(site: Any) -> None:
    site.write("p.parset", chain(site.path, "a", "b", "c"))
    site.run("run", "p.parset", "--until", "b").expect(0)
    site.run("clean", "p").expect(0)
    assert left(site, "a", "b") == {"a": 0, "b": 2}
    assert ran(site.run("run", "p.parset").expect(0).stdout) == ["c"]


def test_a_plugin_that_looks_at_files_keeps_what_it_found(site: Any) -> None:
    text = chain(site.path, "a", "b").replace("[make, a, b]", "[make, a, look, b]")
    look = MAKE.format(name="look", folder="input.output.working_directory/p", pattern=".a")
    text = text.replace("b.control.mapfile_in = a.", "b.control.mapfile_in = look.") + look
    run(site, text)
    said = site.run("clean", "p").expect(0).stdout
    assert "kept 2 products: a plugin that runs again on each resume may look for it" in said
    assert ran(site.run("run", "p.parset").expect(0).stdout) == []


def test_a_file_that_a_later_map_names_is_a_result(site: Any) -> None:
    text = chain(site.path, "a", "b").replace("[make, a, b]", "[make, a, b, listed]")
    listed = (
        "listed.control.kind = plugin\nlisted.control.type = createMapfile\n"
        "listed.control.method = add_suffix_to_file\nlisted.control.mapfile_in = a.output.mapfile\n"
        'listed.control.add_suffix_to_file = ""\nlisted.control.mapfile_dir = input.output.mapfile_dir\n'
        "listed.control.filename = listed.mapfile\n"
    )
    run(site, text + listed)
    said = site.run("clean", "p").expect(0).stdout
    assert "kept 2 products: a result: a later mapfile names it" in said


def test_what_a_step_changed_in_place_is_its_result(site: Any) -> None:
    more = "b.control.inplace = True\n"
    run(site, chain(site.path, "a", "b", programs={"b": "append"}, more=more))
    site.run("clean", "p").expect(0)
    assert left(site, "a") == {"a": 2}


def test_raw_data_that_a_step_changed_in_place_stay(site: Any) -> None:
    more = "a.control.inplace = True\n"
    run(site, chain(site.path, "a", "b", programs={"a": "append"}, more=more))
    said = site.run("clean", "p").expect(0).stdout
    assert "removed" not in said
    assert sorted(os.listdir(site.file("data"))) == ["one.in", "two.in"]


def test_what_lies_elsewhere_stays(site: Any) -> None:
    site.file("elsewhere").mkdir()
    config = (
        f"[DEFAULT]\nruntime_directory = {site.path}\nworking_directory = {site.path}/work\n"
        f"[layout]\njob_directory = {site.path}/p\n[remote]\nmethod = local\n"
    )
    site.write("pipeline.cfg", config)
    # The folder of a's products is a link to somewhere else.
    site.file("work").mkdir()
    site.file("work/p").symlink_to(site.file("elsewhere"))
    run(site, chain(site.path, "a", "b"))
    assert sorted(path.rpartition("/")[0] for path in products(site, "a")) == [f"{site.path}/work/p"] * 2
    said = site.run("clean", "p").expect(0).stdout
    assert "kept 2 products: outside of job folder and working directory" in said


def test_a_folder_goes_whole_and_a_link_alone(site: Any) -> None:
    site.write("bin/folder", '#!/bin/sh\nmkdir -p "$2/SUB" && echo data > "$2/SUB/f" && echo more > "$2/g"\n')
    site.write("bin/link", f'#!/bin/sh\nmkdir -p {site.path}/target && ln -sfn {site.path}/target "$2"\n')
    run(site, chain(site.path, "a", "b", "c", programs={"a": "folder", "b": "link", "c": "folder"}))
    said = site.run("clean", "p").expect(0).stdout
    assert "(10 bytes, step a)" in said
    assert left(site, "a", "b", "c") == {"a": 0, "b": 0, "c": 2}
    assert site.file("target").is_dir()


def test_what_something_else_changed_stays(site: Any) -> None:
    run(site, chain(site.path, "a", "b"))
    path = products(site, "a")[0]
    with open(path, "a") as file:
        file.write("mine")
    said = site.run("clean", "p").expect(0).stdout
    assert "kept 1 product: changed since by something else" in said
    assert products(site, "a") == [path]


def test_steps_can_be_kept(site: Any) -> None:
    run(site, chain(site.path, "a", "b", "c"))
    site.run("clean", "p", "--keep", "a").expect(0)
    assert left(site, "a", "b") == {"a": 2, "b": 0}
    said = site.run("clean", "p", "--keep", "mak").expect(2).stderr
    assert "hint: did you mean 'make'?" in said


def test_without_the_parset_only_a_run_that_ended_well_is_cleaned(site: Any) -> None:
    run(site, chain(site.path, "a", "b", "c", programs={"c": "fail"}), status=1)
    site.file("p.parset").unlink()
    said = site.run("clean", "p").expect(5).stderr
    assert "steps are still to run, and what they take cannot be told" in said
    run(site, chain(site.path, "a", "b", "c"))
    site.file("p.parset").unlink()
    site.run("clean", "p").expect(0)
    assert left(site, "a", "b", "c") == {"a": 0, "b": 0, "c": 2}


def test_not_where_the_statefile_was_deleted(site: Any) -> None:
    run(site, chain(site.path, "a", "b"))
    site.file("p/statefile").unlink()
    assert "the statefile was changed or removed" in site.run("clean", "p").expect(5).stderr


def test_a_loop_that_is_not_over_keeps_all_that_its_steps_take(site: Any) -> None:
    text = chain(site.path, "a", "b", "c", programs={"c": "fail"}).replace(
        "[make, a, b, c]", "[make, a, round]"
    )
    loop = "round.control.kind = loop\nround.control.loopcount = 2\nround.control.loopsteps = [b, c]\n"
    run(site, text + loop, status=1)
    site.run("clean", "p").expect(0)
    assert left(site, "a", "b") == {"a": 2, "b": 2}


def test_what_cannot_be_removed_is_told_and_does_not_keep_the_rest(tmp_path: Path) -> None:
    (tmp_path / "there").write_text("x")
    key = StepKey("a")
    found = [Removable(key, str(tmp_path / "gone/file"), 3), Removable(key, str(tmp_path / "there"), 1)]
    with Journal.open(tmp_path) as journal:
        told = [failure for _, failure in remove(found, Recorder(journal))]
    assert [failure and str(failure.location) for failure in told] == [found[0].path, None]
    assert not (tmp_path / "there").exists()
