package io.spillway.load.history;

import java.util.List;

/**
 * Why a verdict was reached.
 *
 * @param requestId whom it concerns
 * @param detail what is wrong, in a sentence
 * @param where partitions and offsets, or positions in a provider's log
 */
public record Evidence(String requestId, String detail, List<String> where) {

    public Evidence {
        where = List.copyOf(where);
    }
}
