package io.spillway.cli.config;

import java.net.URI;
import java.net.URISyntaxException;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;

/** Checks base URLs of deployments. Names are judged by their form, never looked up. */
final class Endpoints {

    private static final Pattern PRIVATE_IPV4 = Pattern.compile(
            "127(\\.\\d{1,3}){3}|10(\\.\\d{1,3}){3}|192\\.168(\\.\\d{1,3}){2}|172\\.(1[6-9]|2\\d|3[01])(\\.\\d{1,3}){2}");
    private static final Pattern PRIVATE_IPV6 = Pattern.compile("\\[(::1|f[cd][0-9a-f]{2}:.*)\\]");
    private static final List<String> PRIVATE_SUFFIXES = List.of(".localhost", ".local", ".internal", ".svc");
    private static final String FORM = "write a base URL such as https://api.openai.com/v1";

    private Endpoints() {}

    static void check(Block deployment, String endpoint, boolean allowInsecure) {
        if (endpoint.isEmpty()) {
            return;
        }
        URI uri;
        try {
            uri = new URI(endpoint);
        } catch (URISyntaxException e) {
            deployment.problem("endpoint", "not a URL:", endpoint, FORM);
            return;
        }
        if (uri.getUserInfo() != null || uri.getRawQuery() != null || uri.getRawFragment() != null) {
            deployment.problem("endpoint", "has a user, a query or a fragment, which may hold a key", "",
                    "write only scheme, host and path; keys belong into a file named by 'credential'");
            return;
        }
        String scheme = String.valueOf(uri.getScheme()).toLowerCase(Locale.ROOT);
        if (uri.getHost() == null || !List.of("http", "https").contains(scheme)) {
            deployment.problem("endpoint", "not a web address:", endpoint, FORM);
            return;
        }
        checkScheme(deployment, endpoint, uri.getHost().toLowerCase(Locale.ROOT), scheme, allowInsecure);
    }

    private static void checkScheme(Block deployment, String endpoint, String host, String scheme, boolean allowInsecure) {
        if (scheme.equals("https")) {
            if (allowInsecure) {
                deployment.problem("allowInsecure", "has no effect on an https endpoint", "", "remove it");
            }
            return;
        }
        if (!isPrivate(host)) {
            deployment.problem("endpoint", "http would send prompts and keys readable over public networks:", endpoint,
                    "use https; http is only for loopback and private hosts");
        } else if (!allowInsecure) {
            deployment.problem("endpoint", "http is not encrypted:", endpoint,
                    "use https, or set allowInsecure: true for this deployment");
        }
    }

    /** Loopback and private addresses, names inside one network, and names without a dot such as those of containers. */
    static boolean isPrivate(String host) {
        return PRIVATE_IPV4.matcher(host).matches() || PRIVATE_IPV6.matcher(host).matches()
                || (!host.contains(".") && !host.contains(":"))
                || PRIVATE_SUFFIXES.stream().anyMatch(host::endsWith) || host.contains(".svc.");
    }
}
