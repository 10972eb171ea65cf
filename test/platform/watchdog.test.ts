import { describe, expect, test } from 'vitest';
import { runGuarded } from '../../src/platform/runtime/run-guarded.ts';

const long = `${'a'.repeat(10_000)}b`;

describe('work under a watchdog', () => {
  test('that finishes in time is done', () => {
    let done = 0;
    expect(runGuarded(() => void done++, 1000)).toBe('done');
    expect(done).toBe(1);
  });

  test.each([/(a+)+$/, /(.*)(.*)(.*)(.*)x/])(
    '%s on a long line is stopped, and earlier results are kept',
    (pattern) => {
      const seen: boolean[] = [];
      const outcome = runGuarded(() => {
        seen.push(/b$/.test(long));
        seen.push(pattern.test(long));
      }, 20);
      expect({ outcome, seen }).toEqual({ outcome: 'over', seen: [true] });
    },
  );

  test('that throws rethrows', () => {
    expect(() =>
      runGuarded(() => {
        throw new TypeError('no');
      }, 1000),
    ).toThrow(TypeError);
  });
});
