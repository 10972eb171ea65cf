import { expect, test } from 'vitest';
import {
  type DoctorCheck,
  lacking,
  runChecks,
  withCheckLimit,
} from '../../../../src/sources/kit/contract/doctor-checks.ts';
import { manualClock } from '../../../support/manual-clock.ts';

const source = 'api';
const of = {
  source,
  fault: (call: string, error: unknown) => ({
    kind: 'unreachable' as const,
    message: `${call}: ${error}`,
    remedy: 'start it',
  }),
};

const passes: DoctorCheck = { call: '/a', run: async () => ['readable', { ok: true, what: 'fast' }] };
const throws: DoctorCheck = {
  call: '/b',
  run: async () => {
    throw 'refused';
  },
};

const run = (...checks: readonly DoctorCheck[]) => runChecks(of, checks, AbortSignal.abort());

test('a check that throws is a finding with its call, the reason and the remedy, and stops no other', async () => {
  expect(await run(throws, passes)).toEqual([
    { source, ok: false, what: '/b: refused', remedy: 'start it' },
    { source, ok: true, what: 'readable' },
    { source, ok: true, what: 'fast' },
  ]);
});

test('a check may say something else about its failure', async () => {
  const failed: DoctorCheck['failed'] = ({ kind }) => lacking(`${kind}`);
  expect(await run({ ...throws, failed })).toEqual([{ source, ok: false, what: 'unreachable' }]);
});

test('a gate that does not pass keeps the checks after it from running', async () => {
  let ran = 0;
  const after: DoctorCheck = {
    call: '/c',
    run: async () => {
      ran++;
      return 'after';
    },
  };
  expect(await run({ ...throws, isGate: true }, after)).toHaveLength(1);
  expect(ran).toBe(0);
  expect((await run({ ...passes, isGate: true }, after)).map(({ what }) => what)).toEqual([
    'readable',
    'fast',
    'after',
  ]);
});

test('a check that is slower than a reading may be is a finding, also when it waits under another signal', async () => {
  const clock = manualClock();
  const never: DoctorCheck = { call: '/d', run: () => new Promise(() => undefined) };
  const limited = withCheckLimit(new AbortController().signal, { clock, timeoutMs: 2000 });
  const findings = runChecks(of, [never, passes], limited);
  await clock.advance(2000);
  const [slow, fast] = await findings;
  expect(slow).toMatchObject({ ok: false, what: expect.stringMatching(/^\/d: .*no answer in 2000 ms$/) });
  expect(fast).toMatchObject({ ok: true, what: 'readable' });
});
