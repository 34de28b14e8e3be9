package io.spillway.cli.explain;

import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.TreeSet;
import java.util.stream.Collectors;

import org.jspecify.annotations.Nullable;

import io.spillway.contract.Topics;
import io.spillway.v1.DecisionKind;
import io.spillway.v1.RejectedCandidate;
import io.spillway.v1.RoutingDecision;

/** Tells in words what the router did with a request and why. Pure: the same decisions are the same story. */
public final class Story {

    private static final String INDENT = " ".repeat(16);

    private final List<RoutingDecision> decisions;
    private final ZoneId zone;
    private final Instant beginning;

    /**
     * @param decisions of one request, at least one, in order
     * @param zone of the times of day
     */
    public Story(List<RoutingDecision> decisions, ZoneId zone) {
        if (decisions.isEmpty()) {
            throw new IllegalArgumentException("a story needs at least one decision");
        }
        this.decisions = List.copyOf(decisions);
        this.zone = zone;
        this.beginning = decisions.getFirst().getAt();
    }

    /** The story, line by line. Tiers are counted from 1, as people do; records count from 0. */
    public List<String> lines() {
        List<String> lines = new ArrayList<>();
        lines.add("request " + decisions.getFirst().getRequestId());
        lines.add(beginning());
        for (RoutingDecision decision : decisions) {
            lines.add(String.format(Locale.ROOT, "%14s  %s", "+" + Words.duration(Duration.between(beginning, decision.getAt())),
                    sentence(decision)));
            if (!decision.getReason().isBlank()) {
                lines.add(INDENT + "because: " + decision.getReason());
            }
            if (!decision.getRejected().isEmpty()) {
                lines.add(INDENT + "not chosen: "
                        + decision.getRejected().stream().map(this::rejected).collect(Collectors.joining("; ")));
            }
        }
        lines.add(ending());
        return lines;
    }

    /** Whether the request has its terminal answer. */
    public boolean isEnded() {
        DecisionKind kind = decisions.getLast().getKind();
        return kind == DecisionKind.COMPLETE || kind == DecisionKind.REJECT;
    }

    private String beginning() {
        RoutingDecision first = decisions.getFirst();
        String what = first.getSequence() <= 1
                ? "accepted"
                : "(decisions 1 to " + (first.getSequence() - 1) + " are outside what was read; times count from here)";
        return Words.moment(beginning, zone) + "  " + what + " for route " + first.getRoute() + " (lane "
                + Topics.laneName(first.getLane()) + ")";
    }

    private String sentence(RoutingDecision decision) {
        return cause(decision).map(cause -> cause + "; ").orElse("") + effect(decision);
    }

    private Optional<String> cause(RoutingDecision decision) {
        return switch (decision.getTrigger()) {
            case ACCEPTED -> Optional.empty();
            case ATTEMPT_FAILED -> Optional.of("attempt " + followed(decision) + " failed" + failure(decision));
            case LEASE_EXPIRED ->
                Optional.of("attempt " + followed(decision) + " gave no sign of life in time" + failure(decision));
            case ATTEMPT_SUCCEEDED -> Optional.of("attempt " + followed(decision) + " succeeded");
            case WOKEN -> Optional.of("decided again after waiting");
            case DEADLINE -> Optional.of("the deadline was reached");
            case UNKNOWN -> Optional.of("decided again, for a reason this version does not know");
        };
    }

    private String effect(RoutingDecision decision) {
        return switch (decision.getKind()) {
            case DISPATCH -> "attempt " + decision.getAttempt() + " -> " + target(decision);
            case DEFER -> "waits" + until(decision.getUntil(), decision.getAt());
            case COMPLETE -> "answered by " + target(decision);
            case REJECT -> "ended with the error " + (decision.getError() == null ? "UNKNOWN" : decision.getError().name());
            case UNKNOWN -> "did something this version does not know";
        };
    }

    /** The attempt that led to a decision: a dispatch carries the number of the one it begins. */
    private static int followed(RoutingDecision decision) {
        return decision.getKind() == DecisionKind.DISPATCH ? decision.getAttempt() - 1 : decision.getAttempt();
    }

    private static String failure(RoutingDecision decision) {
        String where = decision.getFailedDeployment() == null ? "" : " on " + decision.getFailedDeployment();
        return decision.getFailure() == null ? where : ": " + decision.getFailure() + where;
    }

    private static String target(RoutingDecision decision) {
        String name = decision.getDeployment() == null ? "an unnamed deployment" : decision.getDeployment();
        return decision.getTier() == null ? name : name + " (tier " + (decision.getTier() + 1) + ")";
    }

    private String rejected(RejectedCandidate candidate) {
        String detail = candidate.getDetail().isBlank() ? "" : " (" + candidate.getDetail() + ")";
        return candidate.getDeployment() + " (tier " + (candidate.getTier() + 1) + "): " + Words.rejection(candidate.getReason())
                + detail;
    }

    private String until(@Nullable Instant until, Instant at) {
        return until == null
                ? ""
                : " until " + Words.moment(until, at, zone) + " at the latest (" + Words.duration(Duration.between(at, until))
                        + ")";
    }

    private String ending() {
        RoutingDecision last = decisions.getLast();
        int attempts = decisions.stream().mapToInt(RoutingDecision::getAttempt).max().orElse(0);
        String revisions = decisions.stream().map(RoutingDecision::getCatalogRevision)
                .collect(Collectors.toCollection(TreeSet::new)).stream()
                .map(String::valueOf).collect(Collectors.joining(", "));
        String counts = attempts + (attempts == 1 ? " attempt, " : " attempts, ") + decisions.size()
                + (decisions.size() == 1 ? " decision" : " decisions") + ", catalogue revision " + revisions;
        return switch (last.getKind()) {
            case COMPLETE, REJECT -> "ended after " + Words.duration(Duration.between(beginning, last.getAt())) + ": " + counts;
            case DISPATCH ->
                "not ended: attempt " + last.getAttempt() + " is out since " + Words.moment(last.getAt(), zone) + "; " + counts;
            case DEFER -> "not ended: waiting since " + Words.moment(last.getAt(), zone) + "; " + counts;
            case UNKNOWN -> "not ended, as far as this version understands; " + counts;
        };
    }
}
