export { type ManualClock, manualClock, withoutDelays } from '../../src/testing/manual-clock.ts';
