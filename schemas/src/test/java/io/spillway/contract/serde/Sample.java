package io.spillway.contract.serde;

import org.apache.avro.Schema;
import org.apache.avro.specific.SpecificRecordBase;

/** What Avro's generator would write for a record. */
public class Sample extends SpecificRecordBase {

    public static final Schema SCHEMA$ = new Schema.Parser().parse("""
            {"type":"record","name":"Sample","namespace":"io.spillway.contract.serde","fields":[
              {"name":"name","type":{"type":"string","avro.java.string":"String"}},
              {"name":"size","type":["null","int"],"default":null}]}""");

    private String name;
    private Integer size;

    public Sample() {}

    public Sample(String name, Integer size) {
        this.name = name;
        this.size = size;
    }

    public String name() {
        return name;
    }

    public Integer size() {
        return size;
    }

    @Override
    public Schema getSchema() {
        return SCHEMA$;
    }

    @Override
    public Object get(int field) {
        return field == 0 ? name : size;
    }

    @Override
    public void put(int field, Object value) {
        if (field == 0) {
            name = (String) value;
        } else {
            size = (Integer) value;
        }
    }
}
