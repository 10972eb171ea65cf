import type { Mood } from '../../src/testing/moods.ts';
import { sourceContractTests as promisesOf } from '../../src/testing/promises.ts';
import type { Stage, Wire } from '../../src/testing/wired.ts';
import { moduleOf } from './wired.ts';

export { terminalControl } from '../../src/testing/promises.ts';

/** Registers the tests of every promise of the registered source of a stage. */
export const promises = <M extends Mood, W extends Wire<M>>(stage: Stage<M, W>): void =>
  promisesOf(stage, moduleOf(stage.rig.type));
