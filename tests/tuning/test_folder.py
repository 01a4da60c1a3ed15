"""What lies in the folder of a search."""

from pathlib import Path

from dlexp.tuning import folder


def test_what_is_half_written_is_left_for_the_next_look(tmp_path: Path) -> None:
    for name, text in (("0", '{"status": "COMPLETED"}'), ("1", '{"status": "COMPL')):
        (tmp_path / f"trial_{name}").mkdir()
        (tmp_path / f"trial_{name}" / "trial.json").write_text(text)
    (tmp_path / "worker-0.log.jsonl").write_text('{"what": "begin"}\n{"what": "en')

    assert folder._stored(tmp_path) == [{"status": "COMPLETED"}]
    assert folder._notes(tmp_path, "worker-0") == [{"what": "begin"}]
    assert folder._notes(tmp_path, "worker-1") == []
