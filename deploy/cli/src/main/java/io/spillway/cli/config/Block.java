package io.spillway.cli.config;

import java.math.BigDecimal;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

import org.jspecify.annotations.Nullable;

/**
 * Typed access to one block of keys. Whatever is wrong goes to the problems, and reading goes on with a stand-in: nothing
 * that was read counts once there is a problem.
 */
final class Block {

    private final String path;
    /** Line of the key above the block, where somebody would look for it. */
    private final int headLine;
    private final YamlNode.Mapping mapping;
    private final Problems problems;

    private Block(String path, int headLine, YamlNode.Mapping mapping, Problems problems) {
        this.path = path;
        this.headLine = headLine;
        this.mapping = mapping;
        this.problems = problems;
    }

    /** The block, with every key it should not have reported; an empty one when the value is no block. */
    static Block of(YamlNode node, String path, int headLine, Section section, Problems problems) {
        Block block = free(node, path, headLine, problems);
        block.mapping.entries().forEach((key, entry) -> {
            if (!section.keys().contains(key)) {
                problems.add(block.path(key), entry.keyLine(), "unknown key", key,
                        Suggestion.hint(key, section.keys()) + "known: " + String.join(", ", section.keys()));
            }
        });
        return block;
    }

    /** A block whose keys the operator chooses. */
    private static Block free(YamlNode node, String path, int headLine, Problems problems) {
        if (node instanceof YamlNode.Mapping mapping) {
            return new Block(path, headLine, mapping, problems);
        }
        problems.add(path, node.line(), "must be a block of keys, is " + node.kind(), "indent its keys below it");
        return new Block(path, headLine, new YamlNode.Mapping(headLine, Map.of()), problems);
    }

    String path() {
        return path;
    }

    String path(String key) {
        return path.isEmpty() ? key : path + "." + key;
    }

    Problems problems() {
        return problems;
    }

    boolean has(String key) {
        return mapping.entries().containsKey(key);
    }

    /** Line of the key, or of the block where the key is missing. */
    int line(String key) {
        YamlNode.Entry entry = mapping.entries().get(key);
        return entry == null ? headLine : entry.keyLine();
    }

    void problem(String key, String problem, String value, String remedy) {
        problems.add(path(key), line(key), problem, value, remedy);
    }

    /** Text that must be there; empty after a problem. */
    String required(String key, String remedy) {
        if (!has(key)) {
            missing(key, remedy);
            return "";
        }
        return text(key).orElse("");
    }

    Optional<String> text(String key) {
        YamlNode node = value(key);
        if (node == null) {
            return Optional.empty();
        }
        if (node instanceof YamlNode.Scalar scalar) {
            return Optional.of(scalar.text());
        }
        problem(key, "must have a value, is " + node.kind(), "", "write one value after the colon, or remove the key");
        return Optional.empty();
    }

    boolean flag(String key, boolean otherwise) {
        Optional<String> text = text(key);
        if (text.isEmpty()) {
            return otherwise;
        }
        return switch (text.get()) {
            case "true" -> true;
            case "false" -> false;
            default -> {
                problem(key, "is not a yes or no:", text.get(), "write true or false");
                yield otherwise;
            }
        };
    }

    Duration duration(String key, Duration otherwise, Duration least, Duration most) {
        Optional<String> text = text(key);
        if (text.isEmpty()) {
            return otherwise;
        }
        Optional<Duration> parsed = Durations.parse(text.get());
        if (parsed.isEmpty()) {
            problem(key, "not a duration:", text.get(), "write " + Durations.FORM);
            return otherwise;
        }
        if (parsed.get().compareTo(least) < 0 || parsed.get().compareTo(most) > 0) {
            problem(key, "out of range:", text.get(),
                    "write a duration from " + Durations.text(least) + " to " + Durations.text(most));
            return otherwise;
        }
        return parsed.get();
    }

    OptionalLong number(String key, long least, long most) {
        Optional<String> text = text(key);
        if (text.isEmpty()) {
            return OptionalLong.empty();
        }
        String remedy = "write a whole number from " + least + " to " + most;
        String digits = text.get().replace("_", "");
        if (!digits.matches("-?\\d{1,18}")) {
            problem(key, "not a whole number:", text.get(), remedy);
            return OptionalLong.empty();
        }
        long number = Long.parseLong(digits);
        if (number < least || number > most) {
            problem(key, "out of range:", text.get(), remedy);
            return OptionalLong.empty();
        }
        return OptionalLong.of(number);
    }

    /** An exact decimal number of at most {@code scale} digits after the point. */
    Optional<BigDecimal> decimal(String key, BigDecimal least, BigDecimal most, int scale) {
        Optional<String> text = text(key);
        if (text.isEmpty()) {
            return Optional.empty();
        }
        if (!text.get().matches("-?\\d{1,12}(\\.\\d{1,18})?")) {
            problem(key, "not a decimal number:", text.get(), "write digits with a point, such as 2.5");
            return Optional.empty();
        }
        BigDecimal number = new BigDecimal(text.get());
        if (number.compareTo(least) < 0 || number.compareTo(most) > 0) {
            problem(key, "out of range:", text.get(),
                    "write a number from " + least.toPlainString() + " to " + most.toPlainString());
            return Optional.empty();
        }
        if (number.stripTrailingZeros().scale() > scale) {
            problem(key, "too exact:", text.get(), "write at most " + scale + " digits after the point");
            return Optional.empty();
        }
        return Optional.of(number);
    }

    /** The block at a key, if the key is there. */
    Optional<Block> block(String key, Section section) {
        YamlNode node = value(key);
        return node == null ? Optional.empty() : Optional.of(of(node, path(key), line(key), section, problems));
    }

    /** The blocks below a key by the ids the operator gave them, in the order of the file. */
    Map<String, Block> named(String key, Section section, IdRule rule) {
        YamlNode node = value(key);
        if (node == null) {
            missing(key, "define at least one below it");
            return Map.of();
        }
        Block all = free(node, path(key), line(key), problems);
        if (node instanceof YamlNode.Mapping && all.mapping.entries().isEmpty()) {
            problem(key, "is empty", "", "define at least one below it");
        }
        Map<String, Block> named = new LinkedHashMap<>();
        all.mapping.entries().forEach((id, entry) -> {
            if (!rule.allows(id)) {
                all.problem(id, "not a name for one of the " + key + ":", id, rule.words());
            }
            named.put(id, of(entry.value(), all.path(id), entry.keyLine(), section, problems));
        });
        return named;
    }

    /** The items of a list, with their paths; empty when the key is missing. */
    List<Item> list(String key) {
        YamlNode node = value(key);
        if (node == null) {
            return List.of();
        }
        if (!(node instanceof YamlNode.Sequence sequence)) {
            problem(key, "must be a list, is " + node.kind(), "", "write [one, two], or one item per line after '- '");
            return List.of();
        }
        List<Item> items = new ArrayList<>();
        for (YamlNode item : sequence.items()) {
            items.add(new Item(path(key) + "[" + items.size() + "]", item));
        }
        return List.copyOf(items);
    }

    /** Texts by free keys; {@code ""} is a text too. */
    Map<String, String> settings(String key) {
        YamlNode node = value(key);
        if (node == null) {
            return Map.of();
        }
        Block settings = free(node, path(key), line(key), problems);
        Map<String, String> texts = new LinkedHashMap<>();
        for (String name : settings.mapping.entries().keySet()) {
            boolean isBlank = settings.value(name) instanceof YamlNode.Blank;
            String text = isBlank ? "" : settings.text(name).orElse("");
            boolean isSecret = Secrets.looksLikeSecret(text)
                    || (Secrets.isSecretName(name) && !Secrets.isReference(text));
            if (isSecret) {
                settings.problem(name, "looks like a key, and the catalogue is readable for everybody", "",
                        "put it into a file and name the file in 'credential': ${file:/run/secrets/openai}");
            }
            texts.put(name, text);
        }
        return texts;
    }

    private void missing(String key, String remedy) {
        problems.add(path, headLine, "the key '" + key + "' is missing", remedy);
    }

    private @Nullable YamlNode value(String key) {
        YamlNode.Entry entry = mapping.entries().get(key);
        return entry == null ? null : entry.value();
    }

    /** One item of a list. */
    record Item(String path, YamlNode node) {}
}
