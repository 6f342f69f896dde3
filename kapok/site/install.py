"""Makes `kapok` callable from any folder: a script in the environment, and a line that tells where the package is.

Not pip's editable install: that needs build tools which a fresh environment does not have, and would fetch them unlocked.
"""

import sys
import sysconfig
from pathlib import Path

from kapok.site import places


def main() -> None:
    site = Path(sysconfig.get_paths()["purelib"])
    (site / "kapok.pth").write_text(f"{places.ROOT}\n")
    script = Path(sysconfig.get_paths()["scripts"]) / "kapok"
    script.write_text(f"#!{sys.executable}\nfrom kapok.site.cli.main import main\n\nmain()\n")
    script.chmod(0o755)


if __name__ == "__main__":
    main()
