package io.spillway.contract.serde;

import org.apache.avro.LogicalType;
import org.apache.avro.LogicalTypes;
import org.apache.avro.Schema;
import org.apache.avro.specific.SpecificRecord;
import org.apache.avro.util.ClassSecurityValidator;
import org.apache.avro.util.ClassSecurityValidator.ClassSecurityPredicate;

/**
 * Lets Avro load the generated classes of the contract. Since 1.12.1 Avro loads no class named in a schema unless a
 * JVM-wide list has it; without this the builders of generated records fail at the first enum with a default. Whatever was
 * trusted before stays trusted.
 *
 * <p>
 * It is a {@link LogicalTypes.LogicalTypeFactory} only because Avro makes every registered one before it parses the first
 * schema, which is the one moment that comes before any use of a generated class in every program.
 */
public final class ContractTrust implements LogicalTypes.LogicalTypeFactory {

    private static final String CONTRACT_PACKAGE = "io.spillway.v1";
    private static final String STATE_PACKAGE = CONTRACT_PACKAGE + ".state";
    private static final String TYPE_NAME = "spillway-contract";

    /** For {@link java.util.ServiceLoader}; trusts the contract as it is made. */
    public ContractTrust() {
        trustContract();
    }

    /** Trusts the generated records of the contract. Calling it again changes nothing. */
    public static void trustContract() {
        trust(CONTRACT_PACKAGE);
        trust(STATE_PACKAGE);
    }

    /** Trusts the classes beside a generated one, for serializers of others that find classes by name. */
    static void trustPackageOf(Class<?> type) {
        trust(type == SpecificRecord.class ? CONTRACT_PACKAGE : type.getPackageName());
    }

    private static synchronized void trust(String packageName) {
        ClassSecurityPredicate current = ClassSecurityValidator.getGlobal();
        if (!(current instanceof TrustedPackage trusted && trusted.covers(packageName))) {
            ClassSecurityValidator.setGlobal(new TrustedPackage(packageName, current));
        }
    }

    @Override
    public LogicalType fromSchema(Schema schema) {
        throw new IllegalArgumentException(TYPE_NAME + " is not a logical type for schemas");
    }

    @Override
    public String getTypeName() {
        return TYPE_NAME;
    }

    private record TrustedPackage(String packageName, ClassSecurityPredicate others) implements ClassSecurityPredicate {

        @Override
        public boolean isTrusted(Class<?> type) {
            return type.getPackageName().equals(packageName) || others.isTrusted(type);
        }

        boolean covers(String wanted) {
            return packageName.equals(wanted) || (others instanceof TrustedPackage next && next.covers(wanted));
        }
    }
}
