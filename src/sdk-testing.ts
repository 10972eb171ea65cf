/** `opsdeck/sdk/testing`: helpers for the tests of a plugin, with vitest. */

export { type CarriedOut, carryOut, openSource } from './testing/carry-out.ts';
export { type ManualClock, manualClock } from './testing/manual-clock.ts';
export { type SourceCase, testSource } from './testing/source-contract.ts';
