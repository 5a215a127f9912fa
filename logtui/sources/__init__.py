"""paths -> bytes.

Owns what a path can be: a plain or compressed file, a folder, a glob, a pipe. Blocks are read with `pread`,
never mapped.
"""

from logtui.sources.base import SAMPLE_BYTES, Source
from logtui.sources.binary import looks_like_utf16
from logtui.sources.file import FileSource
from logtui.sources.fingerprint import Change, FileFingerprint
from logtui.sources.followed import FollowedFile
from logtui.sources.resolve import Problem, Resolved, paths_of, resolve

__all__ = [
    "SAMPLE_BYTES",
    "Change",
    "FileFingerprint",
    "FileSource",
    "FollowedFile",
    "Problem",
    "Resolved",
    "Source",
    "looks_like_utf16",
    "paths_of",
    "resolve",
]
