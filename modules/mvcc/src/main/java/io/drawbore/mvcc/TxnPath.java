package io.drawbore.mvcc;

import com.google.protobuf.ByteString;
import io.drawbore.proto.etcdserverpb.Compare;
import io.drawbore.proto.etcdserverpb.RequestOp;
import io.drawbore.proto.etcdserverpb.TxnRequest;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * Which branch a transaction takes, and each transaction nested in that branch. All compares are judged before the
 * first write, against the same state.
 *
 * @param succeeded whether all compares of this level hold
 * @param nested a path for each operation of the branch that is a transaction, in order
 */
record TxnPath(boolean succeeded, List<TxnPath> nested) {
    private static final Comparator<ByteString> BYTES = ByteString.unsignedLexicographicalComparator();

    /** Judges a transaction against the state at a main revision. */
    static TxnPath of(TxnRequest request, Values values, IndexView index, long at) {
        boolean succeeded = true;
        for (Compare compare : request.getCompareList()) {
            if (!holds(compare, values, index, at)) {
                succeeded = false;
                break;
            }
        }
        List<TxnPath> nested = new ArrayList<>();
        for (RequestOp op : succeeded ? request.getSuccessList() : request.getFailureList()) {
            if (op.hasRequestTxn()) {
                nested.add(of(op.getRequestTxn(), values, index, at));
            }
        }
        return new TxnPath(succeeded, nested);
    }

    /** The operations of the branch taken. */
    List<RequestOp> branch(TxnRequest request) {
        return succeeded ? request.getSuccessList() : request.getFailureList();
    }

    private static boolean holds(Compare compare, Values values, IndexView index, long at) {
        boolean[] any = {false};
        boolean[] all = {true};
        index.walk(KeyRange.of(compare.getKey(), compare.getRangeEnd()), entry -> {
            long packed = entry.at(at);
            if (packed != PackedRevision.NONE) {
                any[0] = true;
                all[0] = holds(compare, values, entry, entry.place(at));
            }
            return all[0];
        });
        return any[0] ? all[0] : holdsForMissing(compare);
    }

    private static boolean holds(Compare compare, Values values, KeyEntry entry, int place) {
        long packed = entry.change(place);
        return matches(
                compare,
                switch (compare.getTarget()) {
                    case VERSION -> Long.compare(version(values, entry, place), compare.getVersion());
                    case CREATE -> Long.compare(created(values, entry, place), compare.getCreateRevision());
                    case MOD -> Long.compare(PackedRevision.main(packed), compare.getModRevision());
                    case LEASE -> Long.compare(values.get(entry, packed).getLease(), compare.getLease());
                    case VALUE -> BYTES.compare(values.get(entry, packed).getValue(), compare.getValue());
                    case UNRECOGNIZED -> 0;
                });
    }

    private static long version(Values values, KeyEntry entry, int place) {
        return entry.inPresentLife(place)
                ? entry.version(place)
                : values.get(entry, entry.change(place)).getVersion();
    }

    private static long created(Values values, KeyEntry entry, int place) {
        return entry.inPresentLife(place)
                ? entry.createRevision()
                : values.get(entry, entry.change(place)).getCreateRevision();
    }

    /** A key that isn't there has zeros for numbers and no value at all: no comparison with a value holds. */
    private static boolean holdsForMissing(Compare compare) {
        return switch (compare.getTarget()) {
            case VALUE -> false;
            case VERSION -> matches(compare, Long.compare(0, compare.getVersion()));
            case CREATE -> matches(compare, Long.compare(0, compare.getCreateRevision()));
            case MOD -> matches(compare, Long.compare(0, compare.getModRevision()));
            case LEASE -> matches(compare, Long.compare(0, compare.getLease()));
            case UNRECOGNIZED -> matches(compare, 0);
        };
    }

    private static boolean matches(Compare compare, int order) {
        return switch (compare.getResult()) {
            case EQUAL -> order == 0;
            case NOT_EQUAL -> order != 0;
            case GREATER -> order > 0;
            case LESS -> order < 0;
            case UNRECOGNIZED -> true;
        };
    }
}
