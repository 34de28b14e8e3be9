package io.spillway.contract.json;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/** Collects violations: one for a path, none below a path that is wrong itself, and not more than a reader can use. */
final class Violations {

    static final int MAX = 100;

    private static final Pattern QUOTABLE = Pattern.compile("[A-Za-z0-9_.-]{1,24}");

    private final Map<String, Violation> byPath = new LinkedHashMap<>();
    private int omitted;

    void add(String path, String problem, String remedy) {
        if (isReported(path)) {
            return;
        }
        if (byPath.size() >= MAX) {
            omitted++;
            return;
        }
        byPath.put(path, new Violation(path, problem, remedy));
    }

    boolean isEmpty() {
        return byPath.isEmpty();
    }

    List<Violation> all() {
        List<Violation> all = new ArrayList<>(byPath.values());
        if (omitted > 0) {
            all.add(new Violation("(body)", omitted + " more problems", "mend the first " + MAX));
        }
        return all;
    }

    /** The value in quotes with a space before it if it looks like an identifier, else nothing: a value may be a prompt or a key. */
    static String quoted(String value) {
        return QUOTABLE.matcher(value).matches() ? " '" + value + "'" : "";
    }

    private boolean isReported(String path) {
        String at = path;
        while (!at.isEmpty()) {
            if (byPath.containsKey(at)) {
                return true;
            }
            at = at.substring(0, Math.max(0, Math.max(at.lastIndexOf('.'), at.lastIndexOf('['))));
        }
        return false;
    }
}
