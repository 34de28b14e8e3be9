package io.spillway.contract.registry;

import java.util.ArrayList;
import java.util.List;

import org.apache.avro.Schema;
import org.apache.avro.SchemaCompatibility;
import org.apache.avro.SchemaCompatibility.Incompatibility;

/** Avro's resolution rules applied by compatibility level, with the reasons in words. */
final class SchemaEvolution {

    private SchemaEvolution() {}

    /**
     * Why a schema may not follow the versions before it; empty when it may.
     *
     * @param versions
     *            oldest first
     */
    static List<String> problems(Schema candidate, List<StoredSchema> versions, CompatibilityLevel level) {
        List<String> problems = new ArrayList<>();
        for (int i = versions.size() - 1; i >= 0; i--) {
            StoredSchema version = versions.get(i);
            if (level.newReadsOld()) {
                explain(candidate, version.schema(), "the new schema cannot read version " + version.version(),
                        problems);
            }
            if (level.oldReadsNew()) {
                explain(version.schema(), candidate, "version " + version.version() + " cannot read the new schema",
                        problems);
            }
            if (!level.isTransitive()) {
                break;
            }
        }
        return problems;
    }

    private static void explain(Schema reader, Schema writer, String direction, List<String> problems) {
        for (Incompatibility problem : SchemaCompatibility.checkReaderWriterCompatibility(reader, writer).getResult()
                .getIncompatibilities()) {
            problems.add(direction + ": " + problem.getType() + " at " + problem.getLocation() + ": "
                    + problem.getMessage());
        }
    }
}
