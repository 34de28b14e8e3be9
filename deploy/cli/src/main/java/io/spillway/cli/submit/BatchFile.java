package io.spillway.cli.submit;

import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.DigestInputStream;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import org.jspecify.annotations.Nullable;

import io.spillway.contract.json.ChatRequestJson;
import io.spillway.contract.json.Json;
import io.spillway.contract.json.MalformedJsonException;
import io.spillway.contract.json.ParsedRequest;
import io.spillway.contract.json.Violation;

/**
 * Reads an OpenAI batch file, {@code {"custom_id","method","url","body"}} a line, one line at a time. Every line is judged on
 * its own: a bad one never stops the others. Remembers a 64-bit hash of each custom_id and nothing else.
 */
final class BatchFile implements Closeable {

    /** Largest line that is read at all. */
    static final int MAX_LINE_BYTES = 16 * 1024 * 1024;
    /** Largest body: what the requests topics take (4 MiB), less room for headers. */
    static final int MAX_BODY_BYTES = 4 * 1024 * 1024 - 64 * 1024;

    private static final String URL = "/v1/chat/completions";
    private static final int MAX_CUSTOM_ID = 512;
    private static final int USED = 1;
    private static final int MAX_VIOLATIONS_SHOWN = 5;

    private final DigestInputStream digested;
    private final LineReader lines;
    private final @Nullable String route;
    private final LongFlags customIds = new LongFlags();

    private BatchFile(InputStream in, @Nullable String route) {
        this.digested = new DigestInputStream(in, Hashes.sha256());
        this.lines = new LineReader(digested, MAX_LINE_BYTES);
        this.route = route;
    }

    /** @param route the model every body asks for, whatever it says; null leaves each line its own */
    static BatchFile open(Path path, @Nullable String route) throws IOException {
        return new BatchFile(Files.newInputStream(path), route);
    }

    /** The next line that is not blank; empty at the end. */
    Optional<BatchEntry> next() throws IOException {
        while (lines.next()) {
            if (lines.isTooLong()) {
                return Optional
                        .of(bad(Optional.empty(), "line_too_long", "is longer than " + MAX_LINE_BYTES / (1024 * 1024) + " MiB",
                                "send large inputs by reference (an image URL) or split the request"));
            }
            byte[] line = lines.bytes();
            if (!isBlank(line)) {
                return Optional.of(judge(line));
            }
        }
        return Optional.empty();
    }

    /** SHA-256 of what was read so far, in hex. Call once, at the end. */
    String digest() {
        return HexFormat.of().formatHex(digested.getMessageDigest().digest());
    }

    @Override
    public void close() throws IOException {
        lines.close();
    }

    private BatchEntry judge(byte[] line) {
        ObjectNode root;
        try {
            root = Json.readObject(line);
        } catch (MalformedJsonException e) {
            return bad(Optional.empty(), "invalid_json", String.valueOf(e.getMessage()),
                    "write one JSON object per line, in UTF-8");
        }
        String customId = text(root, "custom_id");
        if (customId == null || customId.isBlank() || customId.length() > MAX_CUSTOM_ID) {
            return bad(Optional.empty(), "invalid_custom_id", "custom_id is missing, empty, not a string or over " + MAX_CUSTOM_ID
                    + " characters", "give every line a custom_id of its own");
        }
        Optional<String> id = Optional.of(customId);
        if (customIds.add(Hashes.of(customId), USED) != 0) {
            return bad(id, "duplicate_custom_id", "custom_id '" + customId + "' was used by an earlier line",
                    "give every line a custom_id of its own");
        }
        if (!"POST".equals(text(root, "method"))) {
            return bad(id, "invalid_method", "method is not \"POST\"", "set \"method\": \"POST\"");
        }
        if (!URL.equals(text(root, "url"))) {
            return bad(id, "invalid_url", "url is not \"" + URL + "\"",
                    "Spillway serves chat completions only: set \"url\": \"" + URL + "\"");
        }
        if (!(root.get("body") instanceof ObjectNode body)) {
            return bad(id, "invalid_body", "body is missing or not an object", "put the chat-completions request into \"body\"");
        }
        return judgeBody(id, customId, body);
    }

    private BatchEntry judgeBody(Optional<String> id, String customId, ObjectNode body) {
        if (route != null) {
            body.put("model", route);
        }
        if (!body.hasNonNull("model")) {
            return bad(id, "missing_model", "body.model is missing",
                    "name a route in it, or give one for all lines with --route");
        }
        String canonical = CanonicalJson.text(body);
        byte[] bytes = canonical.getBytes(StandardCharsets.UTF_8);
        if (bytes.length > MAX_BODY_BYTES) {
            return bad(id, "body_too_large", "body is larger than " + MAX_BODY_BYTES + " bytes",
                    "send large inputs by reference (an image URL) or split the request");
        }
        // The router would refuse it for the same reasons; here it costs nothing and the line number is known.
        return switch (ChatRequestJson.parse(bytes)) {
            case ParsedRequest.Valid valid -> new BatchEntry.Valid(lines.number(), customId, canonical);
            case ParsedRequest.Invalid invalid -> bad(id, "invalid_body", problems(invalid.violations()), "correct the body");
        };
    }

    private static String problems(List<Violation> violations) {
        String shown = violations.stream().limit(MAX_VIOLATIONS_SHOWN).map(violation -> "body." + violation)
                .collect(Collectors.joining(", "));
        int more = violations.size() - MAX_VIOLATIONS_SHOWN;
        return more > 0 ? shown + " and " + more + " more" : shown;
    }

    private BatchEntry bad(Optional<String> customId, String code, String problem, String remedy) {
        return new BatchEntry.Bad(lines.number(), customId, code, problem, remedy);
    }

    private static @Nullable String text(ObjectNode node, String name) {
        JsonNode value = node.get(name);
        return value != null && value.isTextual() ? value.textValue() : null;
    }

    private static boolean isBlank(byte[] line) {
        for (byte b : line) {
            if (b != ' ' && b != '\t' && b != '\r') {
                return false;
            }
        }
        return true;
    }
}
