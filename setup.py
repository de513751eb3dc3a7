"""Which packages there are; everything else about the distribution stands in pyproject.toml."""

from setuptools import find_namespace_packages, find_packages, setup

# The folder `plugins` is installed as the package `genericpipe_plugins`.
first_party = ["genericpipe_plugins", *(f"genericpipe_plugins.{name}" for name in find_packages("plugins"))]
# Also folders without `__init__.py`: one under compat only holds the packages that go on PYTHONPATH.
core = find_namespace_packages(
    include=["genericpipe", "genericpipe.*"], exclude=["*.__pycache__", "*.__pycache__.*"]
)

setup(
    packages=[*core, *first_party],
    package_dir={"genericpipe_plugins": "plugins"},
    package_data={"": ["py.typed", "*.cfg", "*.ini", "*.json"]},
    include_package_data=False,
)
