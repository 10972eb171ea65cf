import { setTimeout as delay } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { longTest } from '../support/layer.ts';
import { createActivity } from './activity.ts';

const { opsdeckLoad } = globalThis as unknown as {
  readonly opsdeckLoad: (key: string, load: () => Promise<unknown>) => Promise<unknown>;
};

test('a module that an earlier simulation began to load is waited for by a later one', async () => {
  const earlier = createActivity();
  let finish = (): void => {};
  const module = new Promise<string>((resolve) => {
    finish = () => resolve('module');
  });
  const first = opsdeckLoad('slow-module', () => module);
  earlier.close();
  const later = createActivity();
  const events: string[] = [];
  const second = opsdeckLoad('slow-module', () => Promise.reject(new Error('loaded twice'))).then(() =>
    events.push('loaded'),
  );
  const quiet = later.quiet().then(() => events.push('quiet'));
  setTimeout(finish, 30);
  await Promise.all([first, second, quiet]);
  expect(events).toEqual(['loaded', 'quiet']);
  later.close();
});

longTest('work that is slow because the machine answers slowly is waited for', async () => {
  let answers = 0;
  const { promise, resolve } = Promise.withResolvers<void>();
  const activity = createActivity(undefined, {
    machineAnswers: async () => {
      await delay(1000);
      answers += 1;
      if (answers === 3) resolve();
    },
    stuckAfterMs: 2000,
  });
  void activity.during('a slow file', promise);
  await activity.quiet();
  activity.close();
  expect(answers).toBe(3);
});

test('work that does not end while the machine answers is reported as stuck', async () => {
  const activity = createActivity(undefined, { machineAnswers: async () => {}, stuckAfterMs: 700 });
  void activity.during('a file that nobody writes', new Promise(() => {}));
  await expect(activity.quiet()).rejects.toThrow('simulated time cannot move on: a file that nobody writes');
  activity.close();
});
