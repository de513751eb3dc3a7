"""What a job gets so that the DP3 from PyPI runs: an environment, and only keys that it knows."""

from __future__ import annotations

import os
from dataclasses import replace

from genericpipe import Job, Step

from ..everybeamdata import has_own_measures
from .installation import Package, package_of
from .keys import gone
from .options import chain, options_of, with_more, without

#: Where AOFlagger's library looks for strategies of the machine.
_STRATEGIES = ("/usr/local/share/aoflagger/strategies", "/usr/share/aoflagger/strategies")
_FLAGGERS = ("aoflag", "aoflagger")


def prepared(step: Step, job: Job, program: str) -> Job | None:
    """Return a job as the DP3 on this machine wants it; None where it may stay as it is.

    A DP3 that was built for the machine is left alone: whoever built it has set it up, and it tells itself
    which keys it does not use.

    Parameters
    ----------
    step
        The step the job belongs to.
    job
        The job.
    program
        The DP3 that it runs.
    """
    package = package_of(program)
    if package is None:
        return None
    changed = _with_environment(job, package)
    if job.node is not None:  # its command line is that of a site's script
        return changed
    # Lint has told of keys that stand in the parset, each with its line; of others nobody has.
    changed = without(changed, gone(step.arguments, package.version))
    return with_more(changed, _strategies(changed, package))


def _with_environment(job: Job, package: Package) -> Job:
    """Set what is not set already; OPENBLAS_NUM_THREADS in any case, but for what the step itself says.

    With another number of threads than one DP3 refuses to start, even for its version.
    """
    inherited = {**os.environ, **job.environment}
    more = {"OPENBLAS_NUM_THREADS": "1"} if "OPENBLAS_NUM_THREADS" not in job.environment else {}
    files = job.files
    if package.coefficients is not None and "EVERYBEAM_DATADIR" not in inherited:
        more["EVERYBEAM_DATADIR"] = str(package.coefficients)
    if package.measures is not None and "CASARCFILES" not in inherited and not has_own_measures(inherited):
        settings = str(job.stdout.parent / "casarc")
        more["CASARCFILES"] = settings
        files = {**files, settings: f"measures.directory: {package.measures}\n"}
    return replace(job, environment={**job.environment, **more}, files=files)


def _strategies(job: Job, package: Package) -> dict[str, str]:
    """Return the strategy of each flagger that names none: the package does not find its own."""
    strategy = package.strategy
    if strategy is None or any(os.path.isfile(f"{folder}/{strategy.name}") for folder in _STRATEGIES):
        return {}
    options = options_of(job)
    keys = [f"{name}.strategy" for name, kind in chain(options) if kind in _FLAGGERS]
    return {key: str(strategy) for key in keys if not options.get(key)}
