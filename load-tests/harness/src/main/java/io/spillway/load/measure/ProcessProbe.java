package io.spillway.load.measure;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryMXBean;
import java.lang.management.PlatformManagedObject;
import java.lang.management.ThreadMXBean;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.Map;
import java.util.OptionalDouble;

import javax.management.remote.JMXConnector;
import javax.management.remote.JMXConnectorFactory;
import javax.management.remote.JMXServiceURL;

import com.sun.management.UnixOperatingSystemMXBean;
import com.sun.tools.attach.AttachNotSupportedException;
import com.sun.tools.attach.VirtualMachine;

import io.spillway.load.measure.ProcessSample.Quantity;

/** Asks a Java process of this user what it uses: through its own management beans, and the resident memory from /proc. */
final class ProcessProbe implements AutoCloseable {

    private static final double MIB = 1024 * 1024;

    private final Path status;
    private final JMXConnector connector;
    private final MemoryMXBean memory;
    private final ThreadMXBean threads;
    private final UnixOperatingSystemMXBean system;

    private ProcessProbe(long pid, JMXConnector connector) throws IOException {
        this.status = Path.of("/proc", Long.toString(pid), "status");
        this.connector = connector;
        this.memory = bean(MemoryMXBean.class);
        this.threads = bean(ThreadMXBean.class);
        this.system = bean(UnixOperatingSystemMXBean.class);
    }

    /** @throws IOException when the process is not there or does not let itself be asked */
    // The other end is a process of this user, which the run itself started.
    @SuppressWarnings("BanJNDI")
    static ProcessProbe attach(long pid) throws IOException {
        try {
            VirtualMachine machine = VirtualMachine.attach(Long.toString(pid));
            String address;
            try {
                address = machine.startLocalManagementAgent();
            } finally {
                machine.detach();
            }
            return new ProcessProbe(pid, JMXConnectorFactory.connect(new JMXServiceURL(address)));
        } catch (AttachNotSupportedException e) {
            throw new IOException("process " + pid + " cannot be asked what it uses", e);
        }
    }

    /** @param collect whether to ask for a garbage collection first, so that the live heap is known */
    ProcessSample sample(double hours, boolean collect) {
        Map<Quantity, Double> values = new EnumMap<>(Quantity.class);
        resident().ifPresent(mebibytes -> values.put(Quantity.RSS, mebibytes));
        values.put(Quantity.HEAP_USED, memory.getHeapMemoryUsage().getUsed() / MIB);
        values.put(Quantity.THREADS, (double) threads.getThreadCount());
        values.put(Quantity.DESCRIPTORS, (double) system.getOpenFileDescriptorCount());
        if (collect) {
            memory.gc();
            values.put(Quantity.LIVE_HEAP, memory.getHeapMemoryUsage().getUsed() / MIB);
        }
        return new ProcessSample(hours, values);
    }

    @Override
    public void close() {
        try {
            connector.close();
        } catch (IOException e) {
            // The process is gone, and the connection with it.
        }
    }

    private OptionalDouble resident() {
        try {
            return Files.readAllLines(status).stream().filter(line -> line.startsWith("VmRSS:"))
                    .mapToDouble(line -> Long.parseLong(line.replaceAll("\\D+", "")) / 1024.0).findFirst();
        } catch (IOException e) {
            return OptionalDouble.empty();
        }
    }

    private <T extends PlatformManagedObject> T bean(Class<T> type) throws IOException {
        return ManagementFactory.getPlatformMXBean(connector.getMBeanServerConnection(), type);
    }
}
