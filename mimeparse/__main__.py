"""`python -m mimeparse` is the same as `mimeparse`."""

import sys

from mimeparse.cli.main import main

sys.exit(main())
