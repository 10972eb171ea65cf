import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { openReadIo } from '../../../../src/doors/read-io.ts';
import { createLogSession } from '../../../../src/logs/following/log-session.ts';
import type { LogsState } from '../../../../src/logs/ring/logs-state.ts';
import { SystemModel } from '../../../../src/simulator/model/system-model.ts';
import { startDockerEndpoint } from '../../../../src/simulator/servers/docker/endpoint.ts';
import { startSshEndpoint } from '../../../../src/simulator/servers/ssh/endpoint.ts';
import { systemSpec } from '../../../../src/simulator/systems.ts';
import { docker } from '../../../../src/sources/docker/index.ts';
import { host } from '../../../../src/sources/host/index.ts';
import type { Source, SourceModule } from '../../../../src/sources/kit/contract/source.ts';
import { kubernetes } from '../../../../src/sources/kubernetes/index.ts';
import { composeView } from '../../../contract/rigs/docker-simulator.ts';
import { seeded } from '../../../logs/following/chaos/chance.ts';
import { gapsIn, missingFrom, rowsOf } from '../../../logs/following/chaos/compared.ts';
import { type ChaosDoor, openChaosDoor } from '../../../logs/following/chaos/cutting-proxy.ts';
import { closeSimulators, kubeStage } from '../../../simulator/kube-stage.ts';
import { type ManualClock, manualClock } from '../../../support/manual-clock.ts';
import { hasOpenSsh } from '../../../support/ssh-client.ts';

/** Test timeout in ms: a busy machine needs long for this many connections. */
const timeoutMs = 180_000;

const never = new AbortController().signal;
const inDir = async (): Promise<string> => {
  const dir = await mkdtemp(join(tmpdir(), 'opsdeck-chaos-'));
  onTestFinished(() => rm(dir, { recursive: true }));
  return dir;
};

const opened = async <C>(module: SourceModule<C>, entry: unknown, clock: ManualClock): Promise<Source> => {
  const opening = { id: module.type, env: 'test', config: module.config.parse(entry), signals: [] };
  const source = await module.open(opening, openReadIo(clock));
  onTestFinished(() => source.close());
  return source;
};

interface Stage {
  readonly clock: ManualClock;
  readonly door: ChaosDoor;
  /** The source through the chaos proxy, and the same source without it. */
  readonly unstable: Source;
  readonly direct: Source;
  /** Writes further lines in addition to those of the simulator. */
  write?(turn: number): void;
}

const doorTo = async (port: number, seed: number): Promise<ChaosDoor> => {
  const door = await openChaosDoor({ host: '127.0.0.1', port }, seeded(seed), 30_000);
  onTestFinished(() => door[Symbol.asyncDispose]());
  return door;
};

/** Advances time, and lets data on real sockets arrive. */
const pass = async (clock: ManualClock, ms: number): Promise<void> => {
  for (let elapsed = 0; elapsed < ms; elapsed += 250) {
    await clock.advance(250);
    await new Promise((resolve) => setTimeout(resolve, 4));
  }
};

/** Reads all lines of a stream so far, without the proxy. */
const written = async (source: Source, name: string): Promise<readonly string[]> => {
  const tail = (await source.tails?.(undefined, never))?.find(({ stream }) => stream === name);
  const texts: string[] = [];
  for await (const event of tail?.open({ follow: false, lines: 100_000 }, never) ?? [])
    if (event.is === 'line') texts.push(event.text);
    else if (event.is === 'chunk')
      texts.push(...Buffer.from(event.bytes).toString().split('\n').slice(0, -1));
    else if (event.is === 'fault') throw new Error(event.fault.message);
  return texts;
};

const readThroughCuts = async ({ clock, door, unstable, direct, write }: Stage, cuts: number) => {
  let state: LogsState | undefined;
  const session = createLogSession({
    clock,
    chance: seeded(7),
    sources: () => new Map([[unstable.id, unstable]]),
    publish: (now) => {
      state = now ?? state;
    },
    showMessage: () => {},
  });
  session.open({ title: 'chaos', of: [{ source: unstable.id }] });
  /** Waits until all streams are live, so that there are connections to cut. */
  const live = async (): Promise<void> => {
    const isLive = (): boolean =>
      state !== undefined &&
      state.streams.length > 0 &&
      state.streams.every((stream) => stream.state === 'live');
    for (let turn = 0; turn < 600 && !isLive(); turn++) {
      await new Promise((resolve) => setTimeout(resolve, 8));
      await pass(clock, 250);
      if (turn % 8 === 7) session.discoverNow();
    }
  };
  await live();
  for (let turn = 0; door.cuts < cuts; turn++) {
    write?.(turn);
    await pass(clock, 2000);
    if (turn % 5 === 4) door.cut();
    await live();
  }
  door.calm();
  await live();
  await pass(clock, 3000);
  const names = (state?.streams ?? []).map(({ name }) => name);
  const texts = new Map<string, readonly string[]>();
  for (const name of names) texts.set(name, await written(direct, name));
  const compared = () =>
    (state?.streams ?? []).map((stream) => {
      const rows = state === undefined ? [] : rowsOf(state.ring).filter((row) => row.stream === stream.index);
      return { stream, rows, wrong: missingFrom(texts.get(stream.name) ?? [], rows) };
    });
  // The last lines may still be in transit: the simulator polls its logs every 200 ms of real time, and a stream that was
  // cut last waits for 30 s and logs in again, which takes seconds on a busy machine.
  for (let turn = 0; turn < 600 && compared().some(({ wrong }) => wrong.length > 0); turn++) {
    await new Promise((resolve) => setTimeout(resolve, 50));
    await pass(clock, 500);
  }
  const streams = compared();
  const ended = session.end();
  await pass(clock, 1000);
  await ended;
  return streams;
};

test(
  'pods through a tunnel that is cut at random bytes',
  async () => {
    onTestFinished(closeSimulators);
    const { clock, kubeconfig, server, namespace } = await kubeStage('event-bus');
    const door = await doorTo(Number(new URL(server).port), 11);
    const path = join(await inDir(), 'config');
    await writeFile(path, JSON.stringify(kubeconfig).replaceAll(server, `http://127.0.0.1:${door.port}`));
    const directConfig = join(dirname(path), 'direct');
    await writeFile(directConfig, JSON.stringify(kubeconfig));
    const unstable = await opened(kubernetes, { kubeconfig: path, namespace }, clock);
    const direct = await opened(kubernetes, { kubeconfig: directConfig, namespace }, clock);
    const streams = await readThroughCuts({ clock, door, unstable, direct }, 25);
    expect(streams.length).toBeGreaterThan(2);
    expect(streams.flatMap(({ wrong }) => wrong)).toEqual([]);
    expect(streams.flatMap(({ rows }) => rows).length).toBeGreaterThan(500);
    expect(streams.map(({ rows }) => gapsIn(rows))).toEqual(streams.map(() => 0));
  },
  timeoutMs,
);

test(
  'containers through a tunnel that is cut at random bytes',
  async () => {
    const clock = manualClock();
    const wire = await startDockerEndpoint(composeView(clock));
    onTestFinished(() => wire.close());
    const url = wire.vars.docker ?? '';
    const door = await doorTo(Number(new URL(url).port), 12);
    const unstable = await opened(docker, { host: `http://127.0.0.1:${door.port}` }, clock);
    const direct = await opened(docker, { host: url }, clock);
    const streams = await readThroughCuts({ clock, door, unstable, direct }, 25);
    expect(streams.length).toBe(3);
    expect(streams.flatMap(({ wrong }) => wrong)).toEqual([]);
    expect(streams.flatMap(({ rows }) => rows).length).toBeGreaterThan(500);
    expect(streams.map(({ rows }) => gapsIn(rows))).toEqual([0, 0, 0]);
  },
  timeoutMs,
);

test(
  'the journal and a file of a host through a tunnel that is cut at random bytes',
  async () => {
    const clock = manualClock();
    const model = new SystemModel(systemSpec('eventmesh'), { startedAt: clock.now() });
    const wire = await startSshEndpoint({ model, clock, env: 'production' });
    onTestFinished(() => wire.close());
    const config = wire.vars['ssh-config'] ?? '';
    const port = Number(wire.vars['ssh-vm-1']?.split(':')[1]);
    const door = await doorTo(port, 13);
    const path = join(await inDir(), 'config');
    await writeFile(path, (await readFile(config, 'utf8')).replaceAll(`Port ${port}`, `Port ${door.port}`));
    const entry = (file: string) => ({
      ssh: ['vm-1'],
      config: file,
      ...(hasOpenSsh ? {} : { client: [wire.vars['ssh-client']] }),
      units: ['eventmesh-api'],
      files: ['/var/log/eventmesh/api.log'],
    });
    const unstable = await opened(host, entry(path), clock);
    const direct = await opened(host, entry(config), clock);
    const journal = model.environmentAt('production', clock.now()).parts.hosts?.machine('vm-1')?.journal;
    const write = (turn: number): void => {
      // The journal keeps its last 2,000 entries.
      for (let nth = 0; nth < 100 && turn < 18; nth++) {
        const text = `entry ${turn * 100 + nth} ${'.'.repeat(nth)}`;
        journal?.write({ at: clock.now(), text, unit: 'eventmesh-api', pid: 2, priority: 6 });
      }
    };
    const streams = await readThroughCuts({ clock, door, unstable, direct, write }, 12);
    expect(streams.length).toBe(2);
    expect(streams.flatMap(({ wrong }) => wrong)).toEqual([]);
    expect(streams.flatMap(({ rows }) => rows).length).toBeGreaterThan(250);
    expect(streams.map(({ rows }) => gapsIn(rows))).toEqual([0, 0]);
  },
  timeoutMs,
);
