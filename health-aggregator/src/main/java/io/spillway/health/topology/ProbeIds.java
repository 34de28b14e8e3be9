package io.spillway.health.topology;

import java.util.OptionalLong;

import org.jspecify.annotations.Nullable;

/**
 * Ids of probe grants on the wire. A grant's number is unique for its deployment only, while a router remembers the ids it has
 * used for all of them, so the id names the deployment too.
 */
final class ProbeIds {

    private static final char SEPARATOR = '#';

    private ProbeIds() {}

    static String id(String deployment, long grant) {
        return deployment + SEPARATOR + grant;
    }

    /** The grant of that deployment an attempt was sent under; empty when it was no probe of ours. */
    static OptionalLong grant(String deployment, @Nullable String id) {
        String prefix = deployment + SEPARATOR;
        if (id == null || !id.startsWith(prefix)) {
            return OptionalLong.empty();
        }
        try {
            return OptionalLong.of(Long.parseLong(id, prefix.length(), id.length(), 10));
        } catch (NumberFormatException e) {
            return OptionalLong.empty();
        }
    }
}
