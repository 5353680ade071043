/**
 * The room that translates the v2 requests of 3.5-era logs. It holds no code: this version stops at such an entry,
 * naming it.
 */
module io.drawbore.v2compat {}
