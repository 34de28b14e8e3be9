package io.spillway.contract.registry;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/** How far a new schema may move away from the versions already registered. The names are those of the REST API. */
public enum CompatibilityLevel {
    /** Anything goes. */
    NONE(false, false, false),
    /** The new schema reads records of the latest version. */
    BACKWARD(true, false, false),
    /** The new schema reads records of every version. */
    BACKWARD_TRANSITIVE(true, false, true),
    /** The latest version reads records of the new schema. */
    FORWARD(false, true, false),
    /** Every version reads records of the new schema. */
    FORWARD_TRANSITIVE(false, true, true),
    /** Both ways against the latest version. */
    FULL(true, true, false),
    /** Both ways against every version: what Spillway asks for. */
    FULL_TRANSITIVE(true, true, true);

    private final boolean newReadsOld;
    private final boolean oldReadsNew;
    private final boolean transitive;

    CompatibilityLevel(boolean newReadsOld, boolean oldReadsNew, boolean transitive) {
        this.newReadsOld = newReadsOld;
        this.oldReadsNew = oldReadsNew;
        this.transitive = transitive;
    }

    boolean newReadsOld() {
        return newReadsOld;
    }

    boolean oldReadsNew() {
        return oldReadsNew;
    }

    boolean isTransitive() {
        return transitive;
    }

    /** The level of that name in any letter case, or empty when there is none. */
    public static Optional<CompatibilityLevel> parse(String name) {
        String wanted = name.toUpperCase(Locale.ROOT);
        return Arrays.stream(values()).filter(level -> level.name().equals(wanted)).findFirst();
    }
}
