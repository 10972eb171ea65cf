import { setTimeout as sleep } from 'node:timers/promises';

const lookEveryMs = 100;
const patienceMs = 25_000;

/** Polls until the condition holds, since a real server needs time. Rejects after a timeout. */
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
