"""`httpls run --dry-run`: shows what would be sent."""

from collections.abc import Sequence

from httpls.cli.show_plan import is_refused, plan_as_json, plan_lines, print_plan_problems
from httpls.cli.show_planned_tls import planned_tls, tls_as_json, tls_lines
from httpls.cli.terminal import Style
from httpls.model.tls import TlsOptions
from httpls.run.selection import Selected


def dry_run(selected: Sequence[Selected], as_json: bool, options: TlsOptions | None = None) -> int:
    """Print the plans; return 3 if one of the requests would be refused, else 0.

    `options` are what the command line says about TLS.
    """
    plans = [one.analysis.plan(one.request) for one in selected]
    secured = [planned_tls(one.analysis, plan, options) for one, plan in zip(selected, plans, strict=True)]
    if as_json:
        import json

        shown = [plan_as_json(plan) | {"tls": tls_as_json(tls)} for plan, tls in zip(plans, secured, strict=True)]
        print(json.dumps(shown, indent=2, ensure_ascii=False))
    else:
        style = Style()
        for number, (plan, tls) in enumerate(zip(plans, secured, strict=True)):
            if number:
                print()
            for line in plan_lines(plan, style):
                print(line)
            for line in tls_lines(tls, style) if tls is not None else ():
                print(line)
    for plan in plans:
        print_plan_problems(plan)
    return 3 if any(map(is_refused, plans)) else 0
