import { setTimeout as sleep } from 'node:timers/promises';

const lookEveryMs = 100;
const patienceMs = 25_000;

/** Looks again and again until it holds: a real server takes the time that it takes. Rejects after a while. */
export const until = async (
  what: string,
  holds: () => Promise<boolean>,
  withinMs = patienceMs,
): Promise<void> => {
  const end = performance.now() + withinMs;
  while (performance.now() < end) {
    if (await holds()) return;
    await sleep(lookEveryMs);
  }
  throw new Error(`not within ${withinMs / 1000} s: ${what}`);
};
