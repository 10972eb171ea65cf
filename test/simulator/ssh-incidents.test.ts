import { describe, expect, test } from 'vitest';
import type { HostMachine } from '../../src/simulator/model/hosts/host-machine.ts';
import { SystemModel } from '../../src/simulator/model/system-model.ts';
import { instanceHealthOf } from '../../src/simulator/servers/spring/actuator-health.ts';
import { eventmeshAccessIncidents, eventmeshHostIncidents } from '../../src/simulator/systems/eventmesh.ts';
import { systemSpec } from '../../src/simulator/systems.ts';

const start = Date.parse('2026-03-04T10:15:07Z');
const environments = systemSpec('eventmesh').environments.map(({ name }) => name);

const startIncident = (incident: string, env = 'production') => {
  const model = new SystemModel(systemSpec('eventmesh'), { startedAt: start });
  model.injectEarlier(incident, env);
  let now = start;
  const envAfter = (afterMs = 0) => {
    now += afterMs;
    return model.environmentAt(env, now);
  };
  const machines = (afterMs = 0): readonly HostMachine[] => envAfter(afterMs).parts.hosts?.machines ?? [];
  const first = (afterMs = 0): HostMachine => {
    const [machine] = machines(afterMs);
    if (machine === undefined) throw new Error('no machine');
    return machine;
  };
  return { envAfter, machines, first };
};

const portHolder = (machine: HostMachine) => machine.processes.listening(machine.spec.port);

describe.each(environments)('in %s', (env) => {
  test.each(['port-conflict', 'crashed', 'system-failure'])(
    '%s: no instance responds until it is fixed',
    (incident) => {
      const { envAfter, machines } = startIncident(incident, env);
      expect(envAfter().instances.length).toBeGreaterThan(0);
      expect(envAfter().instances.map(({ running }) => running)).toEqual(machines().map(() => false));
      expect(machines().map(({ unit }) => unit.state)).toEqual(machines().map(() => 'failed'));
      expect(envAfter(600_000).incident).toBe(incident);
      envAfter().heal();
      expect(envAfter(5000).incident).toBeUndefined();
      expect(envAfter().instances.every(({ running }) => running)).toBe(true);
    },
  );

  test.each(eventmeshHostIncidents.map(({ name }) => name))(
    '%s: every instance is unhealthy until it is fixed',
    (incident) => {
      const { envAfter } = startIncident(incident, env);
      const conditions = () => envAfter().instances.map((instance) => instanceHealthOf(envAfter(), instance));
      expect(conditions()).not.toContain('healthy');
      expect(envAfter(600_000).incident).toBe(incident);
      envAfter().heal();
      expect(envAfter(5000).incident).toBeUndefined();
      expect(new Set(conditions())).toEqual(new Set(['healthy']));
    },
  );
});

test.each(eventmeshAccessIncidents.map(({ name }) => name))(
  '%s: instances stay healthy, and others fix the access after a while',
  (incident) => {
    const { envAfter, machines, first } = startIncident(incident);
    const conditions = () =>
      new Set(envAfter().instances.map((instance) => instanceHealthOf(envAfter(), instance)));
    expect([envAfter().incident, conditions()]).toEqual([incident, new Set(['healthy'])]);
    first(90_000);
    expect(machines().some((machine) => machine.site.lockedUntil > envAfter().now)).toBe(false);
    expect(conditions()).toEqual(new Set(['healthy']));
  },
);

test('the cut-off is over by itself; a denied deployment remains as a failed release', () => {
  expect(startIncident('cut-off').envAfter(90_000).incident).toBeUndefined();
  const { envAfter } = startIncident('deploy-denied');
  expect(envAfter(90_000).incident).toBe('deploy-denied');
  envAfter().heal();
  expect(envAfter(5000).incident).toBeUndefined();
});

test('a process in a busy loop is healthy after a restart', () => {
  const { envAfter, machines } = startIncident('slow-host');
  for (const machine of machines()) {
    machine.stop(envAfter().now);
    machine.start(envAfter().now, true);
  }
  expect(envAfter(1000).incident).toBeUndefined();
});

test('a damaged directory fails at every start until it is replaced', () => {
  const { envAfter, first } = startIncident('bad-release');
  const machine = first();
  const again = (): string | undefined => {
    machine.stop(envAfter().now);
    machine.start(envAfter().now, true);
    return machine.instance.startupFailure;
  };
  expect(machine.instance.version).toBe('0.2.0');
  expect(again()).toContain('cannot migrate');
  machine.site.disk.fill(machine.site.dir, {}, envAfter().now);
  expect(again()).toBeUndefined();
  expect(machine.instance.version).toBe('0.1.0');
});

describe('a port taken by another process', () => {
  test('the unit was started five times, and the log has the reason', () => {
    const { first } = startIncident('port-conflict');
    const machine = first();
    expect(machine.unit).toMatchObject({ restarts: 5, result: 'exit-code', lastEnd: { status: 1 } });
    const refusals = machine.log.lines.filter(({ text }) =>
      text.includes('Address already in use (os error 98)'),
    );
    expect(refusals).toHaveLength(5);
    expect(portHolder(machine)?.args).toBe('python3 -m http.server 8080');
  });

  test('starting it alone fails; after ending the process it starts and stays up', () => {
    const { envAfter, first } = startIncident('port-conflict');
    first().start(envAfter().now, true);
    expect(first().unit.state).toBe('active');
    expect(first(20_000).unit.state).toBe('failed');
    expect(first().instance.running).toBe(false);

    expect(first().kill(portHolder(first())?.pid ?? 0, 'TERM', envAfter().now)).toBe(true);
    first().start(envAfter().now, true);
    expect(first(60_000)).toMatchObject({
      unit: { state: 'active', restarts: 0 },
      instance: { running: true },
      isBroken: false,
    });
    expect(envAfter().incident, 'the other machine is broken yet').toBe('port-conflict');
  });
});

describe('a panic', () => {
  test('is in the journal and the log, and the unit has failed with status 101', () => {
    const machine = startIncident('crashed').first();
    expect(machine.unit).toMatchObject({ state: 'failed', lastEnd: { status: 101 } });
    const journal = machine.journal.lines.map(({ text }) => text);
    expect(journal).toContain('called `Option::unwrap()` on a `None` value');
    expect(journal.at(-1)).toBe("eventmesh-api.service: Failed with result 'exit-code'.");
    expect(machine.log.lines.at(-1)?.text).toMatch(/^ERROR riptide_api: panicked at crates\/riptide-api\//);
  });

  test('start fixes it, machine by machine', () => {
    const { envAfter, machines } = startIncident('crashed');
    for (const machine of machines()) machine.start(envAfter().now, true);
    expect(envAfter(60_000).incident).toBeUndefined();
  });
});

describe('machine', () => {
  test('systemd restarts a killed unit and counts it; a stopped unit stays stopped', () => {
    const model = new SystemModel(systemSpec('eventmesh'), { startedAt: start });
    const [machine] = model.environmentAt('local', start).parts.hosts?.machines ?? [];
    if (machine === undefined) throw new Error('no machine');
    const pid = machine.unit.mainPid ?? 0;
    machine.kill(pid, 'KILL', model.environmentAt('local', start).now);
    expect(machine.unit.state).toBe('activating');
    model.environmentAt('local', start + 3000);
    expect(machine.unit).toMatchObject({ state: 'active', restarts: 1 });
    expect(machine.unit.mainPid).not.toBe(pid);
    machine.stop(start + 3000);
    model.environmentAt('local', start + 60_000);
    expect(machine.unit.state).toBe('inactive');
    expect(machine.instance.running).toBe(false);
  });

  test('time does not depend on how often it is read', () => {
    const busyAfter = (reads: number): number => {
      const model = new SystemModel(systemSpec('eventmesh'), { startedAt: start });
      for (let read = 1; read <= reads; read += 1)
        model.environmentAt('local', start + (60_000 / reads) * read);
      return model.peekEnvironment('local').parts.hosts?.machines[0]?.load.busyTicks ?? 0;
    };
    expect(busyAfter(60)).toBeCloseTo(busyAfter(1), 3);
  });
});
