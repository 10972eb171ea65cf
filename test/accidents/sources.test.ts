import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'vitest';
import type { Profile, Tier } from '../../src/domain/profile/profile.ts';
import type { Runbook } from '../../src/domain/runbooks/runbook.ts';
import type { OverrideReasons } from '../../src/domain/runs/proposal.ts';
import type { RunEvent } from '../../src/domain/runs/run.ts';
import { openChangeIo } from '../../src/doors/change-io.ts';
import type { ChangeIo } from '../../src/doors/io.ts';
import { openReadIo } from '../../src/doors/read-io.ts';
import { openEngine } from '../../src/engine/engine.ts';
import { openLedger } from '../../src/persistence/ledger/ledger.ts';
import { processStart } from '../../src/platform/processes/process-identity.ts';
import { systemClock } from '../../src/platform/runtime/clock.ts';
import { createArming } from '../../src/runs/context/arming.ts';
import { createExecutor } from '../../src/runs/executor.ts';
import { createOwnRuns } from '../../src/runs/records/own-runs.ts';
import { dockerRig } from '../contract/rigs/docker.ts';
import { rigs, stages } from '../contract/rigs.ts';
import { moduleOf } from '../contract/wired.ts';
import { rounds, sampled } from '../support/layer.ts';
import { localServer } from '../support/local-server.ts';
import { manualClock } from '../support/manual-clock.ts';
import { accident, longAccident } from './table.ts';

const position = { file: 'here.yaml', line: 1, col: 1 };
type With = Readonly<Record<string, unknown>>;

const bookOf = (use: string, values: With, danger?: 'disruptive'): Runbook => ({
  id: use,
  title: use,
  covers: [],
  params: [],
  diagnose: [],
  act: [{ id: 'a1', title: use, use, with: values, ...(danger === undefined ? {} : { danger }) }],
  verify: 'none',
  position,
});

/** An executor over one source of a type; `taken` counts the uses of its ChangeIo. */
const openOne = async (type: string, config: unknown, tier: Tier, sourceDir?: string) => {
  const clock = systemClock();
  const dir = await mkdtemp(join(tmpdir(), 'opsdeck-accident-'));
  const guard = {
    readOnly: tier === 'production',
    armMs: 900_000,
    cancelWindowMs: 0,
    typed: 'destructive',
  } as const;
  const profile: Profile = {
    system: 'shop',
    env: 'here',
    title: 'Shop',
    tier,
    file: join(sourceDir ?? dir, 'here.yaml'),
    across: [],
    sources: [{ id: type, type, config: moduleOf(type).config.parse(config), position }],
    signals: [],
    limits: {},
    logViews: [],
    runbooks: [],
    contacts: [],
    links: [],
    guard,
  };
  const engine = await openEngine(profile, {
    modules: [moduleOf(type)],
    clock,
    random: () => 0,
    memory: false,
    paused: true,
    openIo: (ioClock, options) => openReadIo(ioClock, { ...options, stateDir: dir }),
  });
  const change = openChangeIo(clock);
  const taken: string[] = [];
  const counted = new Proxy<ChangeIo>(change, {
    get: (of, name) => {
      if (typeof name === 'string' && name !== 'clock') taken.push(name);
      return Reflect.get(of, name);
    },
  });
  let runs = 0;
  const arming = createArming(guard, tier, clock);
  const ownRuns = createOwnRuns();
  const executor = createExecutor({
    engine,
    ownRuns,
    change: counted,
    ledger: await openLedger(dir),
    arming,
    clock,
    who: { user: 'ana', host: 'vm-1', pid: process.pid },
    newId: () => `run-${++runs}`,
    mask: (text) => text,
    modules: [moduleOf(type)],
  });
  const stop = new AbortController();
  const run = async (book: Runbook, names?: readonly string[], reasons: OverrideReasons = {}) => {
    const proposal = await executor.propose({ runbook: book, params: {}, ...reasons }, stop.signal);
    const events: RunEvent[] = [];
    const answers = {
      names: names ?? proposal.names,
      pasted: false,
      by: 'typed',
      tick: async () => true,
    } as const;
    for await (const event of executor.execute(proposal, answers, stop.signal)) events.push(event);
    return { proposal, events, ended: events.findLast((event) => event.event === 'ended') };
  };
  return {
    dir,
    engine,
    executor,
    ownRuns,
    arming,
    taken,
    run,
    stop,
    [Symbol.asyncDispose]: async () => {
      await engine.close();
      await change.close();
      await rm(dir, { recursive: true, force: true });
    },
  };
};

/** Puts the programs of the consoles on the path until it is disposed of: none of them is started. */
const installConsoles = async (): Promise<AsyncDisposable> => {
  const dir = await mkdtemp(join(tmpdir(), 'opsdeck-consoles-'));
  for (const name of ['psql', 'redis-cli', 'mongosh'])
    await writeFile(join(dir, name), '#!/bin/sh\nexit 1\n', { mode: 0o755 });
  const before = process.env.PATH ?? '';
  process.env.PATH = `${dir}:${before}`;
  return {
    [Symbol.asyncDispose]: async () => {
      process.env.PATH = before;
      await rm(dir, { recursive: true, force: true });
    },
  };
};

/** Sources with many changing operations, of each kind of wire; `test:e2e` tries all. */
const mostOperations: ReadonlySet<string> = new Set(['kubernetes', 'pagerduty', 'postgres']);

accident('read-only', async () => {
  await using _consoles = await installConsoles();
  const tried: string[] = [];
  const attack = async (
    type: string,
    config: unknown,
    operations: Readonly<Record<string, With>>,
    dir?: string,
  ) => {
    await using one = await openOne(type, config, 'production', dir);
    const source = one.engine.sources.get(type);
    expect(source?.operations.map(({ name }) => name).sort()).toEqual(Object.keys(operations).sort());
    for (const operation of source?.operations ?? []) {
      const values = operations[operation.name] ?? {};
      const danger = operation.danger(values) === 'as-step' ? 'disruptive' : undefined;
      if (operation.danger(values) === 'read') continue;
      const book = bookOf(`${type}.${operation.name}`, values, danger);
      const { proposal, events, ended } = await one.run(book, undefined, { outage: 'maintenance' });
      expect(proposal.refusal, `${type}.${operation.name}`).toBeUndefined();
      expect(proposal.gate.arm).toBe(true);
      expect(ended).toMatchObject({
        ending: 'forbidden',
        why: expect.stringContaining('read-only until armed'),
      });
      // The undo of a run that would have been made while armed.
      const made = events.map((event) =>
        event.event === 'ended'
          ? { ...event, undo: proposal.steps.flatMap((step) => step.undo ?? []) }
          : event,
      );
      one.ownRuns.find(proposal.run)?.events.splice(0, Number.POSITIVE_INFINITY, ...made);
      const undo = await one.executor.undoProposal(proposal.run, one.stop.signal);
      if (undo !== undefined) {
        const names = undo.names;
        const answers = { names, pasted: false, by: 'flag', ticks: [], tick: async () => true } as const;
        const events: RunEvent[] = [];
        for await (const event of one.executor.execute(undo, answers, one.stop.signal)) events.push(event);
        expect(events.at(-1), `undo of ${type}.${operation.name}`).toMatchObject({
          event: 'ended',
          sent: [],
        });
        expect(events.some(({ event }) => event === 'acting')).toBe(false);
      }
      tried.push(`${type}.${operation.name}`);
    }
    expect(one.taken, type).toEqual([]);
  };
  for (const rig of sampled(rigs, ({ type }) => mostOperations.has(type))) {
    const server = await rig.start(systemClock());
    await attack(rig.type, rig.config(server.url, 'hunter2+contract/secret='), rig.operations, process.cwd());
    await server.close();
  }
  for (const stage of sampled(stages, ({ rig }) => mostOperations.has(rig.type))) {
    const wire = await stage.open();
    await attack(
      stage.rig.type,
      stage.rig.config(wire.url, 'hunter2+contract/secret='),
      stage.rig.operations,
      wire.dir ?? process.cwd(),
    );
    await wire.close();
  }
  // The operations of these sources that may change something were tried.
  expect(tried.length).toBeGreaterThan(rounds(30, 0.4));
});

accident('wrong compose project', async () => {
  const server = await dockerRig.start(manualClock());
  await using green = await openOne('docker', { host: server.url, project: 'green' }, 'dev');
  for (const [operation, values] of [
    ['stop', { service: 'web' }],
    ['restart', { container: 'shop-web-1' }],
    ['kill', { service: 'web' }],
  ] as const) {
    const { proposal, ended } = await green.run(bookOf(`docker.${operation}`, values));
    expect(proposal.refusal).toMatchObject({
      ending: 'not-applicable',
      why: expect.stringContaining('project green'),
    });
    expect(ended).toMatchObject({ ending: 'not-applicable' });
  }
  expect(green.taken).toEqual([]);
  await server.close();
});

accident('200 to a typo', async () => {
  // Like the real endpoint, it creates a breaker for any name and responds 200.
  const posts: string[] = [];
  await using wire = await localServer((request, response) => {
    if (request.method === 'POST') posts.push(request.url ?? '');
    const known = { state: 'OPEN', bufferedCalls: 1, failedCalls: 1, notPermittedCalls: 0 };
    response.end(
      JSON.stringify(
        request.url?.endsWith('/circuitbreakers') === true ? { circuitBreakers: { psp: known } } : known,
      ),
    );
  });
  await using one = await openOne(
    'actuator',
    { service: 'bus', instances: { 'bus-0': `${wire.url}/actuator` } },
    'dev',
  );
  for (const name of ['pps', 'PSP', 'psp ', 'psp/x', '']) {
    const { ended } = await one.run(bookOf('actuator.breaker', { name, to: 'close' }));
    expect(['not-applicable', 'failed']).toContain(ended?.event === 'ended' ? ended.ending : '');
  }
  expect({ posts, taken: one.taken }).toEqual({ posts: [], taken: [] });
});

longAccident('left running', async () => {
  const place = await mkdtemp(join(tmpdir(), 'opsdeck-left-'));
  // A child and a grandchild that ignore SIGTERM.
  await writeFile(
    join(place, 'deaf.sh'),
    '#!/bin/sh\ntrap "" TERM INT HUP\nsh -c \'trap "" TERM INT HUP; echo $$ > child; sleep 600\' &\necho $$ > parent\nwait\n',
    { mode: 0o755 },
  );
  await using one = await openOne('script', { checks: [] }, 'dev', place);
  const going = one.run(bookOf('script.exec', { argv: [join(place, 'deaf.sh')] }, 'disruptive'));
  const pidOf = async (name: string): Promise<number> => {
    for (;;) {
      const pid = Number(await readFile(join(place, name), 'utf8').catch(() => ''));
      if (pid > 0) return pid;
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  };
  const pids = [await pidOf('parent'), await pidOf('child')];
  one.stop.abort();
  const { ended } = await going;
  expect(ended).toMatchObject({ ending: 'cancelled' });
  expect(await Promise.all(pids.map(processStart))).toEqual([undefined, undefined]);
  await rm(place, { recursive: true, force: true });
});
