package io.spillway.simulator.dialect;

import io.spillway.simulator.wire.HttpRequest;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * The SigV4 signature of a request, verified by making it again. Only the key of AWS's documentation is known here; requests of
 * other keys are taken on trust, as long as they are signed for this service.
 *
 * @param keyId the access key id
 * @param scope date, region, service and terminator, with slashes
 */
record AwsSignature(String keyId, String scope, List<String> signedHeaders, String signature) {

    /** The key pair of AWS's documentation. */
    static final String EXAMPLE_KEY_ID = "AKIAIOSFODNN7EXAMPLE";
    private static final String EXAMPLE_SECRET = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY";

    private static final String ALGORITHM = "AWS4-HMAC-SHA256";
    private static final Pattern HEADER = Pattern.compile(
            ALGORITHM + " Credential=([^/]+)/(\\d{8}/[a-z0-9-]+/[a-z0-9-]+/aws4_request),\\s*SignedHeaders=([a-z0-9;-]+),\\s*"
                    + "Signature=([0-9a-f]{64})");

    static Optional<AwsSignature> in(HttpRequest request) {
        return request.header("authorization").map(HEADER::matcher).filter(Matcher::matches)
                .map(match -> new AwsSignature(match.group(1), match.group(2), List.of(match.group(3).split(";", -1)),
                        match.group(4)));
    }

    /** What AWS would say against the signature. */
    Optional<String> problem(HttpRequest request) {
        String[] parts = scope.split("/", -1);
        if (!parts[2].equals("bedrock")) {
            return Optional.of("Credential should be scoped to correct service: 'bedrock'.");
        }
        if (!signedHeaders.contains("host") || !request.header("x-amz-date").orElse("").startsWith(parts[0])) {
            return Optional.of("'Host' and a dated 'X-Amz-Date' must be part of the signature.");
        }
        if (!keyId.equals(EXAMPLE_KEY_ID)) {
            return Optional.empty();
        }
        return signature.equals(again(request, parts))
                ? Optional.empty()
                : Optional
                        .of("The request signature we calculated does not match the signature you provided. Check your AWS Secret"
                                + " Access Key and signing method.");
    }

    private String again(HttpRequest request, String[] scopeParts) {
        StringBuilder canonical = new StringBuilder(request.method()).append('\n')
                // Everything but S3 encodes the path once more.
                .append(request.path().replace("%", "%25")).append("\n\n");
        for (String name : signedHeaders) {
            canonical.append(name).append(':').append(request.header(name).orElse("").strip().replaceAll(" +", " ")).append('\n');
        }
        canonical.append('\n').append(String.join(";", signedHeaders)).append('\n').append(sha256(request.body()));
        String text = ALGORITHM + "\n" + request.header("x-amz-date").orElse("") + "\n" + scope + "\n"
                + sha256(canonical.toString().getBytes(StandardCharsets.UTF_8));
        byte[] key = ("AWS4" + EXAMPLE_SECRET).getBytes(StandardCharsets.UTF_8);
        for (String part : scopeParts) {
            key = hmac(key, part);
        }
        return HexFormat.of().formatHex(hmac(key, text));
    }

    private static String sha256(byte[] bytes) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every Java runtime has SHA-256; use a standard JDK", e);
        }
    }

    private static byte[] hmac(byte[] key, String text) {
        try {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(key, "HmacSHA256"));
            return mac.doFinal(text.getBytes(StandardCharsets.UTF_8));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every Java runtime has HmacSHA256; use a standard JDK", e);
        }
    }
}
