package io.spillway.cli.config;

import java.net.URI;
import java.net.URISyntaxException;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

import io.spillway.worker.domain.AddressRule;

/** Checks base URLs of deployments. Names are judged by their form, never looked up. */
final class Endpoints {

    private static final List<String> PRIVATE_SUFFIXES = List.of(".localhost", ".local", ".internal", ".svc");
    /** Names that clouds answer with their metadata service. */
    private static final List<String> METADATA_NAMES = List.of("metadata", "metadata.google.internal", "instance-data",
            "instance-data.ec2.internal", "metadata.tencentyun.com");
    private static final String ALLOW_PRIVATE = "allow-private";
    private static final String FORM = "write a base URL such as https://api.openai.com/v1";

    private Endpoints() {}

    /** @param settings of the deployment: {@code allow-private} is a word about its endpoint */
    static void check(Block deployment, String endpoint, boolean allowInsecure, Map<String, String> settings) {
        String allowPrivate = settings.getOrDefault(ALLOW_PRIVATE, "false");
        if (!List.of("true", "false").contains(allowPrivate)) {
            deployment.problem("settings", ALLOW_PRIVATE + " is not a yes or no:", allowPrivate, "write true or false");
        }
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
        String host = uri.getHost().toLowerCase(Locale.ROOT);
        if (isCallable(deployment, endpoint, host)) {
            checkScheme(deployment, endpoint, host, scheme, allowInsecure);
            boolean isUndeclared = scheme.equals("https") && !allowPrivate.equals("true");
            if (isUndeclared && zone(host).filter(AddressRule.Zone.PRIVATE::equals).isPresent()) {
                deployment.problem("endpoint", "is a private address, where workers do not call unasked:", endpoint,
                        "set settings: {" + ALLOW_PRIVATE + ": true} for this deployment if its model server is there");
            }
        }
    }

    /** What no worker would ever connect to. */
    private static boolean isCallable(Block deployment, String endpoint, String host) {
        if (AddressRule.isAmbiguous(host)) {
            deployment.problem("endpoint", "has an address in a form that is read in several ways:", endpoint,
                    "write it as four decimal numbers, such as 10.0.0.7");
            return false;
        }
        boolean isForbidden = zone(host).filter(AddressRule.Zone.FORBIDDEN::equals).isPresent();
        if (isForbidden || METADATA_NAMES.contains(host)) {
            String what = AddressRule.literal(host).map(AddressRule::judge).map(AddressRule.Verdict::what)
                    .orElse("the name of a cloud's metadata service");
            deployment.problem("endpoint", "has " + what + ", which is never called:", endpoint,
                    "write the address of the model server");
            return false;
        }
        return true;
    }

    private static Optional<AddressRule.Zone> zone(String host) {
        return AddressRule.literal(host).map(AddressRule::judge).map(AddressRule.Verdict::zone);
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
        return zone(host).filter(AddressRule.Zone.PRIVATE::equals).isPresent()
                || (!host.contains(".") && !host.contains(":"))
                || PRIVATE_SUFFIXES.stream().anyMatch(host::endsWith) || host.contains(".svc.");
    }
}
