package io.drawbore.bench;

import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/**
 * What the command line asks for.
 *
 * @param quick a short version of every load
 * @param rounds how often each load is put on each server, at least 1
 * @param only words of {@link Loads#words}; empty for every load
 * @param servers in the order of the first round
 * @param publish whether docs/PERFORMANCE.md and its picture are written
 */
record Options(boolean quick, int rounds, Set<String> only, List<ServerKind> servers, boolean publish) {
    static final String USAGE = """
            Usage: ./bench [--quick] [--rounds=N] [--only=put,get,...] [--servers=drawbore,etcd-3.7,...] [--publish]
                   ./bench micro [JMH's own arguments]
              --quick    a short version of every load, one round, beside etcd 3.7
              --rounds   how often each load is put on each server (3)
              --only     some loads: %s
              --servers  which servers, of drawbore, etcd-3.7 and etcd-3.6
              --publish  writes docs/PERFORMANCE.md and docs/performance.svg
              micro      runs the micro-benchmarks of apply, log and index
            """;

    private static final int ROUNDS = 3;
    private static final int QUICK_ROUNDS = 1;

    Options {
        only = Set.copyOf(only);
        servers = List.copyOf(servers);
    }

    /** Reads the command line; values follow their flag after a blank or an equals sign. */
    static Options parse(final List<String> arguments) {
        final List<String> words =
                arguments.stream().flatMap(word -> Arrays.stream(word.split("=", 2))).toList();
        boolean quick = false;
        boolean publish = false;
        int rounds = 0;
        Set<String> only = Set.of();
        List<ServerKind> servers = List.of();
        for (int i = 0; i < words.size(); i++) {
            switch (words.get(i)) {
                case "--quick" -> quick = true;
                case "--publish" -> publish = true;
                case "--rounds" -> rounds = positive(value(words, i++));
                case "--only" -> only = known(list(value(words, i++)));
                case "--servers" ->
                    servers = list(value(words, i++)).stream().map(ServerKind::named).toList();
                default -> throw new IllegalArgumentException("no flag " + words.get(i));
            }
        }
        if (servers.isEmpty()) {
            servers = quick ? List.of(ServerKind.DRAWBORE, ServerKind.ETCD_3_7) : List.of(ServerKind.values());
        }
        if (rounds == 0) {
            rounds = quick ? QUICK_ROUNDS : ROUNDS;
        }
        return new Options(quick, rounds, only, servers, publish);
    }

    private static String value(final List<String> words, final int flag) {
        if (flag + 1 >= words.size()) {
            throw new IllegalArgumentException(words.get(flag) + " needs a value");
        }
        return words.get(flag + 1);
    }

    private static List<String> list(final String value) {
        return List.of(value.split(",", -1));
    }

    private static int positive(final String value) {
        final int number = Integer.parseInt(value);
        if (number < 1) {
            throw new IllegalArgumentException("--rounds must be at least 1, not " + value);
        }
        return number;
    }

    private static Set<String> known(final List<String> words) {
        final Set<String> there = Loads.words();
        for (final String word : words) {
            if (!there.contains(word)) {
                throw new IllegalArgumentException("no load " + word + "; there are " + new TreeSet<>(there));
            }
        }
        return Set.copyOf(words);
    }
}
