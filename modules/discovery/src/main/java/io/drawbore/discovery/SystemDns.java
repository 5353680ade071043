package io.drawbore.discovery;

import java.io.IOException;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Hashtable;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.naming.Context;
import javax.naming.NamingEnumeration;
import javax.naming.NamingException;
import javax.naming.directory.Attribute;
import javax.naming.directory.InitialDirContext;
import org.jspecify.annotations.Nullable;

/** The DNS that this machine is set up with, or that of one server. Blocks; any thread. */
public final class SystemDns implements Dns {
    private static final Pattern RECORD = Pattern.compile("([0-9]+) +[0-9]+ +([0-9]+) +(\\S+)");

    private final String server;

    /** The machine's. */
    public SystemDns() {
        this("dns:");
    }

    /**
     * That of one server.
     *
     * @param server its URL, {@code dns://host:port}
     */
    SystemDns(String server) {
        this.server = server;
    }

    /** No more than text comes of it: the names are of our own making, and only records of one kind are asked for. */
    @Override
    @SuppressWarnings({"BanJNDI", "JdkObsolete"})
    public List<Service> services(String name) throws IOException {
        // JNDI has no other way to be told, and nothing else of Java asks for SRV
        Hashtable<String, String> environment = new Hashtable<>();
        environment.put(Context.INITIAL_CONTEXT_FACTORY, "com.sun.jndi.dns.DnsContextFactory");
        environment.put(Context.PROVIDER_URL, server);
        try {
            InitialDirContext context = new InitialDirContext(environment);
            try {
                return services(
                        name, context.getAttributes(name, new String[] {"SRV"}).get("SRV"));
            } finally {
                context.close();
            }
        } catch (NamingException e) {
            throw new IOException("lookup " + name + ": " + e.getMessage(), e);
        }
    }

    private static List<Service> services(String name, @Nullable Attribute records)
            throws IOException, NamingException {
        if (records == null) {
            throw new IOException("lookup " + name + ": no such host");
        }
        List<Service> services = new ArrayList<>();
        NamingEnumeration<?> all = records.getAll();
        while (all.hasMore()) {
            Matcher record = RECORD.matcher(String.valueOf(all.next()));
            if (record.matches()) {
                String target = record.group(3);
                services.add(new Service(
                        Integer.parseInt(record.group(1)),
                        target.endsWith(".") ? target.substring(0, target.length() - 1) : target,
                        Integer.parseInt(record.group(2))));
            }
        }
        services.sort(Comparator.comparingInt(Service::priority)
                .thenComparing(Service::host)
                .thenComparingInt(Service::port));
        return services;
    }

    @Override
    public String address(String host) throws IOException {
        return InetAddress.getByName(host).getHostAddress();
    }
}
