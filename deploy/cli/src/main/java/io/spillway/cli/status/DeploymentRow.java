package io.spillway.cli.status;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;
import java.util.stream.Stream;

import io.spillway.contract.CatalogueSnapshot;
import io.spillway.contract.DeploymentStates;
import io.spillway.v1.DeploymentEntry;
import io.spillway.v1.DeploymentState;

/**
 * A deployment: what the catalogue says of it and how it is judged.
 *
 * @param entry empty when the catalogue has it no more
 * @param state empty when nobody has judged it yet
 * @param age since the state was computed
 */
record DeploymentRow(String id, Optional<DeploymentEntry> entry, Optional<DeploymentState> state, Optional<Duration> age) {

    /** Routers treat a state older than this as unknown. */
    static final Duration STALE = Duration.ofSeconds(30);

    /** Every deployment of the catalogue or with a state, by id. */
    static List<DeploymentRow> of(CatalogueSnapshot catalogue, DeploymentStates states, Instant now) {
        TreeSet<String> ids = new TreeSet<>(catalogue.deployments().keySet());
        ids.addAll(states.byDeployment().keySet());
        List<DeploymentRow> rows = new ArrayList<>();
        for (String id : ids) {
            Optional<DeploymentState> state = Optional.ofNullable(states.byDeployment().get(id));
            rows.add(new DeploymentRow(id, Optional.ofNullable(catalogue.deployments().get(id)), state,
                    state.map(judged -> Duration.between(judged.getComputedAt(), now))));
        }
        return rows;
    }

    boolean isStale() {
        return age.filter(old -> old.compareTo(STALE) > 0).isPresent();
    }

    boolean isDrained() {
        return entry.filter(DeploymentEntry::getDrain).isPresent();
    }

    /** When it may be called again, if it rests at that time. */
    Optional<Instant> restsUntil(Instant now) {
        return state.flatMap(judged -> Stream.of(judged.getCooldownUntil(), judged.getSuspendedUntil(), judged.getOpenUntil())
                .flatMap(Stream::ofNullable).filter(until -> until.isAfter(now)).max(Instant::compareTo));
    }
}
