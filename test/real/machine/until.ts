import { setTimeout as sleep } from 'node:timers/promises';

const pollMs = 100;
const defaultTimeoutMs = 25_000;

/** Polls until the condition holds, since a real server needs time. Rejects after a timeout. */
export const until = async (
  what: string,
  holds: () => Promise<boolean>,
  withinMs = defaultTimeoutMs,
): Promise<void> => {
  const end = performance.now() + withinMs;
  while (performance.now() < end) {
    if (await holds()) return;
    await sleep(pollMs);
  }
  throw new Error(`timed out after ${withinMs / 1000} s waiting until ${what}`);
};
