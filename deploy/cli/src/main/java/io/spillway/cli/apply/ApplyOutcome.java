package io.spillway.cli.apply;

import java.util.List;

import io.spillway.cli.topics.TopicReport;

/**
 * What an apply did.
 *
 * @param revision of the catalogue now; the one from before when nothing changed
 * @param difference empty when nothing changed, and then nothing was written
 * @param createdTopics attempt topics of new providers
 * @param overrides one line for each override that stands or ended
 */
public record ApplyOutcome(long revision, CatalogueDifference difference, List<TopicReport.Line> createdTopics,
        List<String> overrides) {

    /** Where there are no overrides. */
    public ApplyOutcome(long revision, CatalogueDifference difference, List<TopicReport.Line> createdTopics) {
        this(revision, difference, createdTopics, List.of());
    }

    public ApplyOutcome {
        overrides = List.copyOf(overrides);
        createdTopics = List.copyOf(createdTopics);
    }
}
