package io.spillway.cli.topics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

import org.junit.jupiter.api.Test;

import io.spillway.contract.Topic;
import io.spillway.contract.Topics;
import io.spillway.v1.Lane;

final class TopicPlanTest {

    private static final Topics TOPICS = Topics.standard();
    private static final TopicSizes SIZES = new TopicSizes(6, 3, 0);

    @Test
    void shouldGiveEveryKindOfTopicItsPartitions() {
        // Given
        List<Topic<?>> wanted = new ArrayList<>(TOPICS.fixed());
        wanted.addAll(TOPICS.ofProvider("openai"));

        // When
        TopicReport report = TopicPlan.compare(TOPICS, wanted, Map.of(), SIZES);

        // Then
        assertThat(report.problems()).isEmpty();
        assertThat(report.existing()).isEmpty();
        assertThat(report.missing()).hasSameSizeAs(wanted).contains(new TopicReport.Line("llm.requests", 6),
                new TopicReport.Line("llm.requests.batch", 6), new TopicReport.Line("llm.attempt-results", 6),
                new TopicReport.Line("llm.catalog", 1), new TopicReport.Line("llm.deployment-state", 1),
                new TopicReport.Line("llm.attempts.openai", 3), new TopicReport.Line("llm.responses", 3));
    }

    @Test
    void shouldFollowTheLaneWhenOneOfItsTopicsExists() {
        // When
        TopicReport results = TopicPlan.compare(TOPICS, List.of(TOPICS.attemptResults(Lane.INTERACTIVE)),
                existing(TOPICS.requests(Lane.INTERACTIVE), 12), SIZES);
        TopicReport requests = TopicPlan.compare(TOPICS, List.of(TOPICS.requests(Lane.BATCH)),
                existing(TOPICS.attemptResults(Lane.BATCH), 2), SIZES);

        // Then
        assertThat(results.missing()).containsExactly(new TopicReport.Line("llm.attempt-results", 12));
        assertThat(requests.missing()).containsExactly(new TopicReport.Line("llm.requests.batch", 2));
    }

    @Test
    void shouldRefuseALaneOfUnequalTopics() {
        // Given
        Map<String, ExistingTopic> existing = new HashMap<>(existing(TOPICS.requests(Lane.INTERACTIVE), 12));
        existing.putAll(existing(TOPICS.attemptResults(Lane.INTERACTIVE), 6));

        // When
        TopicReport report = TopicPlan.compare(TOPICS, TOPICS.fixed(), existing, SIZES);

        // Then
        assertThat(report.problems()).containsExactly("llm.requests has 12 partitions and llm.attempt-results has 6: they must "
                + "be equal, because the router task that owns a request reads both; stop the router and add partitions to the "
                + "smaller one with kafka-topics --alter");
    }

    @Test
    void shouldRefuseATableOfSeveralPartitions() {
        assertThat(TopicPlan.compare(TOPICS, List.of(TOPICS.catalog()), existing(TOPICS.catalog(), 3), SIZES).problems())
                .containsExactly("llm.catalog has 3 partitions: it must have exactly 1, because its readers need one order; "
                        + "delete it and run `spillway topics` and `spillway apply` again");
    }

    @Test
    void shouldRefuseATableThatForgets() {
        // Given
        ExistingTopic catalog = new ExistingTopic("llm.catalog", 1, changed(TOPICS.catalog(), "cleanup.policy", "delete"));

        // When
        TopicReport report = TopicPlan.compare(TOPICS, List.of(TOPICS.catalog()), Map.of("llm.catalog", catalog), SIZES);

        // Then
        assertThat(report.problems()).containsExactly("llm.catalog: cleanup.policy is delete, expected compact: the table would "
                + "be lost; set it with kafka-configs --alter --topic llm.catalog --add-config cleanup.policy=compact");
    }

    @Test
    void shouldReportOtherSettingsThatDifferAndGoOn() {
        // Given
        ExistingTopic responses = new ExistingTopic("llm.responses", 4, changed(TOPICS.responses(), "retention.ms", "1000"));

        // When
        TopicReport report = TopicPlan.compare(TOPICS, List.of(TOPICS.responses()), Map.of("llm.responses", responses), SIZES);

        // Then
        assertThat(report.problems()).isEmpty();
        assertThat(report.existing()).containsExactly(new TopicReport.Line("llm.responses", 4));
        assertThat(report.drifts()).containsExactly("llm.responses: retention.ms is 1000, expected 604800000");
    }

    @Test
    void shouldReplicateAsFarAsTheBrokersGo() {
        assertThat(TopicSizes.defaults().replication(1)).isEqualTo((short) 1);
        assertThat(TopicSizes.defaults().replication(5)).isEqualTo((short) 3);
        assertThat(TopicSizes.defaults().durability(1)).isEmpty();
        assertThat(TopicSizes.defaults().durability(2)).containsEntry("min.insync.replicas", "1");
        assertThat(TopicSizes.defaults().durability(3)).containsEntry("min.insync.replicas", "2");
        assertThatThrownBy(() -> new TopicSizes(0, 1, 1)).hasMessage("partitions must be between 1 and 10000, was 0");
    }

    private static Map<String, ExistingTopic> existing(Topic<?> topic, int partitions) {
        return Map.of(topic.name(), new ExistingTopic(topic.name(), partitions, topic.config()));
    }

    private static Map<String, String> changed(Topic<?> topic, String key, String value) {
        Map<String, String> config = new HashMap<>(topic.config());
        config.put(key, value);
        return config;
    }
}
