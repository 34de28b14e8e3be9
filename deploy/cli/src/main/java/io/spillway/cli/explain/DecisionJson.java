package io.spillway.cli.explain;

import java.util.List;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import org.jspecify.annotations.Nullable;

import io.spillway.contract.json.Json;
import io.spillway.v1.RejectedCandidate;
import io.spillway.v1.RoutingDecision;

/** Decisions for programs: the fields of the record, times in ISO-8601. Pure. */
final class DecisionJson {

    private DecisionJson() {}

    static ArrayNode tree(List<RoutingDecision> decisions) {
        ArrayNode all = Json.array();
        decisions.forEach(decision -> all.add(tree(decision)));
        return all;
    }

    private static ObjectNode tree(RoutingDecision decision) {
        ObjectNode node = Json.object();
        node.put("requestId", decision.getRequestId()).put("sequence", decision.getSequence()).put("at", text(decision.getAt()))
                .put("route", decision.getRoute()).put("lane", text(decision.getLane()))
                .put("trigger", text(decision.getTrigger()))
                .put("kind", text(decision.getKind())).put("attempt", decision.getAttempt());
        node.put("failure", text(decision.getFailure())).put("failedDeployment", decision.getFailedDeployment())
                .put("deployment", decision.getDeployment()).put("tier", decision.getTier())
                .put("until", text(decision.getUntil()))
                .put("error", text(decision.getError())).put("reason", decision.getReason());
        ArrayNode rejected = node.putArray("rejected");
        for (RejectedCandidate candidate : decision.getRejected()) {
            rejected.addObject().put("deployment", candidate.getDeployment()).put("tier", candidate.getTier())
                    .put("reason", text(candidate.getReason())).put("detail", candidate.getDetail());
        }
        return node.put("draw", decision.getDraw()).put("catalogRevision", decision.getCatalogRevision())
                .put("stateVersion", decision.getStateVersion());
    }

    private static @Nullable String text(@Nullable Object value) {
        return value == null ? null : value.toString();
    }
}
