import { spawnSync } from 'node:child_process';
import { expect, test } from 'vitest';
import { longTest } from '../../support/layer.ts';
import { answerOf, linesOf, never, openHosts } from './hosts.ts';

const unit = 'eventmesh-api';

test('a restart shows the exact argv, pins the current unit invocation, and creates a new one', async () => {
  await using hosts = await openHosts();
  const plan = await hosts.plan('systemctl', { unit, verb: 'restart', host: 'vm-2' });
  expect(plan).toMatchObject({
    use: 'hosts.systemctl',
    danger: 'disruptive',
    targets: [{ name: unit, saw: expect.stringMatching(/^active \(running\), pid \d+$/), where: 'vm-2' }],
    lost: 'work in progress',
    reach: { share: { part: 1, whole: 2, of: 'hosts' } },
  });
  expect(plan.calls[0]?.line).toMatch(/ -- vm-2 "'sudo' '-n' 'systemctl' 'restart' 'eventmesh-api'"$/);
  expect(plan.calls[0]?.command).toMatch(/^ssh -F \S+ vm-2 sudo -n systemctl restart eventmesh-api$/);
  expect(await hosts.operation('systemctl').recheck(plan, never)).toBeUndefined();

  const before = hosts.machine('vm-2').unit.mainPid;
  expect(answerOf(await hosts.act(plan))).toMatchObject({
    ok: true,
    status: 'exited with status 0',
    line: plan.calls[0]?.command,
  });
  await hosts.clock.advance(1000);
  expect(hosts.machine('vm-2').unit.mainPid).not.toBe(before);
  expect(hosts.machine('vm-1').unit.restarts).toBe(0);
  expect(await hosts.operation('systemctl').recheck(plan, never)).toMatchObject({
    planned: `active (running), pid ${before}`,
    found: expect.stringMatching(/^active \(running\), pid \d+$/),
  });
});

test('the undo of stop is start, and the undo of starting a stopped unit is stop', async () => {
  await using hosts = await openHosts();
  const stop = await hosts.plan('systemctl', { unit, verb: 'stop', host: 'vm-1' });
  expect(hosts.operation('systemctl').undo?.(stop)).toMatchObject({
    use: 'hosts.systemctl',
    with: { unit, verb: 'start', host: 'vm-1' },
  });
  await hosts.act(stop);
  const start = await hosts.plan('systemctl', { unit, verb: 'start', host: 'vm-1' });
  expect(start.targets[0]?.saw).toBe('inactive (dead)');
  expect(hosts.operation('systemctl').undo?.(start)).toMatchObject({ with: { verb: 'stop' } });
  const restart = await hosts.plan('systemctl', { unit, verb: 'restart', host: 'vm-2' });
  expect(hosts.operation('systemctl').undo?.(restart)).toBeUndefined();
});

longTest('with several hosts, one must be specified; an unknown unit is not applicable', async () => {
  await using hosts = await openHosts();
  await expect(hosts.plan('systemctl', { unit, verb: 'stop' })).rejects.toMatchObject({
    ending: 'not-applicable',
    message: 'the source has several hosts. Set host: to one of vm-1, vm-2',
  });
  await expect(hosts.plan('systemctl', { unit, verb: 'stop', host: 'vm-7' })).rejects.toMatchObject({
    message: 'the source hosts has no host "vm-7". Available: vm-1, vm-2',
  });
  await expect(hosts.plan('systemctl', { unit: 'absent', verb: 'stop', host: 'vm-1' })).rejects.toMatchObject(
    {
      ending: 'not-applicable',
      message: 'unit absent not found on vm-1: check the name of the unit',
    },
  );
  await expect(hosts.plan('systemctl', { unit: '--force', verb: 'stop', host: 'vm-1' })).rejects.toThrow();
});

test('without sudo the command is sent unchanged, and systemd refuses it: executed, with an error', async () => {
  await using hosts = await openHosts({ config: { sudo: false } });
  const plan = await hosts.plan('systemctl', { unit, verb: 'stop', host: 'vm-1' });
  expect(plan.calls[0]?.line).toMatch(/"'systemctl' 'stop' 'eventmesh-api'"$/);
  expect(answerOf(await hosts.act(plan))).toMatchObject({
    ok: false,
    status: 'exited with status 4: Failed to stop eventmesh-api.service: Access denied',
  });
  expect(hosts.machine('vm-1').unit.state).toBe('active');
});

test('a port conflict: a start alone fails again; after killing the process, it succeeds', async () => {
  await using hosts = await openHosts({ incident: 'port-conflict' });
  const start = await hosts.plan('systemctl', { unit, verb: 'start', host: 'vm-1' });
  expect(start.targets[0]?.saw).toBe('failed, exit 1');
  expect(answerOf(await hosts.act(start))).toMatchObject({ ok: true });
  await hosts.clock.advance(30_000);
  expect(hosts.machine('vm-1').unit.state).toBe('failed');

  const ports = await hosts.plan('ports', { port: 8080, host: 'vm-1' });
  expect(linesOf(await hosts.act(ports))).toEqual([
    expect.stringMatching(/^0\.0\.0\.0:8080 {2}pid \d+, python3 -m http\.server 8080, of deploy$/),
  ]);

  const kill = await hosts.plan('kill', { port: 8080, host: 'vm-1' });
  const pid = hosts.machine('vm-1').processes.listening(8080)?.pid ?? 0;
  expect(kill).toMatchObject({
    danger: 'destructive',
    targets: [{ name: String(pid), saw: 'python3 -m http.server 8080', where: 'vm-1' }],
    lost: 'the process ends and loses all data that is not saved',
  });
  expect(kill.objects).toContain('the process listens on port 8080');
  expect(kill.calls[0]?.line).toMatch(new RegExp(`"'sudo' '-n' 'kill' '-TERM' '${pid}'"$`));
  expect(await hosts.operation('kill').recheck(kill, never)).toBeUndefined();
  expect(answerOf(await hosts.act(kill))).toMatchObject({ ok: true });
  expect(await hosts.operation('kill').recheck(kill, never)).toMatchObject({
    found: 'the process has already ended',
  });

  await hosts.act(await hosts.plan('systemctl', { unit, verb: 'start', host: 'vm-1' }));
  await hosts.clock.advance(60_000);
  expect(hosts.machine('vm-1').unit.state).toBe('active');
  expect(hosts.machine('vm-1').instance.running).toBe(true);
});

test('a PID reused by another process is not killed', async () => {
  await using hosts = await openHosts({ incident: 'port-conflict' });
  const plan = await hosts.plan('kill', { port: 8080, host: 'vm-1' });
  const { processes } = hosts.machine('vm-1');
  const old = processes.listening(8080);
  if (old === undefined) throw new Error('no process holds the port');
  processes.end(old.pid);
  processes.start({ ...old, startedAt: old.startedAt + 10 }, old.pid);
  expect(await hosts.operation('kill').recheck(plan, never)).toMatchObject({
    planned: 'python3 -m http.server 8080',
    found: 'the process has ended, and another process has that process ID now: python3 -m http.server 8080',
  });
});

test.each([
  [
    'the main process of a unit',
    { port: 8080 },
    'port 8080 on vm-1 is held by the unit itself, so no other process blocks the unit',
  ],
  [
    'a port without a listener',
    { port: 9 },
    'no process listens on port 9 of vm-1, so there is nothing to kill',
  ],
  [
    'sshd',
    { pid: 412 },
    /^process 412 on vm-1 is sshd: .*, which opsdeck never kills: the host needs this process$/,
  ],
  ['a missing process', { pid: 99_999 }, 'process 99999 not found on vm-1: choose another process'],
])('%s is not killed', async (_, params, message) => {
  await using hosts = await openHosts();
  await expect(hosts.plan('kill', { ...params, host: 'vm-1' })).rejects.toMatchObject({
    ending: 'not-applicable',
    message: typeof message === 'string' ? message : expect.stringMatching(message),
  });
});

test('a kernel thread is not killed: a signal would be acknowledged without effect', async () => {
  await using hosts = await openHosts();
  const { processes } = hosts.machine('vm-1');
  const { startedAt } = processes.find(412) ?? { startedAt: 0 };
  const kernel = { user: 'root', startedAt, cpuPercent: 0, rssBytes: 0, isKernel: true };
  processes.start({ ...kernel, parent: 0, args: '[kthreadd]' }, 2);
  const { pid } = processes.start({ ...kernel, parent: 2, args: '[kworker/0:1]' });
  for (const given of [2, pid])
    await expect(hosts.plan('kill', { pid: given, host: 'vm-1' })).rejects.toMatchObject({
      ending: 'not-applicable',
      message: expect.stringMatching(
        new RegExp(`^process ${given} on vm-1 is a kernel thread, \\[k.*\\], which cannot be killed$`),
      ),
    });
});

test('the main process of a unit is killed only on explicit request', async () => {
  await using hosts = await openHosts();
  const pid = hosts.machine('vm-1').unit.mainPid ?? 0;
  await expect(hosts.plan('kill', { pid, host: 'vm-1' })).rejects.toMatchObject({
    message: `process ${pid} is the main process of ${unit}: use systemctl, or set mainPid: true`,
  });
  const plan = await hosts.plan('kill', { pid, mainPid: true, host: 'vm-1' });
  expect(plan.objects.join('\n')).toContain(`belongs to unit ${unit}`);
});

test('a program runs with its exact argv, whatever it contains, and only its own lines are shown', async () => {
  await using hosts = await openHosts();
  const plan = await hosts.plan('exec', { argv: ['echo', "it's", '$(id)', 'a  b'], host: 'vm-1' });
  expect(plan).toMatchObject({
    danger: 'safe',
    targets: [{ name: 'hosts', saw: 'a machine with the host name vm-1' }],
  });
  const events = await hosts.act(plan);
  expect(linesOf(events)).toEqual(["it's $(id) a  b"]);
  expect(answerOf(events)).toMatchObject({ ok: true, line: plan.calls[0]?.command });
  // A shell splits the typed line and passes the last word to a remote shell.
  const typed = spawnSync('sh', ['-c', `set -- ${plan.calls[0]?.command}; shift 3; printf %s "$2"`]);
  const there = spawnSync('sh', ['-c', typed.stdout.toString().replace(/^echo/, "printf '%s\\n'")]);
  expect(there.stdout.toString()).toBe("it's\n$(id)\na  b\n");
});

test('a read-only operation changes nothing, and shows the output of each host', async () => {
  await using hosts = await openHosts({ incident: 'crashed' });
  const shown = async (name: string, params: Readonly<Record<string, unknown>>) =>
    linesOf(await hosts.act(await hosts.plan(name, params)));
  expect(await shown('journal', { unit, lines: 50, include: 'panicked' })).toEqual([
    expect.stringMatching(/^vm-1 {2}2026-\S+Z {2}thread 'tokio-runtime-worker' panicked at /),
    expect.stringMatching(/^vm-2 {2}2026-\S+Z {2}thread 'tokio-runtime-worker' panicked at /),
  ]);
  expect(await shown('tail', { file: '/var/log/eventmesh/api.log', lines: 1, host: 'vm-1' })).toEqual([
    expect.stringMatching(/ERROR riptide_api: panicked at /),
  ]);
  expect(await shown('processes', { match: 'riptide', host: 'vm-1' })).toEqual([
    'no process matches: riptide',
  ]);
  expect(await shown('top', { count: 1, host: 'vm-1' })).toEqual([
    expect.stringMatching(/% .* MiB {2}pid 1, /),
  ]);
  const status = await hosts.plan('systemctl', { unit, verb: 'status', host: 'vm-1' });
  expect(hosts.operation('systemctl').danger(status.params)).toBe('read');
  const events = await hosts.act(status);
  expect(linesOf(events)[0]).toBe(`× ${unit}.service - ${unit}`);
  expect(answerOf(events)).toMatchObject({ ok: true, status: 'exited with status 3' });
});
