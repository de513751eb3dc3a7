"""A Jinja2 template and values for its variables -> the text of a parset."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

from ..errors import GenericPipeError, Location, ParsetError, did_you_mean
from ..parset.reader import read_bytes
from .templates import defined

if TYPE_CHECKING:
    from jinja2 import Environment, TemplateError, TemplateSyntaxError, nodes

#: Where a number or a list is written as text.
_TYPES = "--set gives text; --set-json NAME=VALUE or --values gives numbers, lists, true and false"


@dataclass
class Variable:
    """A name that a template asks for.

    Parameters
    ----------
    name
        The name.
    places
        Where it stands, in the order of reading.
    optional
        Whether the template itself says what to do without it.
    own
        Whether the text defines an option of that name: ``{{ name }}`` stays where no value is given.
    judged
        Whether it stands where only true or false counts, as in ``{% if name %}``.
    repeated
        Whether it is gone through, as in ``{% for x in name %}``.
    """

    name: str
    places: list[Location] = field(default_factory=list)
    optional: bool = False
    own: bool = False
    judged: bool = False
    repeated: bool = False


class Template:
    """A template file and those that it includes, which are looked for in its folder.

    Templates run in Jinja2's sandbox: they can use no file but those, and reach nothing of this program.

    Parameters
    ----------
    path
        The file.

    Raises
    ------
    ParsetError
        If it cannot be read or is not written as Jinja2 wants it, with file and line.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self._environment = _environment(path.parent)
        self.variables: dict[str, Variable] = {}
        self._files: set[str] = set()
        #: Whether a file's name is put together by the template, so that its variables are not known.
        self.open_ended = False
        self._enter(path.name, None)

    def render(self, values: Mapping[str, object]) -> str:
        """Return the text with every variable replaced.

        Parameters
        ----------
        values
            The variables' values; an option that the template defines itself needs none.

        Raises
        ------
        ParsetError
            If a variable has no value, which names all such, or an expression fails; with file and line.
        """
        import jinja2

        own = {name: f"{{{{ {name} }}}}" for name, one in self.variables.items() if one.own}
        try:
            return self._environment.get_template(self.path.name).render({**own, **values})
        except jinja2.TemplateSyntaxError as error:
            self._refuse_syntax(error)
        except jinja2.UndefinedError as error:
            where = self._line_of(error)
            missing = [one for one in self.needed() if one.name not in values]
            if missing and any(f"'{one.name}'" in str(error) for one in missing):
                raise _without_value(missing, where) from None
            raise ParsetError(f"{_one_line(error)}", where, "genericpipe render --list shows them") from None
        except jinja2.TemplateNotFound as error:
            raise self._not_found(error, self._line_of(error)) from None
        except (
            jinja2.TemplateError,
            ArithmeticError,
            AttributeError,
            LookupError,
            TypeError,
            ValueError,
        ) as error:
            raise ParsetError(
                f"the template fails here: {_one_line(error)}", self._line_of(error), _TYPES
            ) from None
        except RecursionError as error:
            raise ParsetError(
                "the template includes itself, or repeats itself without end",
                self._line_of(error),
                "end it with an {% if %}",
            ) from None

    def needed(self) -> list[Variable]:
        """Return the variables without which nothing can be rendered, or some branch of it."""
        return [one for one in self.variables.values() if not one.optional and not one.own]

    def _enter(self, name: str, asked: Location | None) -> None:
        """Look through one file, and through those that it includes."""
        import jinja2
        from jinja2 import meta

        self._files.add(name)
        try:
            text, file, _ = _source(self._environment, name)
            tree = self._environment.parse(text, name, file)
            self._environment.compile(text, name, file)  # only then are names of filters looked up
        except jinja2.TemplateSyntaxError as error:
            self._refuse_syntax(error)
        except jinja2.TemplateNotFound as error:
            raise self._not_found(error, asked) from None
        asks = meta.find_undeclared_variables(tree) - set(self._environment.globals)
        for node, place in _names(tree, file):
            if node.name in asks:
                self._variable(node.name).places.append(place)
        for how, names in _uses(tree).items():
            for one in names & asks:
                setattr(self._variable(one), how, True)
        for one in defined(text):
            if one in asks:
                self._variable(one).own = True
        for included, place in _included(tree, file):
            if included is None:
                self.open_ended = True
            elif included not in self._files:
                self._enter(included, place)

    def _variable(self, name: str) -> Variable:
        return self.variables.setdefault(name, Variable(name))

    def _file(self, name: str | None) -> str:
        return str(self.path.parent / (name or self.path.name))

    def _line_of(self, error: BaseException) -> Location:
        """Return the line of a template at which something failed: the innermost that the traceback has."""
        found = Location(str(self.path))
        trace = error.__traceback__
        while trace is not None:
            file = trace.tb_frame.f_code.co_filename
            if file in {self._file(name) for name in self._files}:
                found = Location(file, trace.tb_lineno)
            trace = trace.tb_next
        return found

    def _refuse_syntax(self, error: TemplateSyntaxError) -> NoReturn:
        message = _one_line(error.message or error)
        hint = "each {% if %}, {% for %} and {% block %} needs its {% end... %}"
        for what, known in (("filter", self._environment.filters), ("test", self._environment.tests)):
            if message.startswith(f"No {what} named "):
                name = message.removeprefix(f"No {what} named ").strip(".'\"")
                hint = did_you_mean(name, known) or f"{what}s are {', '.join(sorted(known))}"
        raise ParsetError(f"the template is not written right: {message}", self._at(error), hint) from None

    def _at(self, error: TemplateSyntaxError) -> Location:
        return Location(self._file(error.name), error.lineno)

    def _not_found(self, error: TemplateError, asked: Location | None) -> GenericPipeError:
        return ParsetError(
            f"the template includes {_one_line(error)!r}, which is not there",
            asked or Location(str(self.path)),
            f"files are looked for in {self.path.parent}",
        )


def _environment(folder: Path) -> Environment:
    import jinja2
    from jinja2.sandbox import ImmutableSandboxedEnvironment

    def load(name: str) -> tuple[str, str, None] | None:
        path = folder / name
        # As in Jinja2's own loader: nothing above the folder.
        if ".." in Path(name).parts or Path(name).is_absolute() or not path.is_file():
            return None
        return _text(path), str(path), None

    return ImmutableSandboxedEnvironment(
        loader=jinja2.FunctionLoader(load), undefined=jinja2.StrictUndefined, keep_trailing_newline=True
    )


def _source(environment: Environment, name: str) -> tuple[str, str, Any]:
    assert environment.loader is not None
    text, file, current = environment.loader.get_source(environment, name)
    return text, file or name, current


def _text(path: Path) -> str:
    data = read_bytes(str(path))
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data[: error.start].count(b"\n") + 1
        raise ParsetError(
            f"byte {data[error.start]:#04x} is not UTF-8", Location(str(path), line), "save it as UTF-8"
        ) from None


def _names(tree: nodes.Template, file: str) -> Iterator[tuple[nodes.Name, Location]]:
    """Yield each name that a template reads, in the order of its lines."""
    from jinja2 import nodes

    found = [node for node in tree.find_all(nodes.Name) if node.ctx == "load"]
    for node in sorted(found, key=lambda node: node.lineno):
        yield node, Location(file, node.lineno)


def _uses(tree: nodes.Template) -> dict[str, set[str]]:
    """Return the variables that are used in some special way, by the field of `Variable` about it."""
    from jinja2 import nodes

    uses: dict[str, set[str]] = {"optional": set(), "judged": set(), "repeated": set()}

    def judge(node: nodes.Node | None) -> None:
        if isinstance(node, nodes.Name):
            uses["judged"].add(node.name)
        elif isinstance(node, nodes.Not):
            judge(node.node)
        elif isinstance(node, nodes.And | nodes.Or):
            judge(node.left)
            judge(node.right)

    for choice in tree.find_all(nodes.If):
        judge(choice.test)
    for expression in tree.find_all(nodes.CondExpr):
        judge(expression.test)
    for repeat in tree.find_all(nodes.For):
        if isinstance(repeat.iter, nodes.Name):
            uses["repeated"].add(repeat.iter.name)
    for told in tree.find_all((nodes.Filter, nodes.Test)):
        known = told.name in ("default", "d", "defined", "undefined")
        if known and isinstance(told.node, nodes.Name):
            uses["optional"].add(told.node.name)
    return uses


def _included(tree: nodes.Template, file: str) -> Iterator[tuple[str | None, Location]]:
    """Yield each file that a template includes or imports; None where only rendering tells its name."""
    from jinja2 import nodes

    for node in tree.find_all((nodes.Include, nodes.Extends, nodes.Import, nodes.FromImport)):
        name: object = getattr(node, "template", None)
        certain = not getattr(node, "ignore_missing", False)
        if isinstance(name, nodes.Const) and isinstance(name.value, str) and certain:
            yield name.value, Location(file, node.lineno)
        else:
            yield None, Location(file, node.lineno)


def _without_value(missing: list[Variable], where: Location) -> ParsetError:
    lines = [f"{one.name} ({_place(one.places[0], where)})" for one in missing]
    many = len(missing) > 1
    options = ("--set-json" if one.repeated or one.judged else "--set" for one in missing)
    wanted = [f"{option} {one.name}=..." for option, one in zip(options, missing, strict=True)]
    given = " ".join(wanted[:4]) + (" ..." if len(wanted) > 4 else "")
    return ParsetError(
        f"variable{'s' if many else ''} without a value: {', '.join(lines)}",
        where,
        f"give {given}, or --values FILE",
    )


def _place(place: Location, where: Location) -> str:
    return f"line {place.line}" if place.file == where.file else str(place)


def _one_line(error: object) -> str:
    return " ".join(str(error).split())
