"""reGroupMapfile: deal the files of a flat mapfile into given groups (image contract 4.2)."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from genericpipe import DataMap, DataProduct, entries_of

from .inputs import check_host, files_of, nothing_in, read_map
from .keywords import Keywords
from .lists import bracketed
from .saving import save

_KEYS = "mapfile_in mapfile_groups mapfile_dir filename check_basename join_groups join_max_files".split()


@dataclass
class _Group:
    host: str
    files: list[str]
    skip: bool


def plugin_main(args: Sequence[str], **kwargs: object) -> dict[str, str]:
    """Write a map of lists: the files of ``mapfile_in`` in groups of the sizes of ``mapfile_groups``.

    Parameters
    ----------
    args
        Not used.
    **kwargs
        ``mapfile_in``, with one file an entry; ``mapfile_groups``; ``mapfile_dir``, ``filename``;
        ``check_basename`` (True), whether names have to match, up to the last extension; ``join_groups``, how
        many consecutive groups become one; ``join_max_files``, up to which number of files they do.

    Returns
    -------
    dict
        The path of the mapfile, as ``mapfile``.

    Raises
    ------
    GenericPipeError
        If a key is missing or cannot be used; the numbers of files, hosts or names do not fit; groups to join
        are skipped or on different hosts; or a file cannot be read or written.
    """
    keys = Keywords("reGroupMapfile", kwargs, _KEYS)
    target = keys.target()
    together = keys.count("join_groups", 1) if keys.optional("join_groups") else 0
    most = keys.count("join_max_files", 1) if keys.optional("join_max_files") else 0
    if together and most:
        raise keys.fault("join_groups and join_max_files exclude each other", "leave one of them out")
    flat, templates = read_map(keys), read_map(keys, "mapfile_groups")
    groups = _dealt(keys, flat, templates, keys.flag("check_basename", True))
    if together or most:
        groups = _joined(keys, groups, together, most)
    made = [DataProduct(one.host, bracketed(keys.plugin, one.files), one.skip) for one in groups]
    return save(keys.plugin, DataMap(made), target, nothing_in(keys, "mapfile_groups", templates))


def _dealt(
    keys: Keywords, flat: list[DataProduct], templates: list[DataProduct], by_name: bool
) -> list[_Group]:
    wanted = [entries_of(template.file) for template in templates]
    total = sum(map(len, wanted))
    if total != len(flat):
        raise keys.fault(
            f"mapfile_in: {keys.text('mapfile_in')} has {len(flat)} entries, but the groups of "
            f"mapfile_groups ({keys.text('mapfile_groups')}) have {total} files"
        )
    members = iter(enumerate(flat, 1))
    groups = []
    for place, (template, names) in enumerate(zip(templates, wanted, strict=True), 1):
        group = _Group(template.host, [], bool(template.skip))
        # `names` comes first, so that no member is taken for a name that is not there.
        for name, (number, product) in zip(names, members, strict=False):
            check_host(keys, ("mapfile_in", number, product.host), ("mapfile_groups", place, template.host))
            group.files.append(_only(keys, number, product))
            group.skip = group.skip or bool(product.skip)
            if by_name and _stem(group.files[-1]) != _stem(name):
                raise keys.fault(
                    f"mapfile_in: entry {number} of {keys.text('mapfile_in')} is {group.files[-1]}, but "
                    f"group {place} of {keys.text('mapfile_groups')} has {name} there",
                    "with check_basename = False names need not match",
                )
        groups.append(group)
    return groups


def _only(keys: Keywords, number: int, product: DataProduct) -> str:
    files = files_of(keys, "mapfile_in", number, product)
    if len(files) > 1:
        raise keys.fault(
            f"mapfile_in: entry {number} of {keys.text('mapfile_in')} is a list of {len(files)} files",
            "it has to have one file an entry",
        )
    return files[0]


def _stem(file: str) -> str:
    return os.path.splitext(os.path.basename(file.rstrip("/")))[0]


def _joined(keys: Keywords, groups: list[_Group], together: int, most: int) -> list[_Group]:
    skipped = next((number for number, group in enumerate(groups, 1) if group.skip), None)
    if skipped is not None:
        key = "join_groups" if together else "join_max_files"
        raise keys.fault(f"{key}: group {skipped} is skipped, and skipped groups cannot be joined")
    made = []
    for batch in _batches(groups, together, most):
        hosts = sorted({group.host for group in batch})
        if len(hosts) > 1:
            raise keys.fault(
                f"groups on different hosts cannot be joined: {', '.join(hosts)} ({batch[0].files[:1]} ...)",
                "what belongs together has to be on one host",
            )
        made.append(_Group(hosts[0], [file for group in batch for file in group.files], False))
    return made


def _batches(groups: list[_Group], together: int, most: int) -> Iterator[list[_Group]]:
    batch: list[_Group] = []
    for group in groups:
        files = sum(len(one.files) for one in batch) + len(group.files)
        if batch and (len(batch) == together if together else files > most):
            yield batch
            batch = []
        batch.append(group)
    if batch:
        yield batch
