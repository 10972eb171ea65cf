import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import type { ActEvent, Plan } from '../../../src/domain/runbooks/operation.ts';
import { openChangeIo } from '../../../src/doors/change-io.ts';
import { openReadIo } from '../../../src/doors/read-io.ts';
import { processStart } from '../../../src/platform/processes/process-identity.ts';
import { systemClock } from '../../../src/platform/runtime/clock.ts';
import { withCreatedIds } from '../../../src/runs/context/act-step.ts';
import { host } from '../../../src/sources/host/index.ts';
import type { Operation } from '../../../src/sources/kit/contract/source.ts';
import { longTest } from '../../support/layer.ts';
import { answerOf, linesOf, never, openHosts } from './hosts.ts';

const made = (events: readonly ActEvent[]): Readonly<Record<string, string>> =>
  Object.fromEntries(events.flatMap((event) => (event.is === 'made' ? [[event.key, event.value]] : [])));

const api = { name: 'api', argv: ['sleep', '600'], port: 8081, host: 'vm-1' };

test('a program on a host is started once, kept there, and ended as exactly that process', async () => {
  await using hosts = await openHosts();
  const plan = await hosts.plan('start', api);
  expect(plan).toMatchObject({
    danger: 'disruptive',
    targets: [{ name: 'api', where: 'vm-1', saw: expect.stringMatching(/^a program of 43888 bytes/) }],
    objects: [
      'the program api runs on vm-1 until a person stops the program, also after opsdeck ends',
      'its output is appended to ~/.local/state/opsdeck/detached/api.log',
      'its process ID and start time are kept in ~/.local/state/opsdeck/detached/api.pid',
    ],
  });
  expect(plan.calls[0]?.command).toMatch(/^ssh -F \S+ vm-1 setsid sleep 600$/);
  expect(await hosts.operation('start').recheck(plan, never)).toBeUndefined();
  const events = await hosts.act(plan);
  expect(answerOf(events)).toMatchObject({ ok: true });
  const { pid = '', start = '' } = made(events);
  expect(linesOf(events)).toEqual([`the program runs as process ${pid} (sleep)`]);
  expect(hosts.machine('vm-1').processes.find(Number(pid))?.args).toBe('sleep 600');
  expect(hosts.machine('vm-2').processes.all.map(({ args }) => args)).not.toContain('sleep 600');

  const again = `api already runs as process ${pid} (sleep). opsdeck started that program: stop it first`;
  await expect(hosts.plan('start', api)).rejects.toMatchObject({ ending: 'not-applicable', message: again });
  expect(await hosts.operation('start').recheck(plan, never)).toMatchObject({ found: again });

  const undo = hosts.operation('start').undo?.(plan);
  const call = undo === undefined ? undefined : withCreatedIds(undo, made(events));
  expect(call).toMatchObject({ use: 'hosts.stop', with: { name: 'api', pid, start, host: 'vm-1' } });
  const stop = await hosts.plan('stop', call?.with ?? {});
  expect(stop.calls[0]?.command).toMatch(new RegExp(`vm-1 kill -s TERM -- -${pid}$`));
  expect(await hosts.operation('stop').recheck(stop, never)).toBeUndefined();
  expect(answerOf(await hosts.act(stop))).toMatchObject({ ok: true });
  expect(hosts.machine('vm-1').processes.find(Number(pid))).toBeUndefined();
  expect(await hosts.operation('stop').recheck(stop, never)).toMatchObject({
    found: expect.stringContaining('api has ended'),
  });
});

test('a later process with the same ID is not ended', async () => {
  await using hosts = await openHosts();
  const { pid = '', start = '' } = made(await hosts.act(await hosts.plan('start', api)));
  const other = start.replace(/\d+$/, (ticks) => String(Number(ticks) + 1));
  await expect(hosts.plan('stop', { name: 'api', pid, start: other, host: 'vm-1' })).rejects.toMatchObject({
    ending: 'not-applicable',
    message: `api has ended: no process ${pid} with that start time`,
  });
  // The process is replaced after the plan: the script compares it once more before it sends anything.
  const plan = await hosts.plan('stop', { name: 'api', host: 'vm-1' });
  const targets = plan.targets.map((target) => ({ ...target, uid: target.uid.replace(start, other) }));
  expect(answerOf(await hosts.act({ ...plan, targets }))).toMatchObject({
    ok: false,
    status: `exited with status 4: process ${pid} is another process: nothing was sent`,
  });
  expect(hosts.machine('vm-1').processes.find(Number(pid))).toBeDefined();
});

test('nothing is started on a port in use, without the program, or outside of the named directory', async () => {
  await using hosts = await openHosts();
  await expect(hosts.plan('start', { ...api, port: 8080 })).rejects.toMatchObject({
    ending: 'not-applicable',
    message: 'port 8080 of vm-1 is in use: stop the program that listens there first',
  });
  await expect(hosts.plan('start', { ...api, argv: ['gradlew'], cwd: '/srv/app' })).rejects.toMatchObject({
    ending: 'not-applicable',
    message: 'gradlew is not an executable file on vm-1 in /srv/app: check the path and the permissions',
  });
  expect(await hosts.plan('start', { name: 'api', argv: ['sleep', '600'], host: 'vm-1' })).toMatchObject({
    objects: expect.arrayContaining([
      'because port is not set, opsdeck cannot see whether the program is already running',
    ]),
  });
  await expect(hosts.plan('start', { ...api, name: '../api' })).rejects.toThrow('letters, digits');
});

/** A service with a child process: both end on TERM of their group. */
const service = `#!/bin/sh
echo "started with $* in $PWD"
sleep 600 &
echo "child $!"
wait
`;

/** Opens this machine as a host; what is still running at the end is stopped. */
const openThisMachine = async () => {
  const dir = await mkdtemp(join(tmpdir(), 'opsdeck-detached-'));
  await writeFile(join(dir, 'service'), service, { mode: 0o755 });
  const clock = systemClock();
  const io = openReadIo(clock, { stateDir: join(dir, 'state') });
  const opening = { id: 'here', env: 'test', config: host.config.parse({ local: true }), signals: [], dir };
  const source = await host.open(opening, io);
  const operation = (name: string): Operation => {
    const found = source.operations.find((other) => other.name === name);
    if (found === undefined) throw new Error(`no operation ${name}`);
    return found;
  };
  const act = async (name: string, plan: Plan): Promise<readonly ActEvent[]> => {
    const change = openChangeIo(clock);
    const events: ActEvent[] = [];
    for await (const event of operation(name).act(plan, change, never)) events.push(event);
    await change.close();
    return events;
  };
  onTestFinished(async () => {
    const left = await operation('stop')
      .plan({ name: 'api' }, never)
      .catch(() => undefined);
    if (left !== undefined) await act('stop', left);
    await source.close();
    await rm(dir, { recursive: true, force: true });
  });
  return { dir, operation, act };
};

longTest('on this machine the program leads a session of its own, and ends with its children', async () => {
  const { dir, operation, act } = await openThisMachine();
  const plan = await operation('start').plan({ name: 'api', argv: ['./service', 'a b'], cwd: dir }, never);
  expect(await operation('start').recheck(plan, never)).toBeUndefined();
  const { pid = '', start = '' } = made(await act('start', plan));
  expect(await processStart(Number(pid))).toBe(start);
  const stat = (await readFile(`/proc/${pid}/stat`, 'utf8')).replace(/^.*\) /s, '').split(' ');
  expect(stat.slice(2, 4)).toEqual([pid, pid]);
  const output = await readFile(join(dir, 'state', 'detached', 'api.log'), 'utf8');
  expect(output).toContain(`started with a b in ${dir}`);
  const stop = await operation('stop').plan({ name: 'api' }, never);
  expect(answerOf(await act('stop', stop))).toMatchObject({ ok: true });
  expect(await processStart(Number(pid))).toBeUndefined();
  expect(await processStart(Number(/child (\d+)/.exec(output)?.[1]))).toBeUndefined();
});
