"""`python -m widgets.grading PATH…` is `tapedeck grade PATH…`."""

from widgets.grading.command import main

raise SystemExit(main())
