package io.drawbore.raft.transcript;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A stream at whose last directive etcd-raft and we put out something else.
 *
 * @param etcds the stream with etcd-raft's outputs
 * @param ours what we put out last
 */
record Difference(List<Step> etcds, String ours) {
    /** Where etcd-raft's environment gives up, not etcd-raft: a Ready may well have both. */
    private static final String BEYOND_ITS_ENVIRONMENT = "can't apply snapshot and entries at the same time";

    /** Carries out on etcd-raft's side what was carried out on ours. */
    static Optional<Difference> of(List<Step> ours, EtcdRaft etcd) throws IOException {
        List<Step> etcds = etcd.run(ours);
        for (int i = 0; i < ours.size(); i++) {
            if (etcds.get(i).output().contains(BEYOND_ITS_ENVIRONMENT)) {
                break;
            }
            if (!ours.get(i).output().equals(etcds.get(i).output())) {
                return Optional.of(new Difference(List.copyOf(etcds.subList(0, i + 1)), ours.get(i).output()));
            }
            if (ours.get(i).ends()) {
                break;
            }
        }
        return Optional.empty();
    }

    /** What is the same in streams that differ for the same reason, roughly. */
    String kind() {
        String theirs = etcds.getLast().output();
        if (ours.startsWith("fault ") || ours.equals(Step.PANIC) || theirs.equals(Step.PANIC)) {
            return ending(ours) + " for " + ending(theirs);
        }
        String[] our = ours.split("\n", -1);
        String[] their = theirs.split("\n", -1);
        int i = 0;
        while (i < our.length && i < their.length && our[i].equals(their[i])) {
            i++;
        }
        return withoutNumbers(i < our.length ? our[i] : "") + " for "
                + withoutNumbers(i < their.length ? their[i] : "");
    }

    private static String ending(String output) {
        return output.startsWith("fault ") || output.equals(Step.PANIC) ? withoutNumbers(output.strip()) : "no end";
    }

    private static String withoutNumbers(String line) {
        return line.replaceAll("[0-9]+", "#").replaceAll("\".*?\"", "\"\"");
    }

    /** Leaves out directives as long as what remains still differs in the same kind. */
    Difference minimised(EtcdRaft etcd) throws IOException {
        Difference smallest = this;
        boolean smaller = true;
        while (smaller) {
            smaller = false;
            for (int run = smallest.etcds.size() / 2; run > 0; run /= 2) {
                for (int from = smallest.etcds.size() - run; from > 0; from -= run) {
                    int to = Math.min(from + run, smallest.etcds.size());
                    Optional<Difference> shorter = smallest.without(from, to, etcd);
                    if (shorter.isPresent()) {
                        smallest = shorter.get();
                        from = Math.min(from, smallest.etcds.size());
                        smaller = true;
                    }
                }
            }
        }
        return smallest;
    }

    private Optional<Difference> without(int from, int to, EtcdRaft etcd) throws IOException {
        List<Step> rest = new ArrayList<>(etcds.subList(0, from));
        rest.addAll(etcds.subList(to, etcds.size()));
        return of(replayed(rest), etcd).filter(difference -> difference.kind().equals(kind()));
    }

    private static List<Step> replayed(List<Step> stream) {
        InteractionTranscript transcript = new InteractionTranscript();
        List<Step> ours = new ArrayList<>();
        for (Step step : stream) {
            Step done = Step.run(transcript, step.command(), step.input());
            ours.add(done);
            if (done.ends()) {
                break;
            }
        }
        return ours;
    }

    /** As a transcript, which says what etcd-raft does. */
    String transcript() {
        StringBuilder text = new StringBuilder();
        etcds.forEach(step -> text.append(step.directive()).append(step.output()).append('\n'));
        return text.toString();
    }
}
