type PlanEnding = 'not-applicable' | 'failed' | 'forbidden';

/**
 * There is no plan to be made: the target is not there (not-applicable), could not be read (failed: `cause` is why), or
 * the system says that we may not (forbidden).
 */
export class PlanError extends Error {
  readonly ending: PlanEnding;
  constructor(ending: PlanEnding, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'PlanError';
    this.ending = ending;
  }
}
