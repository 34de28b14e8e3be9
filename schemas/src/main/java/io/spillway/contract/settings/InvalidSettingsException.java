package io.spillway.contract.settings;

import java.util.List;

/** An application's properties were wrong; the message lists every problem. */
public final class InvalidSettingsException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    InvalidSettingsException(String application, List<String> problems) {
        super(application + " configuration:\n  " + String.join("\n  ", problems));
    }
}
