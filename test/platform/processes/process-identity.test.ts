import { describe, expect, test } from 'vitest';
import {
  formatPidNamespace,
  isProcessAlive,
  ownPidNamespace,
  type PidNamespace,
  type ProcessInspector,
  type ProcessRef,
  parsePidNamespace,
  pidNamespaceVisibility,
} from '../../../src/platform/processes/process-identity.ts';

const whole = '4026531836';
const here: PidNamespace = { machine: 'abc', boot: 'b-1', space: whole };

test('a place is formatted as one word and parsed back', async () => {
  expect(parsePidNamespace(formatPidNamespace(here))).toEqual(here);
  expect(parsePidNamespace(formatPidNamespace({ ...here, machine: '' }))).toEqual({ ...here, machine: '' });
  for (const text of ['', undefined, 'vm-1', 'a/b', 'a/b/c', 'a b/c/1'])
    expect(parsePidNamespace(text)).toBeUndefined();
  const own = await ownPidNamespace();
  if (process.platform === 'linux') expect(own && parsePidNamespace(formatPidNamespace(own))).toEqual(own);
});

test.each<[string, Partial<PidNamespace>, ReturnType<typeof pidNamespaceVisibility>]>([
  ['the same place', {}, 'here'],
  ['another container of this boot', { space: '4026532999' }, 'elsewhere'],
  ['an earlier boot of this machine', { boot: 'b-0' }, 'ended'],
  ['another machine', { boot: 'b-7', machine: 'xyz' }, 'elsewhere'],
  [
    'a container of another boot with the same machine id in its image',
    { boot: 'b-7', space: '4026532999' },
    'elsewhere',
  ],
  ['another boot of a machine without an id', { boot: 'b-7', machine: '' }, 'elsewhere'],
])('%s', (_, other, sight) => {
  expect(pidNamespaceVisibility({ ...here, ...other }, here)).toBe(sight);
});

describe('whether a process is running', () => {
  const seer = (
    starts: Readonly<Record<number, string>>,
    place: PidNamespace | undefined = here,
  ): ProcessInspector => ({
    hostname: () => 'vm-1',
    place: async () => place,
    start: async (pid) => starts[pid],
  });
  const named = (more: Partial<ProcessRef> = {}): ProcessRef => ({
    host: 'vm-1',
    pid: 7,
    start: 's 1',
    place: formatPidNamespace(here),
    ...more,
  });
  const otherContainer = formatPidNamespace({ ...here, space: '4026532999' });

  test.each<[string, ProcessRef, ProcessInspector, boolean | 'unknown']>([
    ['it is running', named(), seer({ 7: 's 1' }), true],
    ['it has ended', named(), seer({}), false],
    ['its id was reused by a later process', named(), seer({ 7: 's 2' }), false],
    [
      'in another container with this host name and a process with its id',
      named({ place: otherContainer }),
      seer({ 7: 's 2' }),
      'unknown',
    ],
    [
      'in another container, without a process with its id here',
      named({ place: otherContainer }),
      seer({}),
      'unknown',
    ],
    ['this host was renamed, and it has ended', named({ host: 'old-name' }), seer({}), false],
    ['this host was renamed, and it is running', named({ host: 'old-name' }), seer({ 7: 's 1' }), true],
    [
      'before a reboot of this machine under another name',
      named({ host: 'old-name', place: formatPidNamespace({ ...here, boot: 'b-0' }) }),
      seer({ 7: 's 1' }),
      false,
    ],
    [
      'written by a version without places: compared by host name',
      { host: 'vm-1', pid: 7, start: 's 1' },
      seer({ 7: 's_1' }),
      true,
    ],
    [
      'written by such a version on another host',
      { host: 'vm-2', pid: 7, start: 's 1' },
      seer({}),
      'unknown',
    ],
    ['a text without a process id', { host: '', pid: Number.NaN }, seer({}), false],
  ])('%s', async (_, process, machine, alive) => {
    expect(await isProcessAlive(process, machine)).toBe(alive);
  });
});
