package io.spillway.contract.registry;

import java.util.List;

/** An answer that is not a success, with the codes and words of Confluent's registry. */
final class RegistryFault extends RuntimeException {

    private final int status;
    private final int errorCode;

    private RegistryFault(int status, int errorCode, String message) {
        super(message);
        this.status = status;
        this.errorCode = errorCode;
    }

    int status() {
        return status;
    }

    int errorCode() {
        return errorCode;
    }

    static RegistryFault noSuchPath() {
        return new RegistryFault(404, 404, "HTTP 404 Not Found");
    }

    static RegistryFault wrongMethod() {
        return new RegistryFault(405, 405, "HTTP 405 Method Not Allowed");
    }

    static RegistryFault badBody(String detail) {
        return new RegistryFault(400, 400, "Unable to process JSON: " + detail);
    }

    static RegistryFault tooLarge() {
        return new RegistryFault(413, 413, "HTTP 413 Request Entity Too Large");
    }

    static RegistryFault subjectNotFound(String subject) {
        return new RegistryFault(404, 40_401, "Subject '" + subject + "' not found.");
    }

    static RegistryFault versionNotFound(String version) {
        return new RegistryFault(404, 40_402, "Version " + version + " not found.");
    }

    static RegistryFault schemaNotFound() {
        return new RegistryFault(404, 40_403, "Schema not found");
    }

    static RegistryFault schemaNotFound(String id) {
        return new RegistryFault(404, 40_403, "Schema " + id + " not found");
    }

    static RegistryFault noSubjectLevel(String subject) {
        return new RegistryFault(404, 40_408,
                "Subject '" + subject + "' does not have subject-level compatibility configured");
    }

    static RegistryFault noSubjectMode(String subject) {
        return new RegistryFault(404, 40_409, "Subject '" + subject + "' does not have subject-level mode configured");
    }

    static RegistryFault incompatible(String subject, List<String> reasons) {
        return new RegistryFault(409, 409,
                "Schema being registered is incompatible with an earlier schema for subject \"" + subject
                        + "\", details: " + reasons);
    }

    static RegistryFault invalidSchema(String detail) {
        return new RegistryFault(422, 42_201, "Invalid schema of type AVRO, details: " + detail);
    }

    static RegistryFault invalidVersion(String version) {
        return new RegistryFault(422, 42_202, "The specified version '" + version
                + "' is not a valid version id. Allowed values are between [1, 2^31-1] and the string \"latest\"");
    }

    static RegistryFault invalidLevel() {
        return new RegistryFault(422, 42_203, "Invalid compatibility level. Valid values are none, backward, forward, "
                + "full, backward_transitive, forward_transitive, and full_transitive");
    }

    static RegistryFault invalidMode() {
        return new RegistryFault(422, 42_204, "Invalid mode. Valid values are READWRITE, READONLY");
    }

    static RegistryFault readOnly(String subject) {
        return new RegistryFault(422, 42_205, "Subject " + subject + " is in read-only mode");
    }

    static RegistryFault storeFailed(String detail) {
        return new RegistryFault(500, 50_001, "Error in the backend data store: " + detail);
    }
}
