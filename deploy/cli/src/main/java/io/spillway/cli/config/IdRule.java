package io.spillway.cli.config;

import java.util.regex.Pattern;

import io.spillway.contract.Topics;

/** What things may be called. */
enum IdRule {
    /** Part of topic and group names. */
    PROVIDER("use lower-case letters, digits, '_' and '-', at most 63, the first a letter or digit") {
        @Override
        boolean allows(String id) {
            return Topics.isProviderId(id);
        }
    },
    /** Part of metric labels and log lines. */
    DEPLOYMENT("use letters, digits, '.', '_' and '-', at most 64, the first a letter or digit") {
        @Override
        boolean allows(String id) {
            return DEPLOYMENT_ID.matcher(id).matches();
        }
    },
    /** What clients write into the field {@code model}, so it may look like a model's name. */
    ROUTE("use letters, digits, '.', '_', '-', ':' and '/', at most 128, the first a letter or digit") {
        @Override
        boolean allows(String id) {
            return ROUTE_ID.matcher(id).matches();
        }
    };

    private static final Pattern DEPLOYMENT_ID = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,63}");
    private static final Pattern ROUTE_ID = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._:/-]{0,127}");

    private final String words;

    IdRule(String words) {
        this.words = words;
    }

    abstract boolean allows(String id);

    String words() {
        return words;
    }
}
