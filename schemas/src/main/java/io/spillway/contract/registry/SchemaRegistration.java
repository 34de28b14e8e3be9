package io.spillway.contract.registry;

import java.util.List;

/**
 * What became of one schema of the contract.
 *
 * @param subject
 *            where it belongs
 * @param status
 *            what was done
 * @param id
 *            id and
 * @param version
 *            version under the subject; both 0 unless registered
 * @param reasons
 *            why the registry would not have it; empty otherwise
 */
public record SchemaRegistration(String subject, Status status, int id, int version, List<String> reasons) {

    /** What was done with a schema. */
    public enum Status {
        /** It was there already. */
        UNCHANGED,
        /** It is a new version now. */
        REGISTERED,
        /** The registry's compatibility level forbids it. */
        INCOMPATIBLE,
        /** The registry would take it, but another schema was refused, so nothing was registered. */
        HELD_BACK
    }

    public SchemaRegistration {
        reasons = List.copyOf(reasons);
    }

    static SchemaRegistration held(String subject) {
        return new SchemaRegistration(subject, Status.HELD_BACK, 0, 0, List.of());
    }

    static SchemaRegistration refused(String subject, List<String> reasons) {
        return new SchemaRegistration(subject, Status.INCOMPATIBLE, 0, 0, reasons);
    }

    /** True when records of this schema can be written now. */
    public boolean isUsable() {
        return status == Status.UNCHANGED || status == Status.REGISTERED;
    }

    /** One line for a person. */
    public String inWords() {
        return switch (status) {
            case UNCHANGED -> subject + ": registered already as version " + version + " (id " + id + ")";
            case REGISTERED -> subject + ": registered as version " + version + " (id " + id + ")";
            case HELD_BACK -> subject + ": compatible, but not registered because another schema was refused";
            case INCOMPATIBLE -> subject + ": refused as incompatible with what is registered"
                    + (reasons.isEmpty() ? "" : ": " + String.join("; ", reasons));
        };
    }
}
