package io.drawbore.auth;

import com.google.protobuf.ByteString;
import io.drawbore.proto.authpb.Permission;
import io.drawbore.proto.authpb.Role;
import java.util.List;

/** What some roles together allow to be read and written. */
record Grants(KeySpans read, KeySpans write) {
    static Grants of(List<Role> roles) {
        KeySpans.Builder read = KeySpans.builder();
        KeySpans.Builder write = KeySpans.builder();
        for (Role role : roles) {
            for (Permission permission : role.getKeyPermissionList()) {
                ByteString key = permission.getKey();
                ByteString end = permission.getRangeEnd();
                switch (permission.getPermType()) {
                    case READ -> read.add(key, end);
                    case WRITE -> write.add(key, end);
                    case READWRITE -> {
                        read.add(key, end);
                        write.add(key, end);
                    }
                    case UNRECOGNIZED -> {}
                }
            }
        }
        return new Grants(read.build(), write.build());
    }
}
