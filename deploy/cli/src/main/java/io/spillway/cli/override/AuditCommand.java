package io.spillway.cli.override;

import java.io.PrintWriter;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Callable;

import org.jspecify.annotations.Nullable;

import io.spillway.cli.apply.CatalogueLog;
import io.spillway.cli.apply.PublishedCatalogue;
import io.spillway.cli.command.CommonOptions;
import io.spillway.cli.command.ExitCode;
import io.spillway.contract.serde.AvroSerdes;
import io.spillway.v1.AuditEntry;
import io.spillway.v1.CatalogEntry;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code spillway audit [DEPLOYMENT]}. */
@Command(name = "audit", mixinStandardHelpOptions = true, description = {
        "Show who changed what past the catalogue file, when and why, oldest first."})
public final class AuditCommand implements Callable<Integer> {

    @Mixin
    private final CommonOptions common = new CommonOptions();

    @Parameters(paramLabel = "DEPLOYMENT", arity = "0..1", description = "Only changes of this deployment.")
    private @Nullable String deployment;

    private final PrintWriter out;

    /** @param out for the records */
    public AuditCommand(PrintWriter out) {
        this.out = out;
    }

    @Override
    public Integer call() {
        List<AuditEntry> records = records();
        records.forEach(record -> {
            out.println(record.getAt() + "  " + record.getAction() + " " + record.getSubject() + " by " + record.getBy()
                    + ", revision " + record.getRevisionBefore() + " -> " + record.getRevisionAfter() + ": "
                    + record.getReason());
            record.getChanges().forEach(change -> out.println("    " + change));
        });
        if (records.isEmpty()) {
            out.println("nothing was changed past the catalogue file");
        }
        out.flush();
        return ExitCode.OK;
    }

    private List<AuditEntry> records() {
        try (AvroSerdes serdes = AvroSerdes.create(common.connection().settings());
                KafkaConsumer<String, byte[]> consumer = common.connection().reader()) {
            PublishedCatalogue published = CatalogueLog.read(consumer, common.topics().catalog().name(),
                    serdes.deserializer(CatalogEntry.class));
            return published.entries().values().stream().map(CatalogEntry::getAudit).filter(Objects::nonNull)
                    .filter(record -> deployment == null || List.of(record.getSubject().split(", ", -1)).contains(deployment))
                    .sorted(Comparator.comparingLong(AuditEntry::getRevisionAfter)).toList();
        }
    }
}
