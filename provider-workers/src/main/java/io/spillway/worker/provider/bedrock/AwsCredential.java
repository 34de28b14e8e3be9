package io.spillway.worker.provider.bedrock;

import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.spillway.contract.json.Json;
import io.spillway.contract.json.MalformedJsonException;
import io.spillway.worker.credential.CredentialException;
import io.spillway.worker.credential.CredentialResolver;
import io.spillway.worker.provider.ProviderCall;

/**
 * What a credential file holds. Three forms are read: a JSON object as AWS tools print it, the profile file of the AWS command
 * line, and a single API key. Errors say what is wrong with the form and never show a value.
 */
sealed interface AwsCredential {

    /** No credential: for servers that want none. */
    record None() implements AwsCredential {}

    /** An API key of Bedrock, sent as it is. */
    record ApiKey(String token) implements AwsCredential {
        @Override
        public String toString() {
            return "ApiKey[***]";
        }
    }

    /**
     * A key to sign with.
     *
     * @param sessionToken goes with temporary keys; empty for others
     */
    record AccessKey(String id, String secret, String sessionToken) implements AwsCredential {
        @Override
        public String toString() {
            return "AccessKey[***]";
        }
    }

    /**
     * Reads the credential of a call.
     *
     * @throws CredentialException when it is in none of the forms
     */
    static AwsCredential of(ProviderCall call) {
        String reference = call.deployment().getCredential();
        String name = CredentialResolver.isReference(reference) ? "credential " + reference : "the deployment's credential";
        return call.credential().isNone() ? new None() : new Reader(name).read(call.credential().reveal().strip());
    }

    /** Reads one text; {@code name} is what errors call it. */
    record Reader(String name) {

        private static final Pattern TOKEN = Pattern.compile("[\\x21-\\x7e]+");
        private static final Pattern LONE_KEY_ID = Pattern.compile("(?:AKIA|ASIA)[A-Z0-9]{12,28}");
        private static final Pattern KEY_ID = Pattern.compile("\\w{8,128}");
        private static final Pattern SECTION = Pattern.compile("\\[\\s*([^\\]]*?)\\s*\\]");
        private static final Pattern PROPERTY = Pattern.compile("(?:export\\s+)?(aws_[a-z_]+)\\s*=\\s*(.*)",
                Pattern.CASE_INSENSITIVE);
        private static final String DEFAULT = "default";
        private static final String FORMS = "write {\"accessKeyId\": ..., \"secretAccessKey\": ..., \"sessionToken\": ...}, a [default]"
                + " profile with aws_access_key_id and aws_secret_access_key, or a Bedrock API key alone";

        AwsCredential read(String text) {
            if (text.startsWith("{")) {
                return json(text);
            }
            if (text.startsWith("[") || text.lines().anyMatch(line -> PROPERTY.matcher(line.strip()).matches())) {
                return profile(text);
            }
            if (LONE_KEY_ID.matcher(text).matches()) {
                throw problem("is an access key id without its secret");
            }
            return apiKey(text);
        }

        private AwsCredential json(String text) {
            ObjectNode root;
            try {
                root = Json.readObject(text);
            } catch (MalformedJsonException e) {
                throw problem("begins like JSON and is none");
            }
            // What "aws sts" prints is wrapped, what a credential process prints is not; both write capitals.
            ObjectNode node = root.path("Credentials") instanceof ObjectNode wrapped ? wrapped : root;
            return accessKey(text(node, "accessKeyId", "AccessKeyId"), text(node, "secretAccessKey", "SecretAccessKey"),
                    text(node, "sessionToken", "SessionToken"), "accessKeyId", "secretAccessKey");
        }

        private static String text(ObjectNode node, String name, String capital) {
            return node.path(name).asText(node.path(capital).asText("")).strip();
        }

        private AwsCredential profile(String text) {
            Map<String, Map<String, String>> profiles = new HashMap<>();
            String section = DEFAULT;
            for (String line : text.lines().map(String::strip).toList()) {
                Matcher header = SECTION.matcher(line);
                Matcher property = PROPERTY.matcher(line);
                if (header.matches()) {
                    section = header.group(1);
                } else if (property.matches()) {
                    profiles.computeIfAbsent(section, key -> new HashMap<>()).put(property.group(1).toLowerCase(Locale.ROOT),
                            property.group(2).strip());
                }
            }
            Map<String, String> only = profiles.size() == 1 ? profiles.values().iterator().next() : Map.of();
            Map<String, String> chosen = profiles.getOrDefault(DEFAULT, only);
            if (chosen.isEmpty()) {
                throw problem(profiles.isEmpty() ? "has no keys" : "has several profiles and none of them is [default]");
            }
            String token = chosen.getOrDefault("aws_bearer_token_bedrock", "");
            return token.isEmpty()
                    ? accessKey(chosen.getOrDefault("aws_access_key_id", ""), chosen.getOrDefault("aws_secret_access_key", ""),
                            chosen.getOrDefault("aws_session_token", ""), "aws_access_key_id", "aws_secret_access_key")
                    : apiKey(token);
        }

        private AwsCredential apiKey(String token) {
            if (!TOKEN.matcher(token).matches()) {
                throw problem("is in no form that Bedrock's credentials have");
            }
            return new ApiKey(token);
        }

        private AwsCredential accessKey(String id, String secret, String sessionToken, String idName, String secretName) {
            if (id.isEmpty() || secret.isEmpty()) {
                throw problem("has no " + (id.isEmpty() ? idName : secretName));
            }
            if (!KEY_ID.matcher(id).matches() || !TOKEN.matcher(secret).matches()
                    || !(sessionToken.isEmpty() || TOKEN.matcher(sessionToken).matches())) {
                throw problem("has a key with characters that no key has");
            }
            return new AccessKey(id, secret, sessionToken);
        }

        private CredentialException problem(String what) {
            return new CredentialException(name + " " + what + "; " + FORMS);
        }
    }
}
