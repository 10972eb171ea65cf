import { expect, test } from 'vitest';
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
