from __future__ import annotations

from typing import Any

import pytest

from genericpipe import ControlKey, PluginError, Severity
from genericpipe.pluginmanager import Answer, Plugin, collect_named

BUILTIN = Plugin("genericpipe.kinds.loop", "built in", builtin=True, file="/core/loop.py")
OTHER_BUILTIN = Plugin("genericpipe.kinds.recipe", "built in", builtin=True)
SITE = Plugin("mysite", "entry point of my-site 1.0", file="/site/plugin.py")
OTHER_SITE = Plugin("theirs", "folder /theirs", file="/theirs/theirs.py")


def test_everything_offered_is_found_with_who_offers_it() -> None:
    offers = collect_named("recipes", [Answer(SITE, {"a": 1}), Answer(BUILTIN, {"b": 2})])
    assert dict(offers) == {"b": 2, "a": 1}
    assert {name: offer.plugin.name for name, offer in offers.by_name.items()} == {
        "a": "mysite",
        "b": "genericpipe.kinds.loop",
    }
    assert offers.findings == []


@pytest.mark.parametrize("site_first", [True, False])
def test_a_site_takes_the_place_of_something_builtin_with_a_warning(site_first: bool) -> None:
    answers = [Answer(SITE, {"a": "site"}), Answer(BUILTIN, {"a": "built in"})]
    offers = collect_named("recipes", answers if site_first else answers[::-1])
    assert offers["a"] == "site"
    (finding,) = offers.findings
    assert finding.severity is Severity.WARNING
    assert "'mysite' (entry point of my-site 1.0) takes the place of the built-in 'a'" in finding.message
    assert str(finding.location) == "/site/plugin.py"


@pytest.mark.parametrize(
    "answers",
    [
        [Answer(SITE, {"a": 1}), Answer(OTHER_SITE, {"a": 1})],
        [Answer(SITE, {"a": 1}), Answer(BUILTIN, {"a": 0}), Answer(OTHER_SITE, {"a": 1})],
        [Answer(BUILTIN, {"a": 1}), Answer(OTHER_BUILTIN, {"a": 1})],
    ],
)
def test_nobody_chooses_between_two_of_the_same_rank(answers: list[Answer]) -> None:
    with pytest.raises(PluginError, match="'a' of recipes is offered twice") as caught:
        collect_named("recipes", answers)
    rivals = [answer.plugin for answer in answers if answer.value["a"] == 1]
    assert all(str(plugin) in caught.value.message for plugin in rivals)


def test_things_with_a_name_need_no_mapping() -> None:
    key = ControlKey("queue")
    assert dict(collect_named("control_keys", [Answer(SITE, [key])])) == {"queue": key}
    with pytest.raises(PluginError, match="'queue' of control_keys is offered twice: by plugin 'mysite'"):
        collect_named("control_keys", [Answer(SITE, [key, key])])


@pytest.mark.parametrize("value", [{1: "a"}, {"": "a"}, "text", 7, ["text"]])
def test_an_answer_of_the_wrong_form_names_the_plugin(value: Any) -> None:
    with pytest.raises(PluginError, match=r"plugin 'mysite' .* the hook recipes gave .* no name"):
        collect_named("recipes", [Answer(SITE, value)])
