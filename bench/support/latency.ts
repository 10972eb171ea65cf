import type { PtyTerminal } from '../../scripts/shot/pty-terminal.ts';
import { waitedMs } from './cpu.ts';
import { ms, percentile } from './figure.ts';

/** Timeout in ms after which a key counts as lost. */
const longestMs = 5000;

/** Milliseconds from a key to its effect; `own`: without the time in which other processes had the CPU. */
export interface Latency {
  readonly all: number;
  readonly own: number;
}

/** Presses a key and waits for its effect in the output. */
export const latencyOf = async (pty: PtyTerminal, key: string, expected: RegExp): Promise<Latency> => {
  const waited = waitedMs(pty.pid);
  const before = pty.output().length;
  const reaction = Promise.withResolvers<number>();
  const unsubscribe = pty.onWritten(() => {
    if (expected.test(pty.output().slice(before))) reaction.resolve(performance.now());
  });
  const pressedAt = performance.now();
  pty.press(key);
  const late = setTimeout(() => reaction.reject(new Error(`no reaction to ${key}`)), longestMs);
  const time = await reaction.promise;
  clearTimeout(late);
  unsubscribe();
  const all = time - pressedAt;
  return { all, own: Math.max(0, all - (waitedMs(pty.pid) - waited)) };
};

/** Percentiles of latencies, without the time in which other processes had the CPU; elapsed in parentheses. */
export const latencySpread = (times: readonly Latency[]): string => {
  const all = times.map((one) => one.all);
  const own = times.map((one) => one.own);
  return `p50 ${ms(percentile(own, 50))}, p99 ${ms(percentile(own, 99))} (elapsed ${ms(percentile(all, 50))}, ${ms(percentile(all, 99))})`;
};
