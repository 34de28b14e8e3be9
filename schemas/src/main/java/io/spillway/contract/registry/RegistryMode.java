package io.spillway.contract.registry;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/** Whether the embedded registry takes new schemas. Confluent's import mode is not offered. */
enum RegistryMode {
    READWRITE, READONLY;

    static Optional<RegistryMode> parse(String name) {
        String wanted = name.toUpperCase(Locale.ROOT);
        return Arrays.stream(values()).filter(mode -> mode.name().equals(wanted)).findFirst();
    }
}
