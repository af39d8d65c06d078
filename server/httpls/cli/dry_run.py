"""`httpls run --dry-run`: shows what would be sent."""

from collections.abc import Sequence

from httpls.cli.show_plan import is_refused, plan_as_json, plan_lines, print_plan_problems
from httpls.cli.terminal import Style
from httpls.run.selection import Selected


def dry_run(selected: Sequence[Selected], as_json: bool) -> int:
    """Print the plans; return 3 if one of the requests would be refused, else 0."""
    plans = [one.analysis.plan(one.request) for one in selected]
    if as_json:
        import json

        print(json.dumps([plan_as_json(plan) for plan in plans], indent=2, ensure_ascii=False))
    else:
        style = Style()
        for number, plan in enumerate(plans):
            if number:
                print()
            for line in plan_lines(plan, style):
                print(line)
    for plan in plans:
        print_plan_problems(plan)
    return 3 if any(map(is_refused, plans)) else 0
