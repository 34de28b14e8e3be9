package io.spillway.cli.config;

import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import com.fasterxml.jackson.dataformat.yaml.YAMLParser;

/** Turns text into {@link YamlNode}s. A key given twice, an alias and a second document are problems. */
final class YamlReader {

    private static final int DEEPEST = 32;

    private final YAMLParser parser;
    private final Problems problems;

    private YamlReader(YAMLParser parser, Problems problems) {
        this.parser = parser;
        this.problems = problems;
    }

    /** The root of the document; empty when there is none or the text is not YAML, which is then among the problems. */
    static Optional<YamlNode> read(String text, Problems problems) {
        try (YAMLParser parser = new YAMLFactory().createParser(text)) {
            if (parser.nextToken() == null) {
                return Optional.empty();
            }
            YamlReader reader = new YamlReader(parser, problems);
            YamlNode root = reader.node("", 0);
            if (parser.nextToken() != null) {
                problems.add("", reader.line(), "a second document starts here", "keep one document per file, without '---'");
            }
            return Optional.of(root);
        } catch (JsonProcessingException e) {
            int line = e.getLocation() == null ? 0 : e.getLocation().getLineNr();
            problems.add("", line, "not valid YAML: " + reason(e), "check indentation, colons and quotes there");
            return Optional.empty();
        } catch (IOException e) {
            throw new IllegalStateException("reading from memory failed", e);
        }
    }

    /** The parser's own words without the lines it quotes from the file: those may hold a key. */
    private static String reason(JsonProcessingException failure) {
        String words = String.valueOf(failure.getOriginalMessage()).lines()
                .filter(line -> !line.isBlank() && !Character.isWhitespace(line.charAt(0)))
                .collect(Collectors.joining(": "));
        return Secrets.hide(words);
    }

    private int line() {
        return Math.max(0, parser.currentTokenLocation().getLineNr());
    }

    private YamlNode node(String path, int depth) throws IOException {
        int line = line();
        if (depth > DEEPEST) {
            problems.add(path, line, "nested too deep", "the catalogue needs " + DEEPEST + " levels at most");
            parser.skipChildren();
            return new YamlNode.Empty(line);
        }
        if (parser.isCurrentAlias()) {
            problems.add(path, line, "YAML aliases are not supported", "write the value out");
            return new YamlNode.Empty(line);
        }
        JsonToken token = parser.currentToken();
        if (token == JsonToken.START_OBJECT) {
            return mapping(path, line, depth);
        }
        if (token == JsonToken.START_ARRAY) {
            List<YamlNode> items = new ArrayList<>();
            while (parser.nextToken() != JsonToken.END_ARRAY) {
                items.add(node(path + "[" + items.size() + "]", depth + 1));
            }
            return new YamlNode.Sequence(line, items);
        }
        if (token == JsonToken.VALUE_NULL) {
            return new YamlNode.Empty(line);
        }
        String text = parser.getText();
        return text.isBlank() ? new YamlNode.Blank(line) : new YamlNode.Scalar(line, text.strip());
    }

    private YamlNode mapping(String path, int line, int depth) throws IOException {
        Map<String, YamlNode.Entry> entries = new LinkedHashMap<>();
        while (parser.nextToken() != JsonToken.END_OBJECT) {
            String key = parser.currentName();
            int keyLine = line();
            String inside = path.isEmpty() ? key : path + "." + key;
            parser.nextToken();
            YamlNode value = node(inside, depth + 1);
            YamlNode.Entry earlier = entries.putIfAbsent(key, new YamlNode.Entry(keyLine, value));
            if (earlier != null) {
                problems.add(inside, keyLine, "given twice",
                        "first on line " + earlier.keyLine() + ": remove one, or give the second another name");
            }
        }
        return new YamlNode.Mapping(line, entries);
    }
}
