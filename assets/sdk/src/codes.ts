/** The close codes of the protocol: their names, and what to do after each. Section 8 of the protocol. */

/** WebSocket close codes by name. */
export const CloseCode = {
  left: 1000,
  bad_message: 4000,
  unknown_message: 4001,
  too_large: 4002,
  not_binary: 4003,
  out_of_order: 4004,
  bad_value: 4005,
  stale: 4006,
  bad_ack: 4007,
  too_frequent: 4008,
  ticket_missing: 4100,
  ticket_invalid: 4101,
  ticket_expired: 4102,
  ticket_used: 4103,
  version: 4104,
  subprotocol: 4105,
  match_gone: 4107,
  replaced: 4200,
  kicked: 4201,
  match_over: 4202,
  shutdown: 4203,
  hello_timeout: 4204,
  idle: 4205,
  too_slow: 4206,
} as const;

/** The connection broke without a word. */
export const BROKEN = 1006;

/** Codes after which the server lets the same seat connect again. */
const RETRYABLE: ReadonlySet<number> = /* @__PURE__ */ new Set([
  CloseCode.shutdown,
  CloseCode.hello_timeout,
  CloseCode.idle,
  CloseCode.too_slow,
]);

/** Codes for a claim to a seat that is gone. */
const SEAT_GONE: ReadonlySet<number> = /* @__PURE__ */ new Set([
  CloseCode.ticket_invalid,
  CloseCode.ticket_expired,
  CloseCode.ticket_used,
  CloseCode.match_gone,
]);

/** Whether the same seat may connect again. Codes below 4000 are the network's, all but 1000 accidents. */
export function retryable(code: number): boolean {
  return code < 4000 ? code !== CloseCode.left : RETRYABLE.has(code);
}

/** Whether this code, on the way back, means that there is another seat at best. */
export function seatGone(code: number): boolean {
  return SEAT_GONE.has(code);
}

/** What to do after a close. */
export function closeAdvice(code: number): string {
  if (code < 4000)
    return code === CloseCode.left
      ? "Nothing: the seat was given up."
      : "Check the network and that the server runs; then join again.";
  if (code < 4100)
    return "This package and the server disagree about the protocol: update the older of the two, or report it.";
  if (seatGone(code)) return "Join again for a new seat.";
  switch (code) {
    case CloseCode.version:
      return "Update the package skirmish-client to the server's version.";
    case CloseCode.subprotocol:
      return "Leave out the option codec, or start the server with json_subprotocol.";
    case CloseCode.replaced:
      return "The seat is played from another page or device now: join again only if the player asks for it.";
    case CloseCode.kicked:
      return "The operator removed the player: do not join again by yourself.";
    case CloseCode.match_over:
      return "Join again if the player likes.";
    default:
      return "Join again in a while.";
  }
}
