package io.spillway.contract.serde;

import org.apache.avro.Schema;
import org.apache.avro.specific.SpecificRecordBase;

/** A record that holds a {@link Sample} and a {@link Tone}: the classes Avro has to find by name. */
public class Letter extends SpecificRecordBase {

    public static final Schema SCHEMA$ = new Schema.Parser().parse("""
            {"type":"record","name":"Letter","namespace":"io.spillway.contract.serde","fields":[
              {"name":"sample","type":%s},
              {"name":"tone","type":%s,"default":"UNKNOWN"}]}""".formatted(Sample.SCHEMA$, Tone.SCHEMA$));

    private Sample sample;
    private Tone tone;

    public Letter() {}

    public Letter(Sample sample, Tone tone) {
        this.sample = sample;
        this.tone = tone;
    }

    public Sample sample() {
        return sample;
    }

    public Tone tone() {
        return tone;
    }

    @Override
    public Schema getSchema() {
        return SCHEMA$;
    }

    @Override
    public Object get(int field) {
        return field == 0 ? sample : tone;
    }

    @Override
    public void put(int field, Object value) {
        if (field == 0) {
            sample = (Sample) value;
        } else {
            tone = (Tone) value;
        }
    }
}
