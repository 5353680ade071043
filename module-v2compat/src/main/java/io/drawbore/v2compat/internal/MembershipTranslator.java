package io.drawbore.v2compat.internal;

import io.drawbore.api.Command;
import io.drawbore.api.MinorVersion;
import io.drawbore.api.UntranslatableException;
import io.drawbore.api.V2Translator;
import io.drawbore.proto.etcdserverpb.Request;
import io.drawbore.proto.membershippb.ClusterMemberAttrSetRequest;
import io.drawbore.proto.membershippb.ClusterVersionSetRequest;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Translates what etcd's members up to 3.5 wrote about themselves with v2 requests, though clients no longer could: a
 * member's name and client URLs, the cluster's version, and requests that changed nothing of either. What clients once
 * kept in the v2 store has no place in this one, and is refused: whoever has such data takes it out with an etcd of
 * then.
 */
final class MembershipTranslator implements V2Translator {
    private static final Pattern ATTRIBUTES = Pattern.compile("/0/members/([0-9a-fA-F]{1,16})/attributes");
    private static final String VERSION = "/0/version";

    @Override
    public String name() {
        return "translate";
    }

    @Override
    public Command translate(Request request) {
        return switch (request.getMethod()) {
            case "PUT" -> put(request);
            // a read that was put in order with writes
            case "QGET" -> new Command.NoOp();
            // what of the clients' keys was over: there are none
            case "SYNC" -> new Command.NoOp();
            default -> throw new UntranslatableException("it changes keys of the v2 store");
        };
    }

    private static Command put(Request request) {
        if (request.hasPrevExist() || request.getPrevIndex() != 0 || !request.getPrevValue().isEmpty()) {
            throw new UntranslatableException("it is bound to a condition");
        }
        Matcher attributes = ATTRIBUTES.matcher(request.getPath());
        if (attributes.matches()) {
            return new Command.MemberAttributes(ClusterMemberAttrSetRequest.newBuilder()
                    .setMemberID(Long.parseUnsignedLong(attributes.group(1), 16))
                    .setMemberAttributes(AttributesJson.parse(request.getVal()))
                    .build());
        }
        if (request.getPath().equals(VERSION)) {
            if (MinorVersion.of(request.getVal()).isEmpty()) {
                throw new UntranslatableException("\"" + request.getVal() + "\" is no version");
            }
            return new Command.ClusterVersion(ClusterVersionSetRequest.newBuilder()
                    .setVer(request.getVal())
                    .build());
        }
        throw new UntranslatableException("it changes keys of the v2 store");
    }
}
