"""Reports: one self-contained HTML file that shows answers with their evidence."""

from lookagain.app.report.answers import headline
from lookagain.app.report.page import render, write_report

__all__ = ["headline", "render", "write_report"]
