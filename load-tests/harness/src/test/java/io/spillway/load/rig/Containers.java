package io.spillway.load.rig;

import java.io.File;
import java.io.IOException;
import java.io.Writer;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;

import org.testcontainers.DockerClientFactory;
import org.testcontainers.containers.GenericContainer;
import org.testcontainers.containers.Network;
import org.testcontainers.containers.wait.strategy.Wait;
import org.testcontainers.utility.DockerImageName;

import com.github.dockerjava.api.DockerClient;
import com.github.dockerjava.api.command.TopContainerResponse;
import com.github.dockerjava.api.exception.NotFoundException;
import com.github.dockerjava.api.model.AccessMode;
import com.github.dockerjava.api.model.Bind;
import com.github.dockerjava.api.model.ContainerNetwork;
import com.github.dockerjava.api.model.Volume;

/** Spillway in containers on a network of its own: a broker, and applications from the images that deploy/images/build makes. */
final class Containers implements AutoCloseable {

    private static final String TAG = Optional.ofNullable(System.getenv("SPILLWAY_IMAGE_TAG")).orElse("latest");
    private static final String KEY_FILE = "/etc/spillway/simulated-key";
    /** Several JVMs share two processors. */
    private static final String SMALL_JVM = "-Xmx384m -XX:+UseSerialGC -XX:TieredStopAtLevel=1";
    static final int STOP_SECONDS = 30;

    private final DockerClient docker = DockerClientFactory.instance().client();
    private final Network network = Network.newNetwork();
    private final Path directory;
    private final Map<String, GenericContainer<?>> running = new HashMap<>();

    /** @param directory for settings and logs */
    Containers(Path directory) throws IOException {
        this.directory = directory;
        Files.writeString(directory.resolve("simulated-key"), "simulated-not-a-secret");
    }

    /** Why they cannot be used here; empty when they can. */
    static Optional<String> obstacle() {
        if (!DockerClientFactory.instance().isDockerAvailable()) {
            return Optional.of("no container engine answers");
        }
        for (String application : List.of("router", "worker", "aggregator")) {
            try {
                DockerClientFactory.instance().client().inspectImageCmd(image(application)).exec();
            } catch (NotFoundException e) {
                return Optional.of("there is no image " + image(application) + ": run deploy/images/build");
            }
        }
        return Optional.empty();
    }

    /** Where workers find the key of the simulated providers. */
    static Path keyFile() {
        return Path.of(KEY_FILE);
    }

    /** This machine's address as containers see it; empty when the network's end is not on this machine. */
    Optional<String> hostAddress() {
        String gateway = docker.inspectNetworkCmd().withNetworkId(network.getId()).exec().getIpam().getConfig().getFirst()
                .getGateway();
        try (ServerSocket probe = new ServerSocket()) {
            probe.bind(new InetSocketAddress(InetAddress.getByName(gateway), 0));
            return Optional.of(gateway);
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    /** Starts a broker from the classes of this test. */
    String startBroker() {
        List<String> classPath = Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator))
                .filter(entry -> new File(entry).exists()).toList();
        GenericContainer<?> broker = container("broker", "router",
                classPath.stream().map(entry -> readable(entry, entry)).toList())
                .withCreateContainerCmdModifier(create -> create.withEntrypoint("java", "-Xmx512m", "-XX:+UseSerialGC",
                        "-cp", String.join(File.pathSeparator, classPath), ContainerBroker.class.getName())
                        .withCmd())
                .waitingFor(Wait.forLogMessage(".*" + ContainerBroker.READY + ".*", 1))
                .withStartupTimeout(Duration.ofMinutes(1));
        broker.start();
        return address("broker") + ":" + ContainerBroker.PORT;
    }

    /** Starts an application as its image says, with a root file system that is read-only and a /tmp as engines make it. */
    void start(String name, String application, Map<String, String> settings) throws IOException {
        Properties properties = new Properties();
        properties.putAll(settings);
        Path file = directory.resolve(name + ".properties");
        try (Writer writer = Files.newBufferedWriter(file)) {
            properties.store(writer, null);
        }
        List<Bind> binds = List.of(readable(file.toString(), "/etc/spillway/" + application + ".properties"),
                readable(directory.resolve("simulated-key").toString(), KEY_FILE));
        container(name, application, binds).withEnv("JAVA_TOOL_OPTIONS", SMALL_JVM)
                .withCreateContainerCmdModifier(create -> create.getHostConfig().withReadonlyRootfs(true)
                        .withTmpFs(Map.of("/tmp", "rw,noexec,nosuid,nodev,size=64m")))
                .start();
    }

    /** Stops all its threads where they are; the network still sees it. */
    void pause(String name) {
        docker.pauseContainerCmd(id(name)).exec();
    }

    void resume(String name) {
        docker.unpauseContainerCmd(id(name)).exec();
    }

    /** Takes it off the network; connections break without a word. */
    void cut(String name) {
        docker.disconnectFromNetworkCmd().withContainerId(id(name)).withNetworkId(network.getId()).withForce(true).exec();
    }

    /** Puts it back on the network, maybe under another address. */
    void join(String name) {
        docker.connectToNetworkCmd().withContainerId(id(name)).withNetworkId(network.getId())
                .withContainerNetwork(new ContainerNetwork().withAliases(name)).exec();
    }

    /** Who is on the network. */
    boolean isConnected(String name) {
        return docker.inspectNetworkCmd().withNetworkId(network.getId()).exec().getContainers().containsKey(id(name));
    }

    boolean isPaused(String name) {
        return Boolean.TRUE.equals(docker.inspectContainerCmd(id(name)).exec().getState().getPaused());
    }

    /** The users that its processes run as, as the machine sees them. */
    List<String> users(String name) {
        TopContainerResponse processes = docker.topContainerCmd(id(name)).withPsArgs("-eo uid,pid").exec();
        int uid = List.of(processes.getTitles()).indexOf("UID");
        return Arrays.stream(processes.getProcesses()).map(process -> process[uid]).toList();
    }

    /** Asks it to end as an orchestrator does, and kills it when it does not; returns its exit code. */
    long stop(String name) {
        docker.stopContainerCmd(id(name)).withTimeout(STOP_SECONDS).exec();
        return docker.inspectContainerCmd(id(name)).exec().getState().getExitCodeLong();
    }

    @Override
    public void close() {
        new ArrayList<>(running.values()).forEach(GenericContainer::close);
        network.close();
    }

    private GenericContainer<?> container(String name, String application, List<Bind> binds) {
        Path log = directory.resolve(name + ".log");
        GenericContainer<?> container = new GenericContainer<>(DockerImageName.parse(image(application))).withNetwork(network)
                .withNetworkAliases(name)
                .withCreateContainerCmdModifier(create -> create.getHostConfig().withBinds(binds))
                .withLogConsumer(frame -> append(log, frame.getUtf8String()));
        running.put(name, container);
        return container;
    }

    private static void append(Path log, String text) {
        try {
            Files.writeString(log, text, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
        } catch (IOException e) {
            System.err.print(text);
        }
    }

    /** Its address on the network. */
    String address(String name) {
        return docker.inspectContainerCmd(id(name)).exec().getNetworkSettings().getNetworks().values().iterator().next()
                .getIpAddress();
    }

    private String id(String name) {
        return running.get(name).getContainerId();
    }

    private static Bind readable(String from, String to) {
        return new Bind(from, new Volume(to), AccessMode.ro);
    }

    private static String image(String application) {
        return "spillway/" + application + ":" + TAG;
    }
}
