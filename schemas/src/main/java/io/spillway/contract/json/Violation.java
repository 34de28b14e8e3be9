package io.spillway.contract.json;

/**
 * One thing wrong with a request.
 *
 * @param path where, such as {@code messages[2].role}, or {@code (body)} for the document as a whole
 * @param problem what is wrong; quotes at most a short identifier of the request, never its content
 * @param remedy what to send instead
 */
public record Violation(String path, String problem, String remedy) {

    /** As one sentence: {@code messages[2].role: unknown role 'sytem' (one of system, developer, user, assistant, tool)}. */
    @Override
    public String toString() {
        return path + ": " + problem + (remedy.isEmpty() ? "" : " (" + remedy + ")");
    }
}
