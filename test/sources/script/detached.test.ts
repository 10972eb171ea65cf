import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import type { ActEvent, Plan } from '../../../src/domain/runbooks/operation.ts';
import { openChangeIo } from '../../../src/doors/change-io.ts';
import { openReadIo } from '../../../src/doors/read-io.ts';
import { processStart } from '../../../src/platform/processes/process-identity.ts';
import { systemClock } from '../../../src/platform/runtime/clock.ts';
import { withCreatedIds } from '../../../src/runs/context/act-step.ts';
import type { Operation } from '../../../src/sources/kit/contract/source.ts';
import { script } from '../../../src/sources/script/index.ts';
import { longTest } from '../../support/layer.ts';

const never = new AbortController().signal;

/** A service with a child process: both end on TERM of their group. */
const service = `#!/bin/sh
echo "started with $*"
sleep 600 &
echo "child $!"
wait
`;

interface Opened {
  readonly dir: string;
  readonly log: string;
  readonly start: Operation;
  readonly stop: Operation;
  act(operation: Operation, plan: Plan): Promise<readonly ActEvent[]>;
}

/** Opens a script source in a directory of its own; what is still running at the end is stopped. */
const opened = async (): Promise<Opened> => {
  const dir = await mkdtemp(join(tmpdir(), 'opsdeck-detached-'));
  await writeFile(join(dir, 'service'), service, { mode: 0o755 });
  await writeFile(join(dir, 'broken'), '#!/bin/sh\necho no configuration\nexit 7\n', { mode: 0o755 });
  const clock = systemClock();
  const io = openReadIo(clock, { stateDir: join(dir, 'state') });
  const config = script.config.parse({});
  const source = await script.open({ id: 's', env: 'test', config, signals: [], dir }, io);
  const operation = (name: string): Operation => {
    const found = source.operations.find((other) => other.name === name);
    if (found === undefined) throw new Error(`no operation ${name}`);
    return found;
  };
  const onlyOpened: Opened = {
    dir,
    log: join(dir, 'state', 'detached', 'api.log'),
    start: operation('start'),
    stop: operation('stop'),
    act: async (op, plan) => {
      const change = openChangeIo(clock);
      const events: ActEvent[] = [];
      for await (const event of op.act(plan, change, never)) events.push(event);
      await change.close();
      return events;
    },
  };
  onTestFinished(async () => {
    const left = await onlyOpened.stop.plan({ name: 'api' }, never).catch(() => undefined);
    if (left !== undefined) await onlyOpened.act(onlyOpened.stop, left);
    await source.close();
    await rm(dir, { recursive: true, force: true });
  });
  return onlyOpened;
};

const made = (events: readonly ActEvent[]): Readonly<Record<string, string>> =>
  Object.fromEntries(events.flatMap((event) => (event.is === 'made' ? [[event.key, event.value]] : [])));

const answer = (events: readonly ActEvent[]) => events.find((event) => event.is === 'answered');

longTest('a program runs on after its run, in a session of its own, with its output in a file', async () => {
  const { start, stop, act, log, dir } = await opened();
  const plan = await start.plan({ name: 'api', argv: ['./service', 'a b', '$HOME'] }, never);
  expect(plan).toMatchObject({
    danger: 'disruptive',
    calls: [{ line: `setsid ./service 'a b' '$HOME' >> ${log} 2>&1 &` }],
  });
  expect(await start.recheck(plan, never)).toBeUndefined();
  const events = await act(start, plan);
  expect(answer(events)).toMatchObject({ ok: true });
  const { pid = '', start: since = '' } = made(events);
  // The start time that the platform reads has the same form.
  expect(await processStart(Number(pid))).toBe(since);
  const stat = (await readFile(`/proc/${pid}/stat`, 'utf8')).replace(/^.*\) /s, '').split(' ');
  expect(stat.slice(2, 4)).toEqual([pid, pid]);
  const environ = await readFile(`/proc/${pid}/environ`, 'utf8');
  expect(environ.split('\0').filter((part) => part.startsWith('OPSDECK_RUN='))).toEqual([]);
  const output = await readFile(log, 'utf8');
  expect(output).toContain('started with a b $HOME');

  await expect(start.plan({ name: 'api', argv: ['./service'] }, never)).rejects.toThrow(
    `api already runs as process ${pid} (service): stop that one first`,
  );
  expect(await start.recheck(plan, never)).toMatchObject({ found: expect.stringContaining('already runs') });

  const undo = start.undo?.(plan);
  const call = undo === undefined ? undefined : withCreatedIds(undo, made(events));
  expect(call).toEqual({
    use: 's.stop',
    with: { name: 'api', pid, start: since },
    title: 'Stop api',
    pins: 'gone',
  });
  const stopping = await stop.plan(call?.with ?? {}, never);
  expect(stopping.calls).toEqual([{ line: `kill -s TERM -- -${pid}`, target: 0 }]);
  expect(answer(await act(stop, stopping))).toMatchObject({ ok: true });
  const child = Number(/child (\d+)/.exec(output)?.[1]);
  expect(await processStart(Number(pid))).toBeUndefined();
  expect(await processStart(child)).toBeUndefined();
  await expect(stop.plan(call?.with ?? {}, never)).rejects.toThrow('api has ended');
  expect(dir).not.toBe('');
});

test('only the process that was started is stopped: not a later one with its ID', async () => {
  const { start, stop, act } = await opened();
  const events = await act(start, await start.plan({ name: 'api', argv: ['./service'] }, never));
  const { pid = '', start: since = '' } = made(events);
  const other = since.replace(/\d+$/, (ticks) => String(Number(ticks) - 1));
  await expect(stop.plan({ name: 'api', pid, start: other }, never)).rejects.toThrow(
    `no process ${pid} with that start time`,
  );
  // The process is replaced after the plan: the script compares it once more before it sends anything.
  const plan = await stop.plan({ name: 'api', pid, start: since }, never);
  const [target] = plan.targets;
  if (target === undefined) throw new Error('no target');
  const replaced = { ...plan, targets: [{ ...target, uid: target.uid.replace(since, other) }] };
  expect(answer(await act(stop, replaced))).toMatchObject({
    ok: false,
    status: `status 4: process ${pid} is another process: nothing was sent`,
  });
  expect(await processStart(Number(pid))).toBe(since);
});

test('nothing is started while a server listens at the address', async () => {
  const { start } = await opened();
  const server = createServer((socket) => socket.end());
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  const port = typeof address === 'object' ? address?.port : 0;
  const call = { name: 'api', argv: ['./service'], url: `http://127.0.0.1:${port}` };
  await expect(start.plan(call, never)).rejects.toThrow(`http://127.0.0.1:${port} already answers`);
  await new Promise((resolve) => server.close(resolve));
  expect(await start.plan(call, never)).toMatchObject({ targets: [{ name: 'api' }] });
});

test('a program that ends at once is a failure, with its status and the end of its output', async () => {
  const { start, stop, act } = await opened();
  const events = await act(start, await start.plan({ name: 'api', argv: ['./broken'] }, never));
  expect(answer(events)).toMatchObject({ ok: false, status: 'status 1: it ended at once with status 7' });
  expect(events).toContainEqual({ is: 'output', text: 'no configuration' });
  await expect(stop.plan({ name: 'api' }, never)).rejects.toThrow('api has ended');
});

test('a missing program and a name with a path are refused before anything is started', async () => {
  const { start } = await opened();
  await expect(start.plan({ name: 'api', argv: ['./absent'] }, never)).rejects.toThrow('absent');
  await expect(start.plan({ name: '../api', argv: ['./service'] }, never)).rejects.toThrow('letters, digits');
});
