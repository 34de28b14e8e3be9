package io.spillway.contract;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;

import org.apache.avro.Schema;

/**
 * The schemas of released versions. Data in single-object encoding names its writer's schema by a fingerprint only; who reads what
 * an earlier version wrote must know that schema.
 */
public final class ReleasedSchemas {

    /** Every released version, oldest first; each has a folder of schemas beside this class. */
    static final List<String> VERSIONS = List.of("0.1.0");

    private ReleasedSchemas() {}

    /**
     * Every released form of a record.
     *
     * @param fullName the record's name with its namespace
     * @return oldest first; empty when no release has it
     */
    public static List<Schema> of(String fullName) {
        List<Schema> found = new ArrayList<>();
        for (String version : VERSIONS) {
            try (InputStream file = ReleasedSchemas.class
                    .getResourceAsStream("released/" + version + "/" + fullName + ".avsc")) {
                if (file != null) {
                    found.add(new Schema.Parser().parse(file));
                }
            } catch (IOException e) {
                throw new UncheckedIOException("cannot read " + fullName + " of version " + version, e);
            }
        }
        return List.copyOf(found);
    }
}
