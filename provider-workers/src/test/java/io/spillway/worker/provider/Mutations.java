package io.spillway.worker.provider;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;

import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;

/** Damage of the kinds that networks, proxies and providers do to JSON. */
final class Mutations {

    private static final List<String> TOKENS = List.of("null", "[]", "{}", "-1", "1e999", "\"\"", "true", "NaN", "{", "}", "[",
            "]", ",", ":",
            "\"", "\\ud800", "\u0000", "\"error\":{\"code\":429},", "<html>", "\ufeff", "\"choices\":[],", "\"content\":null,");

    private static final JsonMapper PLAIN = JsonMapper.builder().enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS).build();

    private Mutations() {}

    static byte[] mutate(byte[] body, SplittableRandom random) {
        byte[] mutated = body;
        for (int i = random.nextInt(1, 4); i > 0; i--) {
            mutated = once(mutated, random);
        }
        return mutated;
    }

    /** Whether what is left is still one JSON object. */
    static boolean isJson(byte[] body) {
        try {
            // Half a surrogate pair is JSON by the grammar, but not to Jackson when it stands in a name.
            return PLAIN.readTree(new String(body, StandardCharsets.UTF_8).replaceAll("(?i)\\\\ud[89a-f][0-9a-f]{2}", "x"))
                    .isObject();
        } catch (IOException e) {
            return false;
        }
    }

    private static byte[] once(byte[] body, SplittableRandom random) {
        if (body.length == 0) {
            return body;
        }
        int at = random.nextInt(body.length);
        int end = Math.min(body.length, at + random.nextInt(1, 20));
        return switch (random.nextInt(7)) {
            case 0 -> {
                byte[] flipped = body.clone();
                flipped[at] = (byte) random.nextInt(256);
                yield flipped;
            }
            case 1 -> Arrays.copyOf(body, at);
            case 2 -> splice(body, at, new byte[0], end);
            case 3 -> splice(body, at, Arrays.copyOfRange(body, at, end), at);
            case 4 -> splice(body, at, TOKENS.get(random.nextInt(TOKENS.size())).getBytes(StandardCharsets.UTF_8), at);
            case 5 -> replaceValue(body, random);
            default -> {
                byte[] swapped = body.clone();
                int other = random.nextInt(body.length);
                swapped[at] = body[other];
                swapped[other] = body[at];
                yield swapped;
            }
        };
    }

    /** Keeps the JSON whole: a value becomes another one. */
    private static byte[] replaceValue(byte[] body, SplittableRandom random) {
        String text = new String(body, StandardCharsets.ISO_8859_1);
        int colon = text.indexOf("\":", random.nextInt(text.length()));
        if (colon < 0) {
            return body;
        }
        int end = colon + 2;
        while (end < text.length() && ",}]".indexOf(text.charAt(end)) < 0) {
            end++;
        }
        return splice(body, colon + 2, TOKENS.get(random.nextInt(7)).getBytes(StandardCharsets.UTF_8), end);
    }

    private static byte[] splice(byte[] body, int from, byte[] middle, int to) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.write(body, 0, from);
        out.writeBytes(middle);
        out.write(body, to, body.length - to);
        return out.toByteArray();
    }
}
