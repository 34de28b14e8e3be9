package io.spillway.cli.submit;

import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * What a later run must know to finish this one.
 *
 * @param inputHash SHA-256 of the input file
 * @param rounds how often lines were asked, oldest first; at least one
 * @param offsets by partition of the responses topic: every answer before is in the files
 */
record SubmitState(String inputHash, String requestsTopic, String responsesTopic, Optional<String> tenant, List<Round> rounds,
        Map<Integer, Long> offsets) {

    /**
     * One asking of the lines that have no answer yet. A new one begins when the deadline of the last has passed, or when
     * failed lines are asked again: their ids must be new, or the router would take them for repeats.
     *
     * @param id 12 hex digits
     * @param deadline of every request of the round
     */
    record Round(String id, Instant deadline) {}

    SubmitState {
        rounds = List.copyOf(rounds);
        offsets = Map.copyOf(offsets);
    }

    Round round() {
        return rounds.getLast();
    }

    Set<String> earlierRounds() {
        Set<String> ids = new HashSet<>();
        rounds.subList(0, rounds.size() - 1).forEach(earlier -> ids.add(earlier.id()));
        return ids;
    }

    SubmitState with(Round next) {
        return new SubmitState(inputHash, requestsTopic, responsesTopic, tenant,
                Stream.concat(rounds.stream(), Stream.of(next)).toList(),
                offsets);
    }

    SubmitState withInputHash(String hash) {
        return new SubmitState(hash, requestsTopic, responsesTopic, tenant, rounds, offsets);
    }

    SubmitState withOffsets(Map<Integer, Long> next) {
        return new SubmitState(inputHash, requestsTopic, responsesTopic, tenant, rounds, next);
    }
}
