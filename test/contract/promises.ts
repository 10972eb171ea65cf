import { sourceContractTests as promisesOf } from '../../src/testing/contract-tests.ts';
import type { FailureMode } from '../../src/testing/failure-modes.ts';
import type { Stage, Wire } from '../../src/testing/source-rig.ts';
import { moduleOf } from './wired.ts';

export { terminalControl } from '../../src/testing/contract-tests.ts';

/** Registers all contract tests of a stage's registered source. */
export const promises = <M extends FailureMode, W extends Wire<M>>(stage: Stage<M, W>): void =>
  promisesOf(stage, moduleOf(stage.rig.type));
