"""Looking at runs: `write_report` for one run, `write_comparison` and `comparison_table` for several.

`write_leaderboard`, in `cogling.report.leaderboard_page`, shows gym evaluations beside large models.

Every page is one HTML file that asks the network for nothing: charts are SVG drawn here, style and the few
lines of script are inline.
"""

from cogling.report.compare import Comparison, compare_runs, comparison_table
from cogling.report.compare_page import write_comparison
from cogling.report.load import RunData, load_run
from cogling.report.run_page import write_report

__all__ = [
    "Comparison",
    "RunData",
    "compare_runs",
    "comparison_table",
    "load_run",
    "write_comparison",
    "write_report",
]
