"""Where landed files are kept: a folder a source, a file that is whole or not there."""

import hashlib
from pathlib import Path

import pytest
from airflow.sdk import ObjectStoragePath

from include.errors import BadFile
from plugins.storage import keeping, landed, landing_path

BYTES = b"<deal_export/>"


@pytest.fixture(autouse=True)
def storage(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("DEALFLOW_STORAGE", f"file://{tmp_path}/storage")
    return tmp_path / "storage"


def keep(target: ObjectStoragePath) -> str:
    with keeping(target) as kept:
        kept.write(BYTES[:5])
        kept.write(BYTES[5:])
    assert kept.landed() == (len(BYTES), hashlib.sha256(BYTES).hexdigest())
    return kept.landed().sha256


@pytest.mark.parametrize("source", ["main", "Мой магазин", "a/b", "a_b", "..", ".", "50%", "a%2Fb", "A B"])
def test_a_source_of_any_name_has_a_folder_of_its_own(storage: Path, source: str) -> None:
    target = landing_path("deal_import", source, 7)
    sha256 = keep(target)
    [folder] = (storage / "deal_import").iterdir()
    assert [file.name for file in folder.iterdir()] == ["7"]
    with landed(str(target), sha256) as stream:
        assert stream.read() == BYTES


def test_names_that_are_alike_do_not_share_a_folder() -> None:
    names = ("a/b", "a_b", "a b", "a%2Fb", "a.b", "a%2Eb", "А", "A")
    assert len({str(landing_path("deal_import", name, 1)) for name in names}) == len(names)


def test_a_landing_sweeps_what_killed_landings_of_any_run_of_the_source_left(storage: Path) -> None:
    keep(landing_path("deal_import", "main", 1))
    folder = storage / "deal_import" / "main"
    (folder / "2.0badcafe.part").write_bytes(b"<deal")
    (folder / "3.deadbeef.part").write_bytes(b"<deal")
    keep(landing_path("deal_import", "main", 4))
    assert sorted(file.name for file in folder.iterdir()) == ["1", "4"]


def test_a_file_that_changed_or_is_gone_is_not_taken(storage: Path) -> None:
    target = landing_path("deal_import", "main", 1)
    sha256 = keep(target)
    target.write_bytes(b"<other/>")
    with pytest.raises(BadFile, match="изменился"), landed(str(target), sha256) as stream:
        stream.read()
    target.unlink()
    with pytest.raises(BadFile, match="больше нет"), landed(str(target), sha256):
        raise AssertionError("it was read")
