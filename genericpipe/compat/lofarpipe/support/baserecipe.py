"""The base of a site's own master recipes, for those that are run by themselves (contract 14).

Pipelines have no use for it: their steps run without. It reads the configuration, keeps a log, takes its
inputs from the command line, and can cook other recipes.
"""

from __future__ import annotations

import importlib.util
import inspect
import logging
import optparse
import os
import sys
import threading
import time
from typing import Any, Mapping, Sequence

from .lofarexceptions import PipelineException, PipelineReceipeNotFound, PipelineRecipeFailed
from .lofaringredient import (
    BoolField,
    Field,
    FileField,
    FileList,
    ListField,
    RecipeIngredients,
    StringField,
)
from .recipeconfig import read_config, read_tasks
from .utilities import string_to_list

__all__ = ["BaseRecipe"]

_FORMAT = "%(asctime)s %(levelname)-7s %(name)s: %(message)s"

#: What every recipe is given by its run.
_RUN_INPUTS: Mapping[str, Field] = {
    "job_name": StringField("-j", "--job-name", help="Job name", optional=True),
    "runtime_directory": FileField("-r", "--runtime-directory", help="Runtime directory", optional=True),
    "config": FileField("-c", "--config", help="Configuration file", optional=True),
    "task_files": FileList("-t", "--task-file", help="Task definition files", optional=True),
    "start_time": StringField("--start-time", help="Start time", optional=True),
    "working_directory": StringField("-w", "--working-directory", help="Data root", optional=True),
    "dry_run": BoolField("-n", "--dry-run", help="Not used", default=False),
    "loglevel": StringField("--loglevel", help="Level of the log", default="INFO"),
    "args": ListField(help="The words of the command line", default=[]),
}


class BaseRecipe(RecipeIngredients):
    """A recipe: inputs, outputs, and `go`, which does its work.

    Attributes
    ----------
    inputs, outputs
        Their values; set one that has no field, or to what does not suit its field, and it is a TypeError.
    logger
        A logger, from `go` on.
    config
        The configuration, a ``configparser.ConfigParser``, from `go` on.
    error
        An event that is set when something went wrong.
    name
        What it is called in the log.
    """

    inputs: Any = _RUN_INPUTS

    def __init__(self) -> None:
        super().__init__()
        self.error = threading.Event()
        self.name = type(self).__name__
        self.logger: Any = logging.getLogger(self.name)
        self.config: Any = None
        self.task_definitions: Any = None

    @property
    def __file__(self) -> str:
        """The file in which the recipe is written."""
        return os.path.abspath(inspect.getsourcefile(type(self)) or "")

    def go(self) -> Any:
        """Read the configuration and begin the log; a recipe's own `go` calls this first."""
        self.error.clear()
        self.inputs.setdefault("job_name", self.name)
        self.inputs.setdefault("start_time", time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime()))
        self.config = read_config(self.inputs)
        self.task_definitions = read_tasks(self.config, self.inputs.get("task_files", []))
        self.inputs.setdefault("runtime_directory", self.config.get("DEFAULT", "runtime_directory"))
        self.inputs.setdefault("working_directory", self.config.get("DEFAULT", "working_directory"))
        if not self.logger.hasHandlers():
            self._begin_log()

    def _begin_log(self) -> None:
        formatter = logging.Formatter(_FORMAT, "%Y-%m-%d %H:%M:%S")
        handlers: list[logging.Handler] = [logging.StreamHandler(sys.stdout)]
        if self.config.has_option("logging", "log_file"):
            file = self.config.get("logging", "log_file")
            os.makedirs(os.path.dirname(os.path.abspath(file)), exist_ok=True)
            handlers.append(logging.FileHandler(file, encoding="utf-8"))
        for handler in handlers:
            handler.setFormatter(formatter)
            self.logger.addHandler(handler)
        self.logger.setLevel(self.inputs["loglevel"].upper())

    def run(self, name: str) -> int:
        """Do the work under a name, and return 0 or 1; an exception is told in the log and is 1."""
        self.name = name
        if not self.logger.hasHandlers():
            self.logger = logging.getLogger(name)
        try:
            status = self.go()
        except Exception as error:
            self.error.set()
            if self.logger.hasHandlers():
                self.logger.exception("recipe %s failed: %s", name, error)
            else:  # it failed before there was a log
                logging.getLogger(name).error("recipe %s failed: %s", name, error, exc_info=True)
            return 1
        if self.error.is_set():
            self.logger.warning("recipe %s completed with errors", name)
        if not self.outputs.complete():
            self.logger.warning("recipe %s gives no %s", name, ", ".join(self.outputs.missing))
        return int(status or 0)

    def main(self, argv: Sequence[str] | None = None) -> int:
        """Take the inputs from the command line, do the work, show the outputs, and return the status."""
        parser = optparse.OptionParser(usage=f"%prog [options]\n\n{inspect.getdoc(type(self)) or ''}")
        parser.add_option("-v", "--verbose", action="store_const", const="INFO", dest="loglevel")
        parser.add_option("-d", "--debug", action="store_const", const="DEBUG", dest="loglevel")
        for key, field in self._infields.items():
            for_field = [one for one in field.optionstrings if not parser.has_option(one)]
            if for_field:
                parser.add_option(*for_field, dest=key, help=_help(field))
        options, words = parser.parse_args(sys.argv[1:] if argv is None else list(argv))
        try:
            self.inputs["args"] = words
            for key, value in vars(options).items():
                if value is not None:
                    self.inputs[key] = value
        except TypeError as error:
            parser.error(str(error))
        if not self.inputs.complete():
            parser.error(f"missing: {', '.join(self.inputs.missing)}")
        name = os.path.splitext(os.path.basename(sys.argv[0]))[0] if argv is None else self.name
        status = self.run(name or self.name)
        print("Results:" if self.outputs else "No results")
        for key, value in self.outputs.items():
            print(f"{key} = {value}")
        return status

    def run_task(self, configblock: str, datafiles: Sequence[Any] = (), **kwargs: Any) -> Mapping[str, Any]:
        """Cook the recipe of a task of tasks.cfg.

        Parameters
        ----------
        configblock
            The task.
        datafiles
            The recipe's ``args``.
        kwargs
            Inputs that win over the task's.

        Returns
        -------
        mapping
            The recipe's outputs.

        Raises
        ------
        PipelineRecipeFailed
            If it failed.
        PipelineReceipeNotFound
            If there is no such recipe.
        """
        tasks = self.task_definitions
        if tasks is None or not tasks.has_section(configblock):
            raise PipelineException(f"{configblock} not found -- check your task definitions")
        own = {key: value for key, value in tasks.items(configblock) if key not in tasks.defaults()}
        recipe = own.pop("recipe", configblock)
        outputs: dict[str, Any] = {}
        inputs = {**own, **kwargs, "args": list(datafiles)}
        if self.cook_recipe(recipe, inputs, outputs):
            self.logger.warning("%s reports failure (using %s recipe)", configblock, recipe)
            raise PipelineRecipeFailed(f"{configblock} failed")
        return outputs

    def cook_recipe(self, recipe: str, inputs: Mapping[str, Any], outputs: dict[str, Any]) -> int:
        """Run another recipe: the class `recipe` in ``master/<recipe>.py`` of a recipe directory.

        Parameters
        ----------
        recipe
            Its name.
        inputs
            Its inputs, on top of what this one has been given for the run.
        outputs
            Where its outputs are put.

        Returns
        -------
        Its status, 0 or 1.
        """
        cook = self._recipe_class(recipe)()
        inherited = (
            "config",
            "task_files",
            "runtime_directory",
            "working_directory",
            "job_name",
            "start_time",
        )
        for key, value in {
            **{key: self.inputs[key] for key in inherited if key in self.inputs},
            **inputs,
        }.items():
            cook.inputs[key] = value
        cook.logger = self.logger.getChild(recipe)
        if not cook.inputs.complete():
            raise PipelineException(f"recipe {recipe} misses {', '.join(cook.inputs.missing)}")
        status: int = cook.run(recipe)
        outputs.update(cook.outputs)
        return status

    def _recipe_class(self, recipe: str) -> Any:
        folders = string_to_list(self.config.get("DEFAULT", "recipe_directories"))
        files = [os.path.join(folder, "master", f"{recipe}.py") for folder in folders]
        found = next((file for file in files if os.path.isfile(file)), None)
        if found is None:
            raise PipelineReceipeNotFound(
                f"{recipe} not found in {', '.join(files) or 'no recipe_directories'}"
            )
        spec = importlib.util.spec_from_file_location(recipe, found)
        assert spec is not None
        assert spec.loader is not None
        module = importlib.util.module_from_spec(spec)
        sys.modules[recipe] = module  # `inspect` finds the recipe's file by it
        spec.loader.exec_module(module)
        return getattr(module, recipe)


def _help(field: Field) -> str:
    default = f" [default: {field.default}]" if hasattr(field, "default") else ""
    return f"{field.help}{default}"
