/**
 * The room of leases, their expiry and the checkpoints of what remains of them. It holds no code: this version grants
 * no leases.
 */
module io.drawbore.lease {}
