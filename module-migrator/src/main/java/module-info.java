/**
 * The room of storage versions, their upgrade and downgrade. It holds no code: there is one storage version so far,
 * and the store refuses any other layout.
 */
module io.drawbore.migrator {}
