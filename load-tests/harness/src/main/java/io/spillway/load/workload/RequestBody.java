package io.spillway.load.workload;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.zip.CRC32C;

/** Writes the requests of a plan. The prompt begins with the request's id, which a simulated provider quotes in its answer. */
public final class RequestBody {

    private static final byte[] WORDS = "Please sum up what follows and say what you would do about it. "
            .getBytes(StandardCharsets.US_ASCII);

    private final byte[] head;

    /** @param route the name asked for; plain letters, digits and dashes */
    public RequestBody(String route) {
        this.head = ("{\"model\":\"" + route + "\",\"messages\":[{\"role\":\"user\",\"content\":\"")
                .getBytes(StandardCharsets.UTF_8);
    }

    /** The id of a request of a run. Ends in the index. */
    public static String id(String run, PlannedRequest request) {
        return run + "-" + request.original();
    }

    /** The index in an id made by {@link #id}; -1 for a foreign id. */
    public static int index(String run, String id) {
        if (!id.startsWith(run) || id.length() < run.length() + 2 || id.length() > run.length() + 10) {
            return -1;
        }
        int value = 0;
        for (int i = run.length() + 1; i < id.length(); i++) {
            int digit = id.charAt(i) - '0';
            if (digit < 0 || digit > 9) {
                return -1;
            }
            value = value * 10 + digit;
        }
        return value;
    }

    /** How an answer to that request quotes it. */
    public static String mark(String id) {
        return "[" + id + "]";
    }

    /** The body: an OpenAI chat-completions request. */
    public byte[] of(String id, PlannedRequest request) {
        byte[] prompt = prompt(id, request);
        byte[] tail = ("\"}],\"max_tokens\":" + request.maxTokens() + "}").getBytes(StandardCharsets.US_ASCII);
        byte[] body = Arrays.copyOf(head, head.length + prompt.length + tail.length);
        System.arraycopy(prompt, 0, body, head.length, prompt.length);
        System.arraycopy(tail, 0, body, head.length + prompt.length, tail.length);
        return body;
    }

    /** The prompt's hash as simulated providers log it, for those whose API has no place for the caller's id. */
    public static String promptHash(String id, PlannedRequest request) {
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            digest.update("user\0".getBytes(StandardCharsets.US_ASCII));
            digest.update(prompt(id, request));
            digest.update((byte) 0);
            return HexFormat.of().formatHex(digest.digest(), 0, Long.BYTES);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java runtime has SHA-256; use a standard JDK", e);
        }
    }

    private static byte[] prompt(String id, PlannedRequest request) {
        byte[] mark = (mark(id) + " ").getBytes(StandardCharsets.US_ASCII);
        byte[] prompt = Arrays.copyOf(mark, Math.max(mark.length, request.promptBytes()));
        for (int i = mark.length; i < prompt.length; i++) {
            prompt[i] = WORDS[(i - mark.length) % WORDS.length];
        }
        return prompt;
    }

    /** Equal for equal bytes, and as good as never for others of the same request. */
    public static long fingerprint(byte[] body) {
        CRC32C checksum = new CRC32C();
        checksum.update(body);
        return ((long) body.length << 32) | checksum.getValue();
    }
}
