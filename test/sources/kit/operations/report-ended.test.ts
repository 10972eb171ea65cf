import { expect, test } from 'vitest';
import { reportEnded, reportUnknownEnd } from '../../../../src/sources/kit/operations/report-ended.ts';

test('a request that was accepted is no success while its object goes on', () => {
  const left = ['still running: pid 2102'];
  expect([...reportEnded({ total: 1, outcome: 'gone', left })].at(-1)).toEqual({
    is: 'answered',
    line: 'waiting until the object has ended',
    status: '0 of 1 gone; still running: pid 2102',
    ok: false,
    waited: true,
  });
  expect([...reportEnded({ total: 2, outcome: 'gone', left: [] })]).toEqual([
    { is: 'output', text: '2 of 2 gone' },
  ]);
});

test('nor where it cannot be known whether it has ended', () => {
  expect([...reportUnknownEnd('permission denied')]).toMatchObject([
    { ok: false, status: 'unknown: permission denied' },
  ]);
});
