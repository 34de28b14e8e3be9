package io.spillway.contract.registry;

import java.util.List;

/**
 * Whether a schema may become the next version of a subject.
 *
 * @param compatible
 *            true when the registry would take it
 * @param messages
 *            the registry's reasons when it would not; may be empty with registries that give none
 */
public record CompatibilityVerdict(boolean compatible, List<String> messages) {

    static final CompatibilityVerdict COMPATIBLE = new CompatibilityVerdict(true, List.of());

    public CompatibilityVerdict {
        messages = List.copyOf(messages);
    }
}
