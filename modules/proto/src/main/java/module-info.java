/** Messages generated from {@code src/main/protobuf}; nothing here is written by hand. */
module io.drawbore.proto {
    requires transitive com.google.protobuf;

    exports io.drawbore.proto.authpb;
    exports io.drawbore.proto.etcdserverpb;
    exports io.drawbore.proto.health;
    exports io.drawbore.proto.leasepb;
    exports io.drawbore.proto.membershippb;
    exports io.drawbore.proto.mvccpb;
    exports io.drawbore.proto.raftpb;
    exports io.drawbore.proto.snappb;
    exports io.drawbore.proto.v3electionpb;
    exports io.drawbore.proto.v3lockpb;
    exports io.drawbore.proto.walpb;
}
