package io.spillway.cli.config;

import java.util.List;

/** What came of reading a catalogue file. */
public sealed interface CatalogueReading {

    /** Everything is right. */
    record Valid(Catalogue catalogue) implements CatalogueReading {}

    /** All that is wrong, in the order of the file; never empty. */
    record Invalid(List<Problem> problems) implements CatalogueReading {
        public Invalid {
            problems = List.copyOf(problems);
        }
    }
}
