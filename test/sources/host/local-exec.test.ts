import { realpath } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { expect, test } from 'vitest';
import { answerOf, linesOf, openHosts } from './hosts.ts';

const here = { ssh: undefined, config: undefined, client: undefined, units: [], ports: [], local: true };

test('a local program starts in the working directory and environment of the profile', async () => {
  process.env.OPSDECK_TEST_PASSED = 'passed on';
  process.env.OPSDECK_TEST_TOKEN = 'hunter2-hunter2';
  const passes = ['OPSDECK_TEST_PASSED', 'OPSDECK_TEST_TOKEN', 'OPSDECK_TEST_UNSET'];
  await using hosts = await openHosts({ config: { ...here, cwd: tmpdir(), passes } });
  const script = 'pwd; echo "$OPSDECK_TEST_PASSED, $OPSDECK_TEST_TOKEN, ${OPSDECK_TEST_UNSET-unset}, $1"';
  const plan = await hosts.plan('exec', { argv: ['env', 'DRY_RUN=true', 'sh', '-c', script, 'sh', 'x'] });
  const events = await hosts.act(plan);
  expect(linesOf(events)).toEqual([await realpath(tmpdir()), 'passed on, …masked, unset, x']);
  expect(answerOf(events)).toMatchObject({ ok: true });
});

test('a working directory is refused for hosts behind ssh', async () => {
  await expect(openHosts({ config: { cwd: '/tmp' } })).rejects.toThrow(/work only with local: true/);
});
