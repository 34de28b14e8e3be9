package io.spillway.load.workload;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;

import com.fasterxml.jackson.databind.JsonNode;

import io.spillway.contract.Durations;

/** Reads the fields of one YAML object and collects what is wrong with them; fields nobody asked for are wrong too. */
final class Fields {

    private final JsonNode node;
    private final String path;
    private final List<String> problems;
    private final Set<String> known = new HashSet<>();

    Fields(JsonNode node, String path, List<String> problems) {
        this.node = node;
        this.path = path;
        this.problems = problems;
        if (!node.isObject()) {
            problems.add((path.isEmpty() ? "the file" : path) + ": must be a set of 'key: value' lines");
        }
    }

    String text(String key, Optional<String> fallback) {
        return of(key, fallback, Function.identity(), "a word", "");
    }

    <T> T of(String key, Optional<T> fallback, Function<String, T> reader, String expected, T onError) {
        known.add(key);
        JsonNode value = node.path(key);
        if (value.isMissingNode() || value.isNull()) {
            if (fallback.isEmpty()) {
                problems.add(path(key) + ": missing; write " + expected);
            }
            return fallback.orElse(onError);
        }
        try {
            return reader.apply(value.asText());
        } catch (IllegalArgumentException e) {
            problems.add(path(key) + ": '" + value.asText() + "' is not " + expected);
            return onError;
        }
    }

    Duration duration(String key, Optional<Duration> fallback) {
        return of(key, fallback, Durations::parse, "a duration such as 30s", Duration.ZERO);
    }

    double number(String key, Optional<Double> fallback, double least, double most) {
        return of(key, fallback, text -> {
            double value = Double.parseDouble(text);
            if (!(value >= least && value <= most)) {
                throw new IllegalArgumentException(text);
            }
            return value;
        }, "a number from " + least + " to " + most, least);
    }

    int whole(String key, Optional<Integer> fallback, int least, int most) {
        return (int) number(key, fallback.map(Integer::doubleValue), least, most);
    }

    List<Fields> list(String key) {
        known.add(key);
        List<Fields> items = new ArrayList<>();
        JsonNode value = node.path(key);
        for (int i = 0; i < value.size(); i++) {
            items.add(new Fields(value.path(i), path(key) + "[" + i + "]", problems));
        }
        return items;
    }

    List<String> words(String key, List<String> fallback) {
        known.add(key);
        JsonNode value = node.path(key);
        if (!value.isArray()) {
            return fallback;
        }
        List<String> words = new ArrayList<>();
        value.forEach(item -> words.add(item.asText()));
        return words;
    }

    void problem(String key, String text) {
        problems.add(path(key) + ": " + text);
    }

    /** To be called when all fields were asked for. */
    void refuseOthers() {
        node.fieldNames().forEachRemaining(name -> {
            if (!known.contains(name)) {
                problems.add(path(name) + ": unknown key (known: " + String.join(", ", known.stream().sorted().toList()) + ")");
            }
        });
    }

    private String path(String key) {
        return path.isEmpty() ? key : path + "." + key;
    }
}
