package io.spillway.load.rig;

import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.metadata.storage.Formatter;

/**
 * Three brokers, each also a controller, as processes on this machine: every topic has three copies, a record counts as written when
 * two have it. One broker may be away without anybody noticing much; with two away nothing is written and nothing is lost.
 */
public final class Cluster implements AutoCloseable {

    static final int SIZE = 3;

    private static final int HEAP_MEGABYTES = 256;
    private static final Duration START = Duration.ofSeconds(90);
    private static final String HOST = "127.0.0.1";

    private final Path directory;
    private final List<AppProcess> brokers;
    private final String bootstrapServers;
    private final Links links;

    private Cluster(Path directory, List<AppProcess> brokers, String bootstrapServers, Links links) {
        this.directory = directory;
        this.brokers = List.copyOf(brokers);
        this.bootstrapServers = bootstrapServers;
        this.links = links;
    }

    /**
     * Starts all and returns when all have joined.
     *
     * @param directory for data, settings and logs
     * @param fileLimit KiB beyond which the files of the last broker cannot grow; 0 = no limit
     */
    public static Cluster start(Path directory, int fileLimit) throws IOException, InterruptedException {
        Files.createDirectories(directory);
        List<Integer> ports = freePorts(3 * SIZE);
        String voters = IntStream.range(0, SIZE).mapToObj(i -> (i + 1) + "@" + HOST + ":" + ports.get(SIZE + i))
                .collect(Collectors.joining(","));
        String clusterId = Uuid.randomUuid().toString();
        Links links = Links.to(ports.subList(2 * SIZE, 3 * SIZE));
        List<AppProcess> brokers = new ArrayList<>();
        Cluster cluster;
        try {
            for (int i = 0; i < SIZE; i++) {
                Path data = directory.resolve("broker-" + (i + 1));
                format(i + 1, clusterId, data);
                Program program = Program.of("broker-" + (i + 1), BrokerMain.class.getName(),
                        settings(i + 1,
                                new Ports(ports.get(i), ports.get(SIZE + i), ports.get(2 * SIZE + i), links.ports().get(i)),
                                voters, data))
                        .withHeap(HEAP_MEGABYTES);
                boolean limited = fileLimit > 0 && i == SIZE - 1;
                brokers.add(AppProcess.start(limited ? program.withFilesUpTo(fileLimit) : program, directory));
            }
            cluster = new Cluster(directory, brokers, addresses(ports.subList(0, SIZE)), links);
            cluster.await(SIZE, START);
        } catch (RuntimeException | IOException | InterruptedException e) {
            brokers.forEach(AppProcess::close);
            links.close();
            throw e;
        }
        return cluster;
    }

    public String bootstrapServers() {
        return bootstrapServers;
    }

    /** The network between the brokers and those who use {@link #farBootstrapServers}. */
    Links links() {
        return links;
    }

    /** For somebody who reaches the brokers by {@link #links} only. */
    String farBootstrapServers() {
        return addresses(links.ports());
    }

    /** All brokers, by number. */
    public List<AppProcess> brokers() {
        return brokers;
    }

    /**
     * Waits until so many brokers are there.
     *
     * @throws IllegalStateException when they are not in time
     */
    public void await(int count, Duration patience) throws InterruptedException {
        long end = System.nanoTime() + patience.toNanos();
        String last = "no answer";
        // The client gives up its own calls sooner than usual: while brokers start, one that hangs must not hold up the rest.
        try (Admin admin = Admin.create(Map.of("bootstrap.servers", bootstrapServers, "request.timeout.ms", "3000",
                "default.api.timeout.ms", "5000", "reconnect.backoff.max.ms", "200"))) {
            while (System.nanoTime() < end) {
                try {
                    int found = admin.describeCluster().nodes().get(6, TimeUnit.SECONDS).size();
                    if (found >= count) {
                        return;
                    }
                    last = found + " brokers";
                } catch (ExecutionException | TimeoutException e) {
                    last = e.toString();
                }
                TimeUnit.MILLISECONDS.sleep(200);
            }
        }
        throw new IllegalStateException("the cluster has not " + count + " brokers after " + patience.toSeconds() + " s (" + last
                + "): look into the logs of the brokers");
    }

    /** Kills all and deletes their data; settings and logs stay. */
    @Override
    public void close() {
        brokers.forEach(AppProcess::close);
        links.close();
        brokers.forEach(broker -> AppState.deleteFiles(directory.resolve(broker.name())));
    }

    /** Taken all at once, so that they differ. */
    private static List<Integer> freePorts(int count) throws IOException {
        List<ServerSocket> sockets = new ArrayList<>();
        try {
            for (int i = 0; i < count; i++) {
                sockets.add(new ServerSocket(0, 1, InetAddress.getByAddress(new byte[]{127, 0, 0, 1})));
            }
            return sockets.stream().map(ServerSocket::getLocalPort).toList();
        } finally {
            for (ServerSocket socket : sockets) {
                socket.close();
            }
        }
    }

    private static void format(int node, String clusterId, Path data) throws IOException {
        Files.createDirectories(data);
        try {
            new Formatter().setPrintStream(new PrintStream(OutputStream.nullOutputStream(), false, StandardCharsets.UTF_8))
                    .setNodeId(node).setClusterId(clusterId).setControllerListenerName("CONTROLLER")
                    .setMetadataLogDirectory(data.toString()).addDirectory(data.toString()).run();
        } catch (Exception e) { // Formatter.run declares Exception.
            throw new IOException("cannot format " + data, e);
        }
    }

    private static String addresses(List<Integer> ports) {
        return ports.stream().map(port -> HOST + ":" + port).collect(Collectors.joining(","));
    }

    /** @param link where those who use the far listener find it */
    private record Ports(int near, int controller, int far, int link) {}

    private static Map<String, String> settings(int node, Ports ports, String voters, Path data) {
        Map<String, String> settings = new HashMap<>();
        settings.put("process.roles", "broker,controller");
        settings.put("node.id", Integer.toString(node));
        settings.put("controller.quorum.voters", voters);
        settings.put("controller.listener.names", "CONTROLLER");
        settings.put("listeners", "PLAINTEXT://" + HOST + ":" + ports.near() + ",FAR://" + HOST + ":" + ports.far()
                + ",CONTROLLER://" + HOST + ":" + ports.controller());
        settings.put("advertised.listeners", "PLAINTEXT://" + HOST + ":" + ports.near() + ",FAR://" + HOST + ":" + ports.link());
        settings.put("listener.security.protocol.map", "PLAINTEXT:PLAINTEXT,FAR:PLAINTEXT,CONTROLLER:PLAINTEXT");
        settings.put("inter.broker.listener.name", "PLAINTEXT");
        settings.put("log.dirs", data.toString());
        settings.put("auto.create.topics.enable", "false");
        settings.put("default.replication.factor", Integer.toString(SIZE));
        settings.put("min.insync.replicas", Integer.toString(SIZE - 1));
        for (String internal : new String[]{"offsets.topic", "transaction.state.log", "share.coordinator.state.topic"}) {
            settings.put(internal + ".replication.factor", Integer.toString(SIZE));
            settings.put(internal + ".num.partitions", "3");
        }
        settings.put("transaction.state.log.min.isr", Integer.toString(SIZE - 1));
        settings.put("share.coordinator.state.topic.min.isr", Integer.toString(SIZE - 1));
        settings.put("group.initial.rebalance.delay.ms", "500");
        // A dead broker is missed after this time; the default of 9 s is the longest part of the stall.
        settings.put("broker.session.timeout.ms", "6000");
        settings.put("broker.heartbeat.interval.ms", "1000");
        settings.put("replica.lag.time.max.ms", "10000");
        settings.put("log.cleaner.dedupe.buffer.size", "2097152");
        // Made in full for every segment, so it must fit under a limit on the size of files.
        settings.put("log.index.size.max.bytes", "1048576");
        settings.put("num.network.threads", "2");
        settings.put("num.io.threads", "4");
        settings.put("message.max.bytes", Integer.toString(4 * 1024 * 1024));
        return settings;
    }
}
