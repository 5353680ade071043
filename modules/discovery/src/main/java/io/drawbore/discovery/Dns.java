package io.drawbore.discovery;

import java.io.IOException;
import java.util.List;

/** What names mean. */
public interface Dns {
    /**
     * A place where a service is.
     *
     * @param priority the lower, the earlier it is to be asked
     * @param host its name, without a dot at the end
     */
    record Service(int priority, String host, int port) {}

    /**
     * Where a service is, the first to be asked first.
     *
     * @param name such as {@code _etcd-server._tcp.example.com}
     * @throws IOException where there is no such name, or nobody knows
     */
    List<Service> services(String name) throws IOException;

    /**
     * The address of a host.
     *
     * @throws IOException where it has none
     */
    String address(String host) throws IOException;
}
