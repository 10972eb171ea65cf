/** Milliseconds since the Unix epoch, on the steady clock (see `platform/clock`). */
export type Millis = number;

/**
 * Why something could not be read or done.
 * cancelled: we stopped it · timeout: no answer in time · throttled: asked to come back later · unreachable: no
 * usable connection or a server error · denied: 401, 403, a refused login · missing: what was asked for is not
 * there · malformed: an answer we cannot read · unconfigured: the profile lacks a value · wrong-system: something
 * else answers at that address · bug: our own mistake.
 */
export type FaultKind =
  | 'cancelled'
  | 'timeout'
  | 'throttled'
  | 'unreachable'
  | 'denied'
  | 'missing'
  | 'malformed'
  | 'unconfigured'
  | 'wrong-system'
  | 'bug';

/** What could not be seen. `message` says what was asked and what came back, without secrets. */
export interface Fault {
  readonly kind: FaultKind;
  readonly source: string;
  readonly message: string;
  readonly at: Millis;
  readonly retryAfterMs?: number;
  /** What the reader can do about it, in words. */
  readonly remedy?: string;
  /** `denied` because a login has expired: the argv that renews it, to be run by the person at the terminal; [] where only `remedy` tells how. */
  readonly login?: readonly string[];
}
