package io.spillway.contract.json;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.core.exc.StreamConstraintsException;
import com.fasterxml.jackson.core.io.JsonEOFException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectReader;
import com.fasterxml.jackson.databind.ObjectWriter;
import com.fasterxml.jackson.databind.cfg.JsonNodeFeature;
import com.fasterxml.jackson.databind.exc.MismatchedInputException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;

/**
 * JSON as Spillway reads and writes it: UTF-8 only, one document and nothing after it, bounded depth and size, numbers kept
 * exactly as written.
 */
public final class Json {

    /** Largest document, in bytes: the largest body a provider takes (Anthropic Messages, 32 MB). */
    public static final int MAX_BYTES = 32 * 1024 * 1024;

    /** Deepest nesting of a document. */
    public static final int MAX_DEPTH = 64;

    private static final JsonMapper MAPPER = mapper();
    private static final ObjectReader TOLERANT = MAPPER.readerFor(JsonNode.class);
    private static final ObjectReader STRICT = TOLERANT.with(StreamReadFeature.STRICT_DUPLICATE_DETECTION);
    private static final ObjectWriter WRITER = MAPPER.writer();

    private Json() {}

    /**
     * Reads a provider's document. Repeated fields are forgiven (the last one counts), everything else is not.
     *
     * @throws MalformedJsonException when it is not exactly one JSON object
     */
    public static ObjectNode readObject(byte[] document) {
        return object(readDocument(document));
    }

    /**
     * Reads a provider's document whatever its type.
     *
     * @throws MalformedJsonException when it is not exactly one JSON value
     */
    public static JsonNode readDocument(byte[] document) {
        return read(TOLERANT, decode(document), Surrogates.REPAIR);
    }

    /**
     * Reads a caller's document: as {@link #readObject}, and repeated fields and lone surrogates are errors too.
     *
     * @throws MalformedJsonException when it is not exactly one JSON object
     */
    static ObjectNode readStrictly(byte[] document) {
        return object(read(STRICT, decode(document), Surrogates.REFUSE));
    }

    /**
     * Reads a JSON object kept in a string field of a record.
     *
     * @throws MalformedJsonException when it is not exactly one JSON object
     */
    public static ObjectNode readObject(String fragment) {
        return object(read(STRICT, fragment, Surrogates.REPAIR));
    }

    /**
     * Reads any JSON value kept in a string.
     *
     * @throws MalformedJsonException when it is not exactly one JSON value
     */
    public static JsonNode readValue(String fragment) {
        return read(STRICT, fragment, Surrogates.REPAIR);
    }

    /** A new empty object. */
    public static ObjectNode object() {
        return JsonNodeFactory.instance.objectNode();
    }

    /** A new empty array. */
    public static ArrayNode array() {
        return JsonNodeFactory.instance.arrayNode();
    }

    /** The document as compact text. */
    public static String text(JsonNode node) {
        try {
            return WRITER.writeValueAsString(node);
        } catch (JsonProcessingException impossible) {
            throw new IllegalStateException("a JSON tree could not be written", impossible);
        }
    }

    /** The document as compact UTF-8. */
    public static byte[] bytes(JsonNode node) {
        // By way of a String: the generator for bytes throws on a lone surrogate, this replaces it.
        return text(node).getBytes(StandardCharsets.UTF_8);
    }

    private static ObjectNode object(JsonNode node) {
        if (node instanceof ObjectNode object) {
            return object;
        }
        throw new MalformedJsonException("is not a JSON object");
    }

    private static JsonNode read(ObjectReader reader, String text, Surrogates surrogates) {
        try {
            JsonNode node = reader.readTree(surrogates.apply(text));
            if (node == null || node.isMissingNode()) {
                throw new MalformedJsonException("is empty");
            }
            return node;
        } catch (JsonProcessingException e) {
            throw new MalformedJsonException(reason(e));
        } catch (NumberFormatException e) {
            // The parser lets an exponent of more than nine digits through to BigDecimal, which has no room for it.
            throw new MalformedJsonException("holds a number with an exponent that is too large");
        }
    }

    private static String decode(byte[] document) {
        if (document.length > MAX_BYTES) {
            throw new MalformedJsonException("is larger than " + MAX_BYTES + " bytes");
        }
        String text = new String(document, StandardCharsets.UTF_8);
        if (text.indexOf('\uFFFD') >= 0 && !isUtf8(document)) {
            throw new MalformedJsonException("is not UTF-8");
        }
        return text;
    }

    private static boolean isUtf8(byte[] bytes) {
        try {
            StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes));
            return true;
        } catch (CharacterCodingException e) {
            return false;
        }
    }

    /** A sentence of our own: the parser's would quote the document. */
    private static String reason(JsonProcessingException e) {
        JsonLocation location = e.getLocation();
        String where = location == null || location.getLineNr() < 1
                ? ""
                : " (line " + location.getLineNr() + ", column " + location.getColumnNr() + ")";
        if (e instanceof StreamConstraintsException) {
            return "is nested deeper than " + MAX_DEPTH + " levels, or holds a name or number longer than allowed";
        }
        if (e instanceof JsonEOFException) {
            return "ends too early" + where;
        }
        if (e instanceof MismatchedInputException) {
            return "has text after its end" + where;
        }
        if (e.getOriginalMessage().startsWith("Duplicate")) {
            return "has a repeated field" + where;
        }
        return "is not valid JSON" + where;
    }

    private static JsonMapper mapper() {
        JsonFactory factory = JsonFactory.builder()
                .streamReadConstraints(
                        StreamReadConstraints.builder().maxNestingDepth(MAX_DEPTH).maxStringLength(MAX_BYTES).build())
                // Names are chosen by callers: interning them would fill a JVM-wide table.
                .disable(JsonFactory.Feature.INTERN_FIELD_NAMES).build();
        return JsonMapper.builder(factory).enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
                .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
                .disable(JsonNodeFeature.STRIP_TRAILING_BIGDECIMAL_ZEROES).build();
    }
}
