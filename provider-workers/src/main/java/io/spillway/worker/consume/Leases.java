package io.spillway.worker.consume;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import io.spillway.v1.AttemptRef;
import io.spillway.v1.Lane;

/** Renews the leases of all running calls: per owner one record for up to a thousand of them. */
final class Leases {

    static final int CHUNK = 1_000;
    private static final Logger LOGGER = LoggerFactory.getLogger(Leases.class);

    private record Owner(Lane lane, int partition) {}

    private final RunningCalls running;
    private final Outbox outbox;
    private final Events events;
    private final WorkerMetrics metrics;

    Leases(RunningCalls running, Outbox outbox, Events events, WorkerMetrics metrics) {
        this.running = running;
        this.outbox = outbox;
        this.events = events;
        this.metrics = metrics;
    }

    void renew() {
        Map<Owner, List<AttemptRef>> byOwner = new HashMap<>();
        for (RunningCalls.Call call : running.all()) {
            byOwner.computeIfAbsent(new Owner(call.lane(), call.ownerPartition()), owner -> new ArrayList<>())
                    .add(new AttemptRef(call.id().requestId(), call.id().attempt()));
        }
        byOwner.forEach((owner, attempts) -> {
            for (int from = 0; from < attempts.size(); from += CHUNK) {
                renew(owner, List.copyOf(attempts.subList(from, Math.min(from + CHUNK, attempts.size()))));
            }
        });
    }

    private void renew(Owner owner, List<AttemptRef> attempts) {
        outbox.event(owner.lane(), owner.partition(), events.renewed(attempts), null, (metadata, error) -> {
            if (error == null) {
                metrics.renewed(attempts.size());
            } else {
                LOGGER.atWarn().addKeyValue("partition", owner.partition()).addKeyValue("error", error.getClass().getName())
                        .log("a lease renewal was not written");
            }
        });
    }
}
