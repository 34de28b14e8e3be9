package io.spillway.router.domain;

import java.util.Locale;
import java.util.Optional;

/** How sensitive a request is. A deployment serves only the classes its entry in the catalogue names. */
public enum DataClass {
    PUBLIC, INTERNAL, CONFIDENTIAL, PII, PHI;

    /** The class of that name, in any case. */
    public static Optional<DataClass> parse(String name) {
        for (DataClass dataClass : values()) {
            if (dataClass.name().equals(name.strip().toUpperCase(Locale.ROOT))) {
                return Optional.of(dataClass);
            }
        }
        return Optional.empty();
    }
}
