package io.spillway.contract.serde;

import org.apache.avro.Schema;

/** What Avro's generator would write for an enum with a default. */
public enum Tone implements org.apache.avro.generic.GenericEnumSymbol<Tone> {
    UNKNOWN, KIND;

    public static final Schema SCHEMA$ = new Schema.Parser().parse("""
            {"type":"enum","name":"Tone","namespace":"io.spillway.contract.serde","symbols":["UNKNOWN","KIND"],
             "default":"UNKNOWN"}""");

    @Override
    public Schema getSchema() {
        return SCHEMA$;
    }
}
