/** There is no plan to be made: the target is not there (not-applicable), or could not be read (failed: `cause` is why). */
export class PlanError extends Error {
  readonly ending: 'not-applicable' | 'failed';
  constructor(ending: 'not-applicable' | 'failed', message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'PlanError';
    this.ending = ending;
  }
}
