package io.drawbore.config.internal;

import io.drawbore.config.Invocation;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/** {@code ETCD_*} variables as flags. An empty one counts as not set, but not beside its flag. */
public final class Environment {
    private static final String PREFIX = "ETCD_";

    private Environment() {}

    /** Adds to the flags what variables say. */
    public static Settings merge(
            final Settings flags,
            final Map<String, String> environment,
            final Mistakes mistakes,
            final List<Invocation.Notice> notices) {
        final Map<Flag, String> merged = new EnumMap<>(Flag.class);
        merged.putAll(flags.given());
        final Set<String> known = new HashSet<>();
        for (final Flag flag : Flag.values()) {
            final String value = environment.get(flag.variable());
            if (value == null || flag == Flag.VERSION) {
                continue;
            }
            known.add(flag.variable());
            if (flags.isSet(flag)) {
                mistakes.add("conflicting environment variable \"" + flag.variable() + "\" is shadowed by "
                        + "corresponding command-line flag (either unset environment variable or disable flag)");
            } else if (!value.isEmpty()) {
                keep(flag, value, merged, mistakes);
            }
        }
        noticeUnknown(environment, known, notices);
        return new Settings(merged);
    }

    private static void keep(
            final Flag flag, final String value, final Map<Flag, String> merged, final Mistakes mistakes) {
        try {
            flag.kind().check(value);
            merged.put(flag, value);
        } catch (final Kind.BadValue bad) {
            mistakes.add("invalid value \"" + value + "\" for " + flag.variable() + ": " + bad.why());
        }
    }

    /** Never a mistake: Kubernetes hands every container variables like ETCD_PORT of services that stand near it. */
    private static void noticeUnknown(
            final Map<String, String> environment, final Set<String> known, final List<Invocation.Notice> notices) {
        new TreeMap<>(environment).forEach((name, value) -> {
            if (name.equals(Flag.VERSION.variable())) {
                notices.add(new Invocation.Notice("cannot set special environment variable", "key", name));
            } else if (name.startsWith(PREFIX) && !known.contains(name)) {
                notices.add(new Invocation.Notice(
                        "unrecognized environment variable", "environment-variable", name + "=" + value));
            }
        });
    }
}
