package io.drawbore.interop.embedding;

import com.google.protobuf.ByteString;
import io.drawbore.api.Caller;
import io.drawbore.embed.EmbeddedCluster;
import io.drawbore.proto.etcdserverpb.PutRequest;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.List;

/** What a program that embeds a member does; it ends by itself when nothing of the member is left. */
final class EmbeddingProgram {
    private EmbeddingProgram() {}

    /**
     * Starts one, puts a key, asks its health, and closes it.
     *
     * @param args {@code leave}, and it starts another that it doesn't close
     */
    public static void main(final String[] args) throws Exception {
        System.out.println("embed is " + EmbeddedCluster.class.getModule());
        try (EmbeddedCluster cluster = EmbeddedCluster.builder().start();
                HttpClient client = HttpClient.newHttpClient()) {
            final var put = PutRequest.newBuilder()
                    .setKey(ByteString.copyFromUtf8("greeting"))
                    .setValue(ByteString.copyFromUtf8("hello"));
            final var answer = cluster.door().put(put.build(), Caller.SELF).get();
            System.out.println("revision " + answer.getHeader().getRevision());
            final URI health = cluster.endpoints().getFirst().resolve("/health");
            System.out.println(client.send(
                            HttpRequest.newBuilder(health).build(), HttpResponse.BodyHandlers.ofString())
                    .body());
        }
        if (List.of(args).equals(List.of("leave"))) {
            System.out.println("left at " + EmbeddedCluster.builder().start().endpoints());
        }
        System.out.println("closed");
    }
}
