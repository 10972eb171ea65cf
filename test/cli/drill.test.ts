import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { DrillRecord } from '../../src/domain/drills/drill-record.ts';
import { acquireLock } from '../../src/platform/files/lock-file.ts';
import { simulatedSystems, systemSpec } from '../../src/simulator/systems.ts';
import { openSimulation, type Simulation } from '../simulation/simulation.ts';
import { longTest } from '../support/layer.ts';

let simulation: Simulation;
beforeAll(() => {
  simulation = openSimulation();
});
afterAll(() => simulation[Symbol.asyncDispose]());

const record = (
  id: string,
  more: Partial<DrillRecord>,
  score: Partial<DrillRecord['score']> = {},
): DrillRecord => ({
  id,
  system: 'saga',
  env: 'production',
  incident: 'consumer-lag',
  title: 'lag',
  how: 'cockpit',
  blind: false,
  at: Date.parse('2026-03-04T10:00:00Z'),
  endedAt: Date.parse('2026-03-04T10:05:00Z'),
  who: 'ana@vm-1',
  host: 'vm-1',
  pid: 999_999_999,
  score: {
    outcome: 'recovered',
    noticedMs: 4000,
    totalMs: 150_000,
    recoveredMs: 90_000,
    runbook: 'consumer-lag',
    wrongTurns: [{ is: 'gate', text: 'read-only, "x"' }],
    gates: { passed: 1, refused: 1, overridden: 0 },
    hints: 0,
    ...score,
  },
  ...more,
});

const { endedAt: _, ...unended } = record('blind', {
  blind: true,
  incident: 'broker-down',
  title: 'one of three',
});
const drills: readonly DrillRecord[] = [
  record('first', {}),
  record('one-shot', { how: 'run' }, { totalMs: 7000 }),
  record('left', { who: '=ben@vm-2', host: 'vm-2' }, { outcome: 'not-recovered' }),
  unended,
].map((entry) => {
  if (entry.score.outcome === 'recovered') return entry;
  const { totalMs: _total, recoveredMs: __, noticedMs: ___, runbook: ____, ...score } = entry.score;
  return { ...entry, score };
});

const stored = async (): Promise<void> => {
  await mkdir(simulation.stateDir, { recursive: true });
  await writeFile(join(simulation.stateDir, 'drills.json'), JSON.stringify({ opsdeck: 1, drills }));
};

test('the list has every incident of every simulated system', async () => {
  const { stdout, code } = await simulation.run(['drill', '--list', '--json']);
  expect(code).toBe(0);
  const listed: readonly { system: string; env: string; incident: string }[] = JSON.parse(stdout);
  const all = simulatedSystems.flatMap((system) =>
    systemSpec(system).incidents.map(({ name }) => `${system} ${name}`),
  );
  expect(listed.map(({ system, incident }) => `${system} ${incident}`)).toEqual(all);
  expect(listed.find(({ incident }) => incident === 'stale-cache')?.env).toBe('dev');
  expect(listed.find(({ incident }) => incident === 'crashed')?.env).toBe('production');
});

test('the list has the last and the best score; a best is of a person, not of one command', async () => {
  await stored();
  const { stdout } = await simulation.run(['drill', '--list']);
  expect(stdout).toMatch(/^saga\/production +consumer-lag +not recovered +2m30s /m);
  // A running blind drill would be named by its line.
  expect(stdout).toMatch(/^saga\/production +broker-down +– +– /m);
});

describe('the history', () => {
  test('as text: an unknown time is –, a blind drill without an end is not named', async () => {
    await stored();
    const { stdout, code } = await simulation.run(['drill', '--history']);
    expect(code).toBe(0);
    expect(stdout).toMatch(
      /^2026-03-04 10:00 +saga\/production +consumer-lag +ana@vm-1 +recovered +2m30s +4s +–/m,
    );
    expect(stdout).toMatch(/=ben@vm-2 +not recovered +– +– +– +– +– +1 +0/);
    expect(stdout).toMatch(/\(blind\) +ana@vm-1 +(interrupted|unknown)/);
    expect(stdout).not.toContain('broker-down');
  });

  test('as JSON: unknown values are null', async () => {
    await stored();
    const { stdout } = await simulation.run(['drill', '--history', '--json']);
    expect(stdout).not.toContain('broker-down');
    expect(JSON.parse(stdout)).toMatchObject([
      { id: 'first', outcome: 'recovered', totalMs: 150_000, diagnosedMs: null, state: 'ended' },
      { id: 'one-shot', how: 'run' },
      { id: 'left', outcome: 'not-recovered', totalMs: null, noticedMs: null, runbook: null },
      { id: 'blind', incident: null, title: null, endedAt: null },
    ]);
  });

  test('as CSV: a name that looks like a formula is text', async () => {
    await stored();
    const [head, first, , left] = (await simulation.run(['drill', '--history', '--csv'])).stdout.split('\n');
    expect(head).toMatch(/^started,environment,incident,who,how,outcome,score_s,notice_s/);
    expect(first).toBe(
      '2026-03-04T10:00:00.000Z,saga/production,consumer-lag,ana@vm-1,cockpit,recovered,150.0,4.0,,,90.0,1,1,0,0,consumer-lag',
    );
    expect(left).toContain(",'=ben@vm-2,cockpit,not recovered,,,,,,1,1,0,0,");
  });

  test('as Markdown', async () => {
    await stored();
    const { stdout } = await simulation.run(['drill', '--history', '--markdown']);
    expect(stdout.split('\n').slice(0, 5)).toEqual([
      '# Drills',
      '',
      '| Started | Environment | Incident | Who | Outcome | Score | Notice | Diagnose | Act | Recover | Wrong | Hints |',
      '| --- | --- | --- | --- | --- | --- | --- | --- | --- | --- | --- | --- |',
      '| 2026-03-04 10:00 | saga/production | consumer-lag | ana@vm-1 | recovered | 2m30s | 4s | – | – | 1m30s | 1 | 0 |',
    ]);
  });

  test('--share replaces names of people and hosts', async () => {
    await stored();
    const { stdout } = await simulation.run(['drill', '--history', '--json', '--share']);
    expect(stdout).not.toMatch(/ana|ben|vm-1|vm-2/);
  });
});

describe('usage errors exit 4', () => {
  test.each<{ args: readonly string[]; says: RegExp }>([
    { args: [], says: /missing an environment and an incident/ },
    { args: ['saga/production'], says: /missing an environment and an incident/ },
    {
      args: ['saga/prod', 'consumer-lag'],
      says: /no simulator has an environment saga\/prod. Did you mean "saga\/production"/,
    },
    {
      args: ['saga/production', 'consumer-lga'],
      says: /has no scenario consumer-lga. Did you mean "consumer-lag"/,
    },
    {
      args: ['eventmesh/production', 'stale-cache'],
      says: /not visible in eventmesh\/production. Use eventmesh\/dev/,
    },
    {
      args: ['saga/production', 'consumer-lag', '--random'],
      says: /cannot combine --random with an incident/,
    },
    { args: ['saga/production', 'consumer-lag', '--seed', '1'], says: /--seed needs --random/ },
    { args: ['--random', '--seed', 'x'], says: /Expected a whole number/ },
    { args: ['--list', '--blind'], says: /start no drill/ },
    { args: ['--list', '--history'], says: /cannot combine --list with --history/ },
    { args: ['--list', '--csv'], says: /--csv needs --history/ },
    { args: ['--history', '--json', '--csv'], says: /cannot be used with/ },
    { args: ['--random'], says: /not a terminal/ },
  ])('$args', async ({ args, says }) => {
    const ended = await simulation.run(['drill', ...args]);
    expect({ code: ended.code, stdout: ended.stdout }).toEqual({ code: 4, stdout: '' });
    expect(ended.stderr).toMatch(says);
  });
});

describe('one run with --rehearse is a drill, too', () => {
  const args = ['run', 'restore-database', '--env', 'event-bus/production', '--rehearse', 'dependency-down'];

  test('it is scored on stderr and in the history, without the times of a person', async () => {
    await using own = openSimulation();
    const ended = await own.run([...args, '--arm', 'INC-1', '--confirm', 'x']);
    expect(ended.code).toBe(3);
    expect(ended.stderr).toMatch(/DRILL event-bus\/production dependency-down: NOT RECOVERED/);
    expect(ended.stderr).toMatch(/time to notice +–/);
    const { stdout } = await own.run(['drill', '--history', '--json']);
    expect(JSON.parse(stdout)).toMatchObject([
      { incident: 'dependency-down', how: 'run', noticedMs: null, gates: { passed: 0, refused: 1 } },
    ]);
  });

  test('a dry run is none', async () => {
    await using own = openSimulation();
    await own.run([...args, '--dry-run']);
    expect((await own.run(['drill', '--history', '--json'])).stdout).toBe('[]\n');
  });
});

longTest('a run that is refused ends only once its drill is stored, or has failed to be', async () => {
  await mkdir(simulation.stateDir, { recursive: true });
  const lock = await acquireLock(join(simulation.stateDir, 'drills.lock'), 0);
  try {
    const words = ['run', '--undo', 'unknown-run', '--env', 'demo/dev', '--rehearse', 'slow-service'];
    const ended = await simulation.run(words);
    expect(ended.code).toBe(4);
    expect(ended.stderr).toMatch(/warning: cannot write the drill history: \S+drills\.lock is held by/);
  } finally {
    await lock.release();
  }
});
