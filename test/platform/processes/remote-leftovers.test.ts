import { expect, test } from 'vitest';
import { createRemoteLeftovers } from '../../../src/platform/remote-exec/remote-kill.ts';

test('a program that was left running is retried with backoff, until one run ends', () => {
  let now = 0;
  const hanging = createRemoteLeftovers(() => now);
  const program = { argv: ['check', '-w'] };
  const minutes: number[] = [];
  for (let nth = 0; nth < 7; nth += 1) {
    hanging.refuse('pod-0', program);
    hanging.left('pod-0', program);
    const began = now;
    const isRefused = (): boolean => {
      try {
        hanging.refuse('pod-0', program);
        return false;
      } catch {
        return true;
      }
    };
    while (isRefused()) now += 60_000;
    minutes.push((now - began) / 60_000);
  }
  expect(minutes).toEqual([1, 2, 4, 8, 16, 30, 30]);
  hanging.left('pod-0', program);
  expect(() => hanging.refuse('pod-0', program)).toThrow(
    '8 earlier runs have not ended there. Next attempt in 30m',
  );
  hanging.refuse('pod-1', program);
  hanging.refuse('pod-0', { argv: ['check'] });
  hanging.ended('pod-0', program);
  hanging.refuse('pod-0', program);
});
