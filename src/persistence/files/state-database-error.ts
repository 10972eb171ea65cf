/** The state database cannot be used; the message has its address without credentials, and the reason. */
export class StateDatabaseError extends Error {
  /** True: it did not answer. False: it refused, or its tables do not fit. */
  readonly isAway: boolean;
  constructor(message: string, isAway: boolean) {
    super(message);
    this.name = 'StateDatabaseError';
    this.isAway = isAway;
  }
}
