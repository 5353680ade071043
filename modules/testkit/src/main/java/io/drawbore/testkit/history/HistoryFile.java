package io.drawbore.testkit.history;

import com.google.protobuf.Message;
import com.google.protobuf.TextFormat;
import io.drawbore.proto.etcdserverpb.CompactionRequest;
import io.drawbore.proto.etcdserverpb.CompactionResponse;
import io.drawbore.proto.etcdserverpb.DeleteRangeRequest;
import io.drawbore.proto.etcdserverpb.DeleteRangeResponse;
import io.drawbore.proto.etcdserverpb.LeaseGrantRequest;
import io.drawbore.proto.etcdserverpb.LeaseGrantResponse;
import io.drawbore.proto.etcdserverpb.LeaseKeepAliveRequest;
import io.drawbore.proto.etcdserverpb.LeaseKeepAliveResponse;
import io.drawbore.proto.etcdserverpb.LeaseRevokeRequest;
import io.drawbore.proto.etcdserverpb.LeaseRevokeResponse;
import io.drawbore.proto.etcdserverpb.LeaseTimeToLiveRequest;
import io.drawbore.proto.etcdserverpb.LeaseTimeToLiveResponse;
import io.drawbore.proto.etcdserverpb.PutRequest;
import io.drawbore.proto.etcdserverpb.PutResponse;
import io.drawbore.proto.etcdserverpb.RangeRequest;
import io.drawbore.proto.etcdserverpb.RangeResponse;
import io.drawbore.proto.etcdserverpb.TxnRequest;
import io.drawbore.proto.etcdserverpb.TxnResponse;
import io.drawbore.proto.etcdserverpb.WatchCreateRequest;
import io.drawbore.proto.etcdserverpb.WatchResponse;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.OptionalInt;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Histories as text files, so that one that failed can be kept, read by people and judged again: after a first line
 * that names the format, one line an operation, a watch or a response to a watch; fields between tabs, messages in
 * protobuf's text format.
 */
public final class HistoryFile {
    private static final String FORMAT = "drawbore history 1";
    private static final String NONE = "-";
    private static final Map<String, Message> MESSAGES = Stream.<Message>of(
                    PutRequest.getDefaultInstance(),
                    PutResponse.getDefaultInstance(),
                    DeleteRangeRequest.getDefaultInstance(),
                    DeleteRangeResponse.getDefaultInstance(),
                    RangeRequest.getDefaultInstance(),
                    RangeResponse.getDefaultInstance(),
                    TxnRequest.getDefaultInstance(),
                    TxnResponse.getDefaultInstance(),
                    CompactionRequest.getDefaultInstance(),
                    CompactionResponse.getDefaultInstance(),
                    LeaseGrantRequest.getDefaultInstance(),
                    LeaseGrantResponse.getDefaultInstance(),
                    LeaseRevokeRequest.getDefaultInstance(),
                    LeaseRevokeResponse.getDefaultInstance(),
                    LeaseKeepAliveRequest.getDefaultInstance(),
                    LeaseKeepAliveResponse.getDefaultInstance(),
                    LeaseTimeToLiveRequest.getDefaultInstance(),
                    LeaseTimeToLiveResponse.getDefaultInstance(),
                    WatchCreateRequest.getDefaultInstance(),
                    WatchResponse.getDefaultInstance())
            .collect(Collectors.toUnmodifiableMap(Texts::name, Function.identity()));

    private HistoryFile() {}

    /** Writes a history over whatever the file held. */
    public static void write(History history, Path file) throws IOException {
        List<String> lines = new ArrayList<>();
        lines.add(FORMAT);
        history.operations().forEach(operation -> lines.add(line(operation)));
        for (Watch watch : history.watches()) {
            String resumes = watch.resumes().isPresent() ? String.valueOf(watch.resumes().getAsInt()) : NONE;
            lines.add(fields("watch", watch.number(), watch.client(), watch.created(), resumes, text(watch.request())));
            for (Watch.Received received : watch.responses()) {
                lines.add(fields("received", watch.number(), received.at(), text(received.response())));
            }
        }
        Files.write(file, lines);
    }

    /**
     * Reads what {@link #write} wrote.
     *
     * @throws IOException where the file cannot be read or holds something else; the message names file and line
     */
    public static History read(Path file) throws IOException {
        List<String> lines = Files.readAllLines(file);
        List<Operation> operations = new ArrayList<>();
        List<Watch> watches = new ArrayList<>();
        List<List<Watch.Received>> responses = new ArrayList<>();
        for (int i = 0; i < lines.size(); i++) {
            String[] fields = lines.get(i).split("\t", -1);
            try {
                switch (fields[0]) {
                    case FORMAT -> { }
                    case "operation" -> operations.add(operation(fields));
                    case "watch" -> {
                        watches.add(watch(fields));
                        responses.add(new ArrayList<>());
                    }
                    case "received" -> responses.getLast().add(received(watches.getLast(), fields));
                    default -> throw new IllegalArgumentException("no such line: " + fields[0]);
                }
            } catch (IllegalArgumentException | IndexOutOfBoundsException | ClassCastException
                    | NoSuchElementException | TextFormat.ParseException strange) {
                throw new IOException(file + ", line " + (i + 1) + ": " + strange.getMessage(), strange);
            }
        }
        for (int i = 0; i < watches.size(); i++) {
            Watch watch = watches.get(i);
            watches.set(
                    i,
                    new Watch(
                            watch.number(), watch.client(), watch.created(), watch.request(), watch.resumes(),
                            responses.get(i)));
        }
        return new History(operations, watches);
    }

    private static String line(Operation operation) {
        String call = fields(
                "operation", operation.number(), operation.client(), operation.call(),
                text(operation.request().message()));
        return switch (operation.outcome()) {
            case Outcome.Answered answered ->
                fields(call, "answered", answered.time(), text(answered.response().message()));
            case Outcome.Refused refused ->
                fields(call, "refused", refused.time(), refused.message().replaceAll("\\s", " "));
            case Outcome.Unknown _ -> fields(call, "unknown");
        };
    }

    private static String fields(Object... fields) {
        return Stream.of(fields).map(Object::toString).collect(Collectors.joining("\t"));
    }

    private static String text(Message message) {
        return Texts.name(message) + " " + Texts.of(message);
    }

    private static Operation operation(String[] fields) throws TextFormat.ParseException {
        Outcome outcome = switch (fields[5]) {
            case "answered" -> new Outcome.Answered(Long.parseLong(fields[6]), Response.of(message(fields[7])));
            case "refused" -> new Outcome.Refused(Long.parseLong(fields[6]), fields[7]);
            case "unknown" -> new Outcome.Unknown();
            default -> throw new IllegalArgumentException("no such outcome: " + fields[5]);
        };
        return new Operation(
                Integer.parseInt(fields[1]), Integer.parseInt(fields[2]), Long.parseLong(fields[3]),
                Request.of(message(fields[4])), outcome);
    }

    private static Watch watch(String[] fields) throws TextFormat.ParseException {
        OptionalInt resumes =
                fields[4].equals(NONE) ? OptionalInt.empty() : OptionalInt.of(Integer.parseInt(fields[4]));
        return new Watch(
                Integer.parseInt(fields[1]), Integer.parseInt(fields[2]), Long.parseLong(fields[3]),
                (WatchCreateRequest) message(fields[5]), resumes, List.of());
    }

    /** A watch's responses stand below it. */
    private static Watch.Received received(Watch last, String[] fields) throws TextFormat.ParseException {
        if (last.number() != Integer.parseInt(fields[1])) {
            throw new IllegalArgumentException("a response to watch " + fields[1] + " below " + last.number());
        }
        return new Watch.Received(Long.parseLong(fields[2]), (WatchResponse) message(fields[3]));
    }

    private static Message message(String text) throws TextFormat.ParseException {
        int space = text.indexOf(' ');
        Message type = MESSAGES.get(space < 0 ? text : text.substring(0, space));
        if (type == null) {
            throw new IllegalArgumentException("no such message: " + text);
        }
        Message.Builder builder = type.newBuilderForType();
        TextFormat.getParser().merge(space < 0 ? "" : text.substring(space + 1), builder);
        return builder.build();
    }
}
