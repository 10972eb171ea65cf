/** Milliseconds since the Unix epoch, on the steady clock (see `platform/clock`). */
export type Millis = number;

/**
 * The kind of a failure to read or to act.
 * - cancelled: stopped by opsdeck
 * - timeout: no response in time
 * - throttled: asked to retry later
 * - unreachable: no usable connection, or a server error
 * - denied: 401, 403, a refused login
 * - missing: not found
 * - malformed: an unreadable response
 * - unconfigured: the profile lacks a value
 * - wrong-system: another system at that address
 * - bug: an internal error
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

/** A failed read or action. `message` names the request and the response, without secrets. */
export interface Fault {
  readonly kind: FaultKind;
  readonly source: string;
  readonly message: string;
  readonly at: Millis;
  readonly retryAfterMs?: number;
  /** Set on a `timeout` of the whole command: the source might still have responded, so it is not silent. */
  readonly isCutOff?: true;
  /** Hint for the user, as text. */
  readonly remedy?: string;
  /**
   * Set when `denied` because of an expired login: the argv that renews it, run by the person at the terminal; [] when
   * only `remedy` describes how.
   */
  readonly login?: readonly string[];
}

/** Removes repeated faults: one of each kind and message, the newest of them. */
export const distinctFaults = (faults: readonly Fault[]): readonly Fault[] => [
  ...new Map(faults.map((fault) => [`${fault.kind} ${fault.message}`, fault])).values(),
];
