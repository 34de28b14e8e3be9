package io.spillway.contract.serde;

import java.util.Locale;

import org.apache.kafka.common.config.ConfigException;

/** Which subject the schema of a record value belongs to. */
public enum SubjectNaming {

    /** {@code <topic>-value}: one kind of record per topic. */
    TOPIC_NAME("TopicNameStrategy") {
        @Override
        public String subject(String topic, String recordName) {
            return topic + "-value";
        }
    },
    /** {@code <record name>}: one history per record, whatever the topic. */
    RECORD_NAME("RecordNameStrategy") {
        @Override
        public String subject(String topic, String recordName) {
            return recordName;
        }
    },
    /** {@code <topic>-<record name>}: several kinds of record in one topic. */
    TOPIC_RECORD_NAME("TopicRecordNameStrategy") {
        @Override
        public String subject(String topic, String recordName) {
            return topic + "-" + recordName;
        }
    };

    private final String className;

    SubjectNaming(String className) {
        this.className = className;
    }

    /**
     * The subject for a record value.
     *
     * @param recordName
     *            full name of the Avro record
     */
    public abstract String subject(String topic, String recordName);

    /**
     * Reads {@code value.subject.name.strategy}: Confluent's class name with or without its package, a class, or the short
     * form without {@code Strategy}.
     */
    static SubjectNaming parse(String key, Object value) {
        String given = value instanceof Class<?> type ? type.getName() : String.valueOf(value).strip();
        String simple = given.substring(given.lastIndexOf('.') + 1);
        String wanted = simple.toLowerCase(Locale.ROOT);
        for (SubjectNaming naming : values()) {
            String name = naming.className.toLowerCase(Locale.ROOT);
            if (wanted.equals(name) || wanted.concat("strategy").equals(name)) {
                return naming;
            }
        }
        throw new ConfigException(key, given,
                "use TopicNameStrategy, RecordNameStrategy or TopicRecordNameStrategy");
    }
}
