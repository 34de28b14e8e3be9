package io.spillway.cli.status;

import java.time.Duration;
import java.time.Instant;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import org.jspecify.annotations.Nullable;

import io.spillway.contract.CatalogueSnapshot;
import io.spillway.contract.DeploymentStates;
import io.spillway.contract.json.Json;
import io.spillway.v1.DeploymentState;

/** The state of all deployments for programs. Pure. */
final class StatusJson {

    private StatusJson() {}

    static ObjectNode tree(CatalogueSnapshot catalogue, DeploymentStates states, Instant now) {
        ObjectNode root = Json.object();
        root.put("at", now.toString()).put("catalogueRevision", catalogue.revision()).put("stateVersion", states.version());
        ArrayNode deployments = root.putArray("deployments");
        for (DeploymentRow row : DeploymentRow.of(catalogue, states, now)) {
            deployments.add(tree(row));
        }
        return root;
    }

    private static ObjectNode tree(DeploymentRow row) {
        ObjectNode node = Json.object().put("deployment", row.id()).put("inCatalogue", row.entry().isPresent());
        row.entry().ifPresent(entry -> node.put("provider", entry.getProvider()).put("model", entry.getModel())
                .put("region", entry.getRegion()).put("drain", entry.getDrain()));
        node.put("judged", row.state().isPresent());
        row.state().ifPresent(state -> put(node, state));
        node.put("ageMillis", row.age().map(Duration::toMillis).orElse(null));
        node.put("stale", row.isStale());
        return node;
    }

    private static void put(ObjectNode node, DeploymentState state) {
        node.put("breaker", state.getBreaker().name()).put("epoch", state.getEpoch())
                .put("computedAt", state.getComputedAt().toString())
                .put("reason", state.getReason()).put("ramp", state.getRamp())
                .put("shareWhenLast", state.getShareWhenLast());
        node.put("openUntil", text(state.getOpenUntil())).put("cooldownUntil", text(state.getCooldownUntil()))
                .put("suspendedUntil", text(state.getSuspendedUntil()));
        node.put("windowSeconds", state.getWindowSeconds()).put("samples", state.getSamples()).put("errorRate",
                state.getErrorRate());
        ObjectNode failures = node.putObject("failures");
        state.getFailures().forEach(failures::put);
        node.put("p50Millis", state.getP50Millis()).put("p99Millis", state.getP99Millis())
                .put("firstByteP50Millis", state.getFirstByteP50Millis())
                .put("queueWaitP50Millis", state.getQueueWaitP50Millis());
        node.put("inFlight", state.getInFlight()).put("queued", state.getQueued()).put("concurrencyLimit",
                state.getConcurrencyLimit());
    }

    private static @Nullable String text(@Nullable Instant instant) {
        return instant == null ? null : instant.toString();
    }
}
