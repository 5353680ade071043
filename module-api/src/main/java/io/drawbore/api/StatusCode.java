package io.drawbore.api;

/** The status codes of gRPC. */
public enum StatusCode {
    /** 0 */
    OK(0),
    /** 1 */
    CANCELLED(1),
    /** 2 */
    UNKNOWN(2),
    /** 3 */
    INVALID_ARGUMENT(3),
    /** 4 */
    DEADLINE_EXCEEDED(4),
    /** 5 */
    NOT_FOUND(5),
    /** 6 */
    ALREADY_EXISTS(6),
    /** 7 */
    PERMISSION_DENIED(7),
    /** 8 */
    RESOURCE_EXHAUSTED(8),
    /** 9 */
    FAILED_PRECONDITION(9),
    /** 10 */
    ABORTED(10),
    /** 11 */
    OUT_OF_RANGE(11),
    /** 12 */
    UNIMPLEMENTED(12),
    /** 13 */
    INTERNAL(13),
    /** 14 */
    UNAVAILABLE(14),
    /** 15 */
    DATA_LOSS(15),
    /** 16 */
    UNAUTHENTICATED(16);

    private final int number;

    StatusCode(int number) {
        this.number = number;
    }

    /** The number on the wire. */
    public int number() {
        return number;
    }
}
