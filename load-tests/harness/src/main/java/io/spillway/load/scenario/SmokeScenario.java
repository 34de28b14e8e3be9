package io.spillway.load.scenario;

import java.io.IOException;
import java.util.List;
import java.util.Map;

import io.spillway.load.report.ScenarioResult;
import io.spillway.load.rig.Layout;
import io.spillway.load.rig.Nemesis;

/** A minute of everything: both lanes, repeated requests, an outage of the first tier, and the checker. */
final class SmokeScenario implements Scenario {

    @Override
    public String name() {
        return "smoke";
    }

    @Override
    public String summary() {
        return "60 s of mixed load with one outage, checked";
    }

    @Override
    public boolean runsOnAnyCluster() {
        return true;
    }

    @Override
    public ScenarioResult run(ScenarioContext context) throws IOException, InterruptedException {
        CheckedRun run = CheckedRun.of(context, Layout.oneProcess(), LoadRun.Watch.answersOnly(),
                (rig, given) -> Nemesis.outages(given.workload(), rig.simulators()));
        return run.result(context, Map.of(), List.of("Every request must be answered once and unchanged although the first tier "
                + "is down for a quarter of the time; a deployment that policy forbids must never be called."));
    }
}
