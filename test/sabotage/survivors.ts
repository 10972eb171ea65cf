/**
 * Lies after which a verification still ends recovered although nothing was done. They are faults, not exceptions: a lie that no
 * longer fools fails its test, so that it is removed here, until both lists are empty.
 */

/** Lies of the model test (`test/model/proof`), by name. */
export const foolingInModel: readonly string[] = [];

/** Samples of `test/sabotage/lies.test.ts`: 'LIE: EXERCISE'. */
export const foolingSamples: readonly string[] = [];
