const output = 'its result is its output, and the unchanged twin of the system gives the same';
const unread = 'the message is written to the chat, and no step reads it back';

/** Rows that no mutation can show by effect, by id, with the reason. Dropping their step is still detected. */
export const executedOnlyReasons: Readonly<Record<string, string>> = {
  // Class histogram of a JVM.
  'S0-I2-D4': output,
  // EXPLAIN ANALYZE.
  'S1-I8-A1': output,
  'S3-R39': 'the HPA exists only after latency-hpa has applied it, and no scenario has one that cannot scale',
  // cargo check, build and test.
  'S4-I1-D2': output,
  'S4-I2-D1': output,
  'S4-I2-D2': output,
  'S4-P2-3': output,
  'S4-C1-7': unread,
  'S4-C2-7': unread,
};
