"""Lists what the tests skipped, for the gate."""


def pytest_terminal_summary(terminalreporter):
    for report in terminalreporter.stats.get("skipped", []):
        reason = report.longrepr[2] if isinstance(report.longrepr, tuple) else str(report.longrepr)
        terminalreporter.write_line("skipped: " + reason.removeprefix("Skipped: ").removeprefix("skipped: "))
