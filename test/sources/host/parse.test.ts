import { describe, expect, test } from 'vitest';
import {
  commandError,
  parseTimestamp,
  wholeNumber,
} from '../../../src/sources/host/machine/command-batch.ts';
import { isSameEntry, parseJournalEntry } from '../../../src/sources/host/parse/journal.ts';
import {
  countConnections,
  lineage,
  matchesName,
  parseListeners,
  parseProcesses,
} from '../../../src/sources/host/parse/processes.ts';
import {
  parseUnits,
  unitDetail,
  unitRow,
  unitStatus,
  unitSummary,
} from '../../../src/sources/host/parse/units.ts';
import {
  cpuBusyPercent,
  diskBusyPercent,
  parseCpuTicks,
  parseDarwinCpu,
  parseDarwinMemory,
  parseDiskUsage,
  parseLoadAverages,
  parseMemoryPercent,
} from '../../../src/sources/host/parse/usage.ts';

describe('usage', () => {
  test('CPU is the non-idle time between two readings; I/O wait is idle, guest time is counted once', () => {
    const before = parseCpuTicks('cpu  1000 10 300 8000 200 5 5 20 100 0\nintr 1\n');
    expect(before).toEqual({ total: 9540, idle: 8200 });
    const now = parseCpuTicks('cpu  1060 10 310 8020 210 5 5 20 160 0\n');
    expect(cpuBusyPercent(before, now)).toBe(70);
  });

  test.each([
    ['no time has passed', { total: 100, idle: 50 }],
    ['the host was rebooted', { total: 60, idle: 20 }],
  ])('there is no CPU when %s', (_, now) => {
    expect(cpuBusyPercent({ total: 100, idle: 50 }, now)).toBeUndefined();
  });

  test('an old kernel with four columns is read, and invalid data is malformed', () => {
    expect(parseCpuTicks('cpu 1 2 3 4\n')).toEqual({ total: 10, idle: 4 });
    expect(() => parseCpuTicks('cpu0 1 2 3 4\n')).toThrow(
      'opsdeck cannot parse the first line of /proc/stat: look at the file on the host',
    );
  });

  test('memory counts what is not available', () => {
    expect(parseMemoryPercent('MemTotal:  1000 kB\nMemFree: 10 kB\nMemAvailable:    250 kB\n')).toBe(75);
    expect(() => parseMemoryPercent('MemTotal: 1000 kB\nMemFree: 10 kB\n')).toThrow('MemAvailable');
  });

  test('load averages of Linux and of macOS', () => {
    expect(parseLoadAverages('0.31 0.28 1.27 1/142 999\n')).toEqual({ 1: 0.31, 5: 0.28, 15: 1.27 });
    expect(parseLoadAverages('{ 1.52 1.40 1.33 }\n')).toEqual({ 1: 1.52, 5: 1.4, 15: 1.33 });
    expect(() => parseLoadAverages('up 3 days')).toThrow(
      'opsdeck cannot parse /proc/loadavg: look at the file on the host',
    );
  });

  test('the busiest disk counts: an idle one is 0 %, and one whose counter was reset is left out', () => {
    const before = new Map([
      ['sda', 500],
      ['sdb', 900],
    ]);
    expect(diskBusyPercent(before, before, 1000)).toBe(0);
    expect(diskBusyPercent(before, new Map([...before, ['sda', 750]]), 1000)).toBe(25);
    expect(diskBusyPercent(before, new Map([['sda', 10]]), 1000)).toBeUndefined();
  });

  test('disk usage as in df: relative to the space available to ordinary users', () => {
    const out = [
      'Filesystem     1024-blocks     Used Available Capacity Mounted on',
      '/dev/vda1           100000    60000     20000      75% /',
      'map auto home            0        0         0     100% /home',
      'host:/a b           100000    90000     10000      90% /mnt/two words',
      '',
    ].join('\n');
    expect(parseDiskUsage(out)).toEqual([
      { device: '/dev/vda1', mountedOn: '/', usedPercent: 75 },
      { device: 'host:/a b', mountedOn: '/mnt/two words', usedPercent: 90 },
    ]);
    expect(() => parseDiskUsage('df: no file systems processed\n')).toThrow('no file system');
  });

  test('macOS', () => {
    const top = 'CPU usage: 50.0% user, 0.0% sys, 50.0% idle\nCPU usage: 4.25% user, 8.25% sys, 87.5% idle\n';
    expect(parseDarwinCpu(top)).toBe(12.5);
    const pages = [
      '17179869184',
      'Mach Virtual Memory Statistics: (page size of 16384 bytes)',
      'Pages free:                                4000.',
      'Pages active:                            131072.',
      'Pages wired down:                        131072.',
      'Pages occupied by compressor:            262144.',
    ];
    expect(parseDarwinMemory(pages.join('\n'))).toBe(50);
    expect(() => parseDarwinMemory('17179869184\n')).toThrow('vm_stat');
  });
});

const block = (lines: Readonly<Record<string, string>>): string =>
  Object.entries({ LoadState: 'loaded', ...lines })
    .map(([key, value]) => `${key}=${value}`)
    .join('\n');

describe('units', () => {
  const running = block({
    Id: 'api.service',
    ActiveState: 'active',
    SubState: 'running',
    Result: 'success',
    MainPID: '711',
    NRestarts: '2',
    ExecMainStartTimestamp: 'Wed 2026-03-04 10:15:07 UTC',
    ExecMainCode: '0',
    ExecMainStatus: '0',
    MemoryCurrent: '1048576',
  });
  const failed = block({
    Id: 'worker@1.service',
    ActiveState: 'failed',
    SubState: 'failed',
    Result: 'exit-code',
    MainPID: '0',
    NRestarts: '5',
    ExecMainStartTimestamp: '',
    ExecMainCode: '1',
    ExecMainStatus: '101',
    MemoryCurrent: '[not set]',
  });

  test('each start of a unit has its own invocation id', () => {
    const uidOf = (InvocationID: string) =>
      parseUnits(block({ Id: 'api.service', ActiveState: 'active', InvocationID })).map(
        (unit) => unitRow(unit, (position) => position, 0).uid,
      );
    expect([...uidOf('1f'), ...uidOf('2f'), ...uidOf('')]).toEqual(['1f', '2f', undefined]);
  });

  test.each([
    [
      'a job that has run',
      { Type: 'oneshot', ExecMainStartTimestamp: 'Wed 2026-03-04 10:15:07 UTC' },
      'succeeded 0/0',
    ],
    ['a job that has not run yet', { Type: 'oneshot' }, 'has not run since the host started 0/0'],
    ['a job that failed', { Type: 'oneshot', Result: 'exit-code' }, 'inactive 0/1'],
    ['a service that was stopped', { Type: 'simple' }, 'inactive 0/1'],
    ['a masked unit', { LoadState: 'masked' }, 'masked 0/0'],
    [
      'a skipped unit',
      { ConditionResult: 'no', ConditionTimestamp: 'Wed 2026-03-04 10:15:07 UTC' },
      'skipped: unit condition not met 0/0',
    ],
    ['a service that was never started', { ConditionResult: 'no', ConditionTimestamp: '' }, 'inactive 0/1'],
    ['a job at work', { Type: 'oneshot', ActiveState: 'activating' }, 'activating 0/1 in time'],
    [
      'a service in its first minute',
      { ActiveState: 'activating', InactiveExitTimestamp: 'Wed 2026-03-04 10:14:10 UTC' },
      'activating 0/1 in time',
    ],
    [
      'a service that takes longer',
      { ActiveState: 'activating', InactiveExitTimestamp: 'Wed 2026-03-04 10:14:00 UTC' },
      'activating 0/1 slow',
    ],
  ])('what ended as intended has not failed, and what starts has time: %s', (_, own, expected) => {
    const [unit] = parseUnits(
      block({ Id: 'api.service', LoadState: 'loaded', ActiveState: 'inactive', Result: 'success', ...own }),
    );
    if (unit === undefined) throw new Error('no unit');
    const row = unitRow(unit, (position) => position, Date.parse('2026-03-04T10:15:07Z'));
    expect([`${row.status} ${row.ready}/${row.wanted}`, row.starting].join(' ').trim()).toBe(expected);
  });

  test('several units in one output; values not tracked by systemd are absent', () => {
    const [api, worker] = parseUnits(`${running}\n\n${failed}\n`).map((unit) => unitRow(unit, (at) => at, 0));
    expect(api).toEqual({
      kind: 'unit',
      name: 'api',
      status: 'active (running)',
      ready: 1,
      wanted: 1,
      restarts: 2,
      startedAt: Date.parse('2026-03-04T10:15:07Z'),
      memoryBytes: 1_048_576,
      detail: 'pid 711',
    });
    expect(worker).toEqual({
      kind: 'unit',
      name: 'worker@1',
      status: 'failed',
      ready: 0,
      wanted: 1,
      restarts: 5,
      detail: 'exit 101',
    });
  });

  test.each([
    [{ ActiveState: 'activating', SubState: 'auto-restart', Result: 'exit-code', NRestarts: '3' }, 'failed'],
    [{ ActiveState: 'activating', SubState: 'start', Result: 'success', NRestarts: '3' }, 'failed'],
    [
      { ActiveState: 'activating', SubState: 'start', Result: 'success', NRestarts: '0' },
      'activating (start)',
    ],
    [{ ActiveState: 'active', SubState: 'running', Result: 'success', NRestarts: '3' }, 'active (running)'],
  ])('between two automatic restarts a unit has failed: %j', (of, status) => {
    const text = Object.entries({ Id: 'api.service', LoadState: 'loaded', ...of }).map((entry) =>
      entry.join('='),
    );
    const [unit] = parseUnits(`${text.join('\n')}\n`);
    if (unit === undefined) throw new Error('no unit');
    expect(unitRow(unit, (position) => position, 0).status).toBe(status);
  });

  test.each([
    [
      {
        ActiveState: 'activating',
        SubState: 'auto-restart',
        Result: 'signal',
        ExecMainCode: '2',
        ExecMainStatus: '9',
      },
      'activating (auto-restart), killed by signal 9, signal',
    ],
    [
      {
        ActiveState: 'failed',
        SubState: 'failed',
        Result: 'oom-kill',
        ExecMainCode: '2',
        ExecMainStatus: '9',
      },
      'failed, killed by signal 9, oom-kill',
    ],
    [
      {
        ActiveState: 'failed',
        SubState: 'failed',
        Result: 'timeout',
        ExecMainCode: '0',
        ExecMainStatus: '0',
      },
      'failed, timeout',
    ],
    [
      {
        ActiveState: 'inactive',
        SubState: 'dead',
        Result: 'success',
        ExecMainCode: '1',
        ExecMainStatus: '0',
      },
      'inactive (dead)',
    ],
    [
      { LoadState: 'not-found', ActiveState: 'inactive', SubState: 'dead' },
      'this host has no unit of this name: check the name',
    ],
  ])('%o as text', (lines, words) => {
    const [unit] = parseUnits(block({ Id: 'x.service', ...lines }));
    expect(unit && unitSummary(unit)).toBe(words);
  });

  test('a memory of 2^64 − 1 is absent, and invalid output is not a unit', () => {
    const [unit] = parseUnits(
      block({
        Id: 'x.service',
        ActiveState: 'active',
        SubState: 'running',
        MemoryCurrent: '18446744073709551615',
      }),
    );
    expect(unit).not.toHaveProperty('memoryBytes');
    expect(unit && unitStatus(unit)).toBe('active (running)');
    expect(unit && unitDetail(unit)).toBe('');
    expect(parseUnits('System has not been booted\n')).toEqual([]);
  });
});

describe('processes', () => {
  const out = [
    '    1     0 Fri Nov 20 08:20:46 2026 root                              0.3 22332 systemd          /sbin/init splash',
    '  711     1 Wed Mar  4 10:15:07 2026 deploy                           11.5  1024 riptide-api      /opt/api/bin/riptide-api --config a b',
    '  712   711 Wed Mar  4 10:15:08 2026 a-very-long-user-name-of-33-chars 0.0    12 tmux: server     tmux new',
    '    5     2 Fri Nov 20 08:20:46 2026 root                              0.0     0 kworker/R-sync_w [kworker/R-sync_wq]',
    'garbage',
  ].join('\n');
  const all = parseProcesses(out, true);

  test('columns, a name with a space, and a user name wider than its column', () => {
    expect(all.map(({ pid, parent, user, name, args }) => [pid, parent, user, name, args])).toEqual([
      [1, 0, 'root', 'systemd', '/sbin/init splash'],
      [711, 1, 'deploy', 'riptide-api', '/opt/api/bin/riptide-api --config a b'],
      [712, 711, 'a-very-long-user-name-of-33-chars', 'tmux: server', 'tmux new'],
      [5, 2, 'root', 'kworker/R-sync_w', '[kworker/R-sync_wq]'],
    ]);
    expect(all[1]).toMatchObject({
      startedAt: Date.parse('2026-03-04T10:15:07Z'),
      cpuPercent: 11.5,
      rssBytes: 1_048_576,
    });
  });

  test('a process that uses a core or more has no decimal in its percentage', () => {
    const busy =
      '  711     1 Wed Mar  4 10:15:07 2026 deploy 153 1048576 riptide-api      /opt/api/bin/riptide-api\n';
    expect(parseProcesses(busy, true)).toMatchObject([{ pid: 711, cpuPercent: 153, name: 'riptide-api' }]);
  });

  test('without a name column, the name is that of the program', () => {
    const [proc] = parseProcesses('  88     1 Wed Mar  4 10:15:07 2026 me  0,5  10 -/bin/zsh -l\n', false);
    expect(proc).toMatchObject({ name: 'zsh', args: '-/bin/zsh -l', cpuPercent: 0.5 });
  });

  test.each([
    ['riptide', true],
    ['riptide-api', true],
    ['config', false],
  ])('is it called %s: %s', (wantedProcessName, is) => {
    expect(all[1] && matchesName(all[1], wantedProcessName)).toBe(is);
  });

  test('a process and its ancestors, even in a cyclic table', () => {
    expect(lineage(712, all)).toEqual([712, 711, 1]);
    const circle = all.map((proc) => (proc.pid === 1 ? { ...proc, parent: 711 } : proc));
    expect(lineage(712, circle)).toEqual([712, 711, 1]);
  });
});

describe('sockets', () => {
  test('holders, several of them, or none if they are unknown', () => {
    const out = [
      'LISTEN 0      511          0.0.0.0:80         0.0.0.0:*    users:(("nginx",pid=12,fd=6),("nginx",pid=11,fd=6),("nginx",pid=11,fd=7))',
      'LISTEN 0      4096            [::]:8080          [::]:*    users:(("tmux: (server)",pid=7,fd=3))',
      'LISTEN 0      4096   127.0.0.53%lo:53         0.0.0.0:*',
      'Netid State',
    ].join('\n');
    expect(parseListeners(out)).toEqual([
      {
        address: '0.0.0.0',
        port: 80,
        holders: [
          { pid: 12, name: 'nginx' },
          { pid: 11, name: 'nginx' },
        ],
      },
      { address: '[::]', port: 8080, holders: [{ pid: 7, name: 'tmux: (server)' }] },
      { address: '127.0.0.53', port: 53, holders: [] },
    ]);
  });

  test('connections are formatted as lines', () => {
    expect(countConnections('0 0 10.0.0.1:8080 10.0.0.9:1\n0 0 10.0.0.1:8080 10.0.0.9:2\n')).toBe(2);
    expect(countConnections('')).toBe(0);
  });
});

describe('the journal', () => {
  test('a multi-line entry, its time and its cursor', () => {
    const line = JSON.stringify({
      __CURSOR: 's=1;i=2',
      __REALTIME_TIMESTAMP: '1772619307123456',
      MESSAGE: 'a\u001b[31m\nb\n',
    });
    expect(parseJournalEntry(line)).toEqual({ lines: ['a', 'b'], at: 1_772_619_307_123, cursor: 's=1;i=2' });
  });

  test('a message with invalid UTF-8 is a byte array; one that is too long is absent', () => {
    expect(parseJournalEntry('{"MESSAGE":[104,105,255]}')).toEqual({ lines: ['hi\ufffd'] });
    expect(parseJournalEntry('{"MESSAGE":["one",[116,119,111]],"PRIORITY":"3"}')).toEqual({
      lines: ['one', 'two'],
      level: 'error',
    });
    expect(parseJournalEntry('{"MESSAGE":null}')).toBeUndefined();
    expect(parseJournalEntry('-- No entries --')).toBeUndefined();
    expect(parseJournalEntry('{"MESSAGE":"cut')).toBeUndefined();
  });
});

test('an entry is identified by its cursor, also after the journal was moved', () => {
  const cursor = 's=1;i=2;b=3;m=4;t=5;x=6';
  expect(isSameEntry(cursor, cursor)).toBe(true);
  expect(isSameEntry(cursor, 's=9;i=1;b=3;m=4;t=5;x=6')).toBe(true);
  expect(isSameEntry(cursor, 's=1;i=3;b=3;m=4;t=5;x=7')).toBe(false);
  expect(isSameEntry('s=1;i=2;b=3', 's=1;i=3;b=3')).toBe(false);
});

describe('values', () => {
  test.each([
    ['Wed 2026-03-04 10:15:07 UTC', '2026-03-04T10:15:07Z'],
    ['Wed Mar  4 10:15:07 2026', '2026-03-04T10:15:07Z'],
  ])('%s is a time', (text, iso) => expect(parseTimestamp(text)).toBe(Date.parse(iso)));
  test.each(['', 'n/a', '0'.repeat(3) + 'x'])('"%s" is not a time', (text) =>
    expect(parseTimestamp(text)).toBeUndefined(),
  );

  test.each([
    ['0', 0],
    ['[not set]', undefined],
    ['18446744073709551615', undefined],
    ['-1', undefined],
  ])('%s as a number', (text, value) => expect(wholeNumber(text)).toBe(value));

  test.each([
    [127, 'sh: 1: ss: not found', 'missing'],
    [1, 'System has not been booted with systemd as init system (PID 1).', 'missing'],
    [1, 'tail: cannot open /x: Permission denied', 'denied'],
    [1, 'sudo: a password is required', 'denied'],
    [4, 'something else', 'unreachable'],
  ])('status %i with "%s" is %s', (status, err, kind) => {
    expect(commandError({ status, out: '', err })).toMatchObject({
      kind,
      message: `exited with status ${status}: ${err}`,
    });
  });
});
