package io.drawbore.rpc.internal;

import com.google.gson.Strictness;
import com.google.gson.stream.JsonReader;
import com.google.gson.stream.JsonToken;
import com.google.protobuf.ByteString;
import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.EnumValueDescriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Descriptors.OneofDescriptor;
import com.google.protobuf.Message;
import java.io.IOException;
import java.io.StringReader;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.Base64;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Reads messages from JSON as strictly as etcd's gateway, which protobuf's own reader is not: a boolean is no string, a
 * field comes once, a number may be a string but must be whole. Unknown fields and unknown names of enums are
 * overlooked. One thread and one text an object.
 */
final class JsonRequests {
    /** Objects and lists within one another; the deepest request there is, a nested transaction, needs far fewer. */
    private static final int MAX_DEPTH = 200;
    private static final int MAX_NUMBER_LENGTH = 100;
    /** Of a 64-bit number. */
    private static final int MAX_DIGITS = 20;
    private static final Pattern NUMBER = Pattern.compile("-?(?:0|[1-9][0-9]*)(?:\\.[0-9]+)?(?:[eE][+-]?[0-9]+)?");
    /** Fields of a message by both their names. */
    private static final Map<Descriptor, Map<String, FieldDescriptor>> FIELDS = new ConcurrentHashMap<>();

    private final JsonReader in;

    private JsonRequests(String json) {
        in = new JsonReader(new StringReader(json));
        in.setStrictness(Strictness.STRICT);
        in.setNestingLimit(MAX_DEPTH);
    }

    /**
     * Fills a message from the first value of a text; what follows that value is not looked at.
     *
     * @throws IOException saying what is wrong and where
     */
    static void merge(String json, Message.Builder into) throws IOException {
        new JsonRequests(json).message(into);
    }

    private void message(Message.Builder into) throws IOException {
        expect(JsonToken.BEGIN_OBJECT, into.getDescriptorForType().getName());
        Map<String, FieldDescriptor> fields = fields(into.getDescriptorForType());
        Set<Object> seen = new HashSet<>();
        in.beginObject();
        while (in.hasNext()) {
            String name = in.nextName();
            FieldDescriptor field = fields.get(name);
            if (field == null) {
                in.skipValue();
            } else if (!seen.add(field)) {
                throw wrong("duplicate field \"" + name + "\"");
            } else if (in.peek() == JsonToken.NULL) {
                in.nextNull();
            } else {
                OneofDescriptor oneof = field.getContainingOneof();
                if (oneof != null && !seen.add(oneof)) {
                    throw wrong("error parsing \"" + name + "\", oneof " + oneof.getFullName() + " is already set");
                }
                field(into, field);
            }
        }
        in.endObject();
    }

    private void field(Message.Builder into, FieldDescriptor field) throws IOException {
        if (!field.isRepeated()) {
            Object value = value(into, field);
            if (value != null) {
                into.setField(field, value);
            }
            return;
        }
        expect(JsonToken.BEGIN_ARRAY, field.getJsonName());
        in.beginArray();
        while (in.hasNext()) {
            Object value = value(into, field);
            if (value != null) {
                into.addRepeatedField(field, value);
            }
        }
        in.endArray();
    }

    /** Null stands for the name of an enum that nobody knows. */
    private @Nullable Object value(Message.Builder parent, FieldDescriptor field) throws IOException {
        return switch (field.getJavaType()) {
            case MESSAGE -> {
                Message.Builder nested = parent.newBuilderForField(field);
                message(nested);
                yield nested.build();
            }
            case BOOLEAN -> {
                expect(JsonToken.BOOLEAN, field.getJsonName());
                yield in.nextBoolean();
            }
            case STRING -> text(field);
            case BYTE_STRING -> bytes(field);
            case ENUM -> constant(field);
            case INT -> number(field).intValue();
            case LONG -> number(field).longValue();
            case FLOAT, DOUBLE -> throw wrong("no request has a fraction");
        };
    }

    private String text(FieldDescriptor field) throws IOException {
        expect(JsonToken.STRING, field.getJsonName());
        return in.nextString();
    }

    /** Either alphabet, with or without padding, as Go reads it. */
    private ByteString bytes(FieldDescriptor field) throws IOException {
        String text = text(field);
        boolean url = text.indexOf('-') >= 0 || text.indexOf('_') >= 0;
        try {
            return ByteString.copyFrom((url ? Base64.getUrlDecoder() : Base64.getDecoder()).decode(text));
        } catch (IllegalArgumentException e) {
            throw invalid(field, "bytes");
        }
    }

    private @Nullable EnumValueDescriptor constant(FieldDescriptor field) throws IOException {
        if (in.peek() == JsonToken.STRING) {
            return field.getEnumType().findValueByName(in.nextString());
        }
        expect(JsonToken.NUMBER, field.getJsonName());
        BigInteger number = whole(in.nextString());
        if (number == null || number.bitLength() > 31) {
            throw invalid(field, "enum");
        }
        return field.getEnumType().findValueByNumberCreatingIfUnknown(number.intValue());
    }

    private BigInteger number(FieldDescriptor field) throws IOException {
        if (in.peek() != JsonToken.STRING) {
            expect(JsonToken.NUMBER, field.getJsonName());
        }
        BigInteger number = whole(in.nextString());
        boolean fits = number != null && switch (field.getType()) {
            case UINT32, FIXED32 -> number.signum() >= 0 && number.bitLength() <= 32;
            case UINT64, FIXED64 -> number.signum() >= 0 && number.bitLength() <= 64;
            case INT32, SINT32, SFIXED32 -> number.bitLength() <= 31;
            default -> number.bitLength() <= 63;
        };
        if (number == null || !fits) {
            throw invalid(field, "number");
        }
        return number;
    }

    /** A whole number in any spelling of JSON's, of at most as many digits as a field has room for; else null. */
    private static @Nullable BigInteger whole(String text) {
        if (text.length() > MAX_NUMBER_LENGTH || !NUMBER.matcher(text).matches()) {
            return null;
        }
        try {
            BigDecimal number = new BigDecimal(text).stripTrailingZeros();
            // A large exponent would cost memory before it is found to be out of range.
            boolean wholeAndShort = number.scale() <= 0 && (long) number.precision() - number.scale() <= MAX_DIGITS;
            return wholeAndShort ? number.toBigInteger() : null;
        } catch (NumberFormatException e) {
            return null;
        }
    }

    private void expect(JsonToken wanted, String what) throws IOException {
        JsonToken found = in.peek();
        if (found != wanted) {
            throw wrong("unexpected token " + found + " for " + what);
        }
    }

    private IOException invalid(FieldDescriptor field, String kind) {
        return wrong("invalid value for " + kind + " field " + field.getJsonName());
    }

    private IOException wrong(String text) {
        return new IOException("proto: " + text + " at " + in.getPath());
    }

    private static Map<String, FieldDescriptor> fields(Descriptor message) {
        return FIELDS.computeIfAbsent(message, type -> {
            Map<String, FieldDescriptor> byName = new HashMap<>();
            for (FieldDescriptor field : type.getFields()) {
                byName.put(field.getName(), field);
            }
            for (FieldDescriptor field : type.getFields()) {
                byName.put(field.getJsonName(), field);
            }
            return Map.copyOf(byName);
        });
    }
}
