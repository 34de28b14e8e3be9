package io.spillway.cli.config;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** A value of a YAML file with the line it starts on. Scalars keep their text, so that decimals stay exact. */
sealed interface YamlNode {

    /** Line in the file, from 1. */
    int line();

    /** What it is, in words for a message. */
    String kind();

    record Scalar(int line, String text) implements YamlNode {
        @Override
        public String kind() {
            return "a single value";
        }
    }

    /** Nothing after the colon, or {@code null}. */
    record Empty(int line) implements YamlNode {
        @Override
        public String kind() {
            return "nothing";
        }
    }

    /** A pair of quotes with nothing between them: not forgotten but meant, where a setting switches something off. */
    record Blank(int line) implements YamlNode {
        @Override
        public String kind() {
            return "nothing";
        }
    }

    record Sequence(int line, List<YamlNode> items) implements YamlNode {
        public Sequence {
            items = List.copyOf(items);
        }

        @Override
        public String kind() {
            return "a list";
        }
    }

    record Mapping(int line, Map<String, Entry> entries) implements YamlNode {
        public Mapping {
            entries = new LinkedHashMap<>(entries);
        }

        @Override
        public String kind() {
            return "a block of keys";
        }
    }

    /** @param keyLine line of the key */
    record Entry(int keyLine, YamlNode value) {}
}
