"""Nothing of the folder at hand or of the shell decides what a command says."""

import subprocess
import sys


def test_folder_at_hand_has_no_part_in_what_a_command_says(finished, tmp_path):
    for name in ("scipy", "filelock"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "__init__.py").write_text("raise SystemExit('taken from here')\n")
    done = subprocess.run(
        [sys.executable, "-m", "dlexp", "claims"],
        cwd=tmp_path,
        env=finished.environment(),
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert "supported" in done.stdout
