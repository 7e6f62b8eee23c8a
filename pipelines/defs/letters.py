"""Mail: what is due goes out after each edition and each hour; a server that is away fails no publication."""

import dagster as dg

from pipelines.delivering.deliver import deliver
from pipelines.settings import now, settings


def letters() -> dg.AssetsDefinition:
    """Every mail that is due, sent once."""

    @dg.asset(
        name="letters",
        deps=[dg.AssetKey("edition"), dg.AssetKey("preview")],
        group_name="publishing",
        kinds={"email"},
        description="What was sent by mail: reports, corrections, withdrawals, delays. Each person gets each once.",
    )
    def letters(context: dg.AssetExecutionContext) -> dg.MaterializeResult:
        made = deliver(settings(), now())
        came = [answer.what for _, answer in made.letters]
        if made.stopped:
            context.log.warning(made.stopped)
        for line in made.defects:
            context.log.error(line)
        return dg.MaterializeResult(
            metadata={
                **{name: came.count(name) for name in ("accepted", "deferred", "refused")},
                "unknown": came.count("unknown"),
                "waiting": made.waiting,
                "defects": len(made.defects),
                "stopped": made.stopped or "no",
            }
        )

    return letters
