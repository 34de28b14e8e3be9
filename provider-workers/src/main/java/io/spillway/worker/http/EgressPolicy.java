package io.spillway.worker.http;

import java.net.InetAddress;
import java.net.URI;
import java.util.Locale;
import java.util.Optional;

import io.spillway.worker.domain.AddressRule;

/**
 * Which calls may leave. Asked twice: about the URL, before anything else happens, and about every resolved address, at the
 * moment it is connected to. Pure: nothing is looked up. Reasons name the host and what to do about it, never a path or a key.
 */
final class EgressPolicy {

    private EgressPolicy() {}

    /** Why a URL may not be called; empty when it may, as far as can be said without looking its name up. */
    static Optional<String> refusal(URI uri, Reach reach) {
        String scheme = String.valueOf(uri.getScheme()).toLowerCase(Locale.ROOT);
        boolean isPlain = scheme.equals("http");
        if (!scheme.equals("https") && !(isPlain && reach == Reach.PRIVATE_PLAIN)) {
            return Optional.of("the endpoint is not https; use https, or set allowInsecure on the deployment of a private host");
        }
        String host = uri.getHost();
        if (host == null || uri.getRawUserInfo() != null) {
            return Optional.of("the endpoint's URL has no proper host name; correct the endpoint in the catalogue");
        }
        if (AddressRule.isAmbiguous(host)) {
            return Optional.of("host '" + host + "' is an address in a form that is read in several ways; write it as four "
                    + "decimal numbers");
        }
        return AddressRule.literal(host).flatMap(address -> refusal(host, address, isPlain, reach));
    }

    /**
     * Why an address may not be connected to.
     *
     * @param host the name that led to it
     * @param isPlain whether what is sent is readable on the way
     */
    static Optional<String> refusal(String host, InetAddress address, boolean isPlain, Reach reach) {
        AddressRule.Verdict verdict = AddressRule.judge(address);
        String leads = "host '" + host + "' leads to " + verdict.what();
        return switch (verdict.zone()) {
            case FORBIDDEN -> Optional.of(leads + "; it is never called: correct the endpoint, or its name's DNS entry");
            case PRIVATE -> switch (reach) {
                case PUBLIC -> Optional.of(leads + "; if the model server is meant to be there, set allow-private: true in "
                        + "the settings of the deployment, else correct the name's DNS entry");
                case PRIVATE, PRIVATE_PLAIN -> Optional.empty();
            };
            case PUBLIC -> isPlain
                    ? Optional.of(leads + ", where http would send prompts and keys readable; use https")
                    : Optional.empty();
        };
    }
}
