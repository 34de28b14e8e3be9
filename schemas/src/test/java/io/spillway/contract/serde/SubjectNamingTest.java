package io.spillway.contract.serde;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Map;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SubjectNamingTest {

    @ParameterizedTest
    @CsvSource({"io.confluent.kafka.serializers.subject.TopicNameStrategy, t-value", "TopicName, t-value",
            "io.confluent.kafka.serializers.subject.RecordNameStrategy, n.R", "RecordNameStrategy, n.R",
            "io.confluent.kafka.serializers.subject.TopicRecordNameStrategy, t-n.R", "topicrecordname, t-n.R"})
    void shouldTakeConfluentsClassNamesAndShortNames(String name, String subject) {
        AvroSerdeConfig config = AvroSerdeConfig.from(Map.of("value.subject.name.strategy", name));
        assertThat(config.naming().subject("t", "n.R")).isEqualTo(subject);
    }

    @Test
    void shouldNameTheChoicesWhenThereIsNoSuchStrategy() {
        assertThatThrownBy(() -> AvroSerdeConfig.from(Map.of("value.subject.name.strategy", "com.acme.Mine")))
                .hasMessageContaining("value.subject.name.strategy").hasMessageContaining("TopicRecordNameStrategy");
        assertThat(AvroSerdeConfig.from(Map.of()).naming()).isEqualTo(SubjectNaming.TOPIC_NAME);
    }
}
