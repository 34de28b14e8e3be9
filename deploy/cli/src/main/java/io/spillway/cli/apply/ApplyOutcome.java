package io.spillway.cli.apply;

import java.util.List;

import io.spillway.cli.topics.TopicReport;

/**
 * What an apply did.
 *
 * @param revision of the catalogue now; the one from before when nothing changed
 * @param difference empty when nothing changed, and then nothing was written
 * @param createdTopics attempt topics of new providers
 */
public record ApplyOutcome(long revision, CatalogueDifference difference, List<TopicReport.Line> createdTopics) {

    public ApplyOutcome {
        createdTopics = List.copyOf(createdTopics);
    }
}
