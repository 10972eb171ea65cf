import { readFile } from 'node:fs/promises';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { RunEvent } from '../../src/domain/runs/run.ts';
import type { Ended } from '../simulation/simulation.ts';
import { openWorkspace, type Workspace } from '../simulation/workspace.ts';

let workspace: Workspace;
beforeEach(() => {
  workspace = openWorkspace();
});
afterEach(() => workspace[Symbol.asyncDispose]());

/** The demo's `prepare-rush` on a separate simulator: two services in sequence. */
const rush = (...more: readonly string[]): Promise<Ended> => {
  const values = ['--param', 'services=orders', '--param', 'services=billing', '--param', 'n=3'];
  return workspace.run([
    'run',
    'prepare-rush',
    '--env',
    'demo/dev',
    '--rehearse',
    '--json',
    ...values,
    ...more,
  ]);
};
const eventsOf = ({ stdout }: Ended): readonly RunEvent[] =>
  stdout
    .trimEnd()
    .split('\n')
    .map((line): RunEvent => JSON.parse(line));
const kinds = (events: readonly RunEvent[]): readonly string[] =>
  events.map((event) => ('step' in event ? `${event.event} ${event.step}` : event.event));

test('runs a loop with a pause, a pre-answered abort point and both kinds of verification: recovered', async () => {
  const ended = await rush('--confirm', 'deploy', '--done', 'a2', '--diagnose');
  const events = eventsOf(ended);
  expect(events.at(-1)).toMatchObject({ event: 'ended', ending: 'recovered' });
  expect(ended.code).toBe(0);
  expect(kinds(events).filter((kind) => !/^(output|verifying)/.test(kind))).toEqual([
    'planned',
    'diagnosed',
    'diagnosed',
    'gated',
    'confirmed',
    'before',
    'acting a1/1',
    'acted a1/1',
    'paused a1/2',
    'acting a1/2',
    'acted a1/2',
    'ticking a2',
    'ticked a2',
    'acting a2',
    'acted a2',
    'ended',
  ]);
  expect(events.findLast(({ event }) => event === 'verifying')).toMatchObject({
    proofs: [
      { id: 'v1', value: 'true', why: 'status 200 and ready 3' },
      { id: 'v2', value: 'true' },
    ],
  });
  const found = events.flatMap((event) => (event.event === 'diagnosed' ? [event.found] : []));
  expect(found).toMatchObject([
    {
      step: 'd1',
      lines: [expect.stringContaining('"service":"orders","replicas":1'), expect.any(String)],
      done: true,
    },
    { step: 'd2', lines: [expect.stringMatching(/^true: error.rate is/)], done: true },
  ]);
  expect(await readFile(`${workspace.stateDir}/audit.jsonl`, 'utf8')).toContain('"diagnosed"');
});

test('exits 3 and sends nothing if the abort point is not answered in advance', async () => {
  const ended = await rush('--confirm', 'deploy');
  expect(ended.code).toBe(3);
  const events = eventsOf(ended);
  expect(kinds(events)).toEqual(['planned', 'gated', 'ended']);
  expect(events.at(-1)).toMatchObject({
    ending: 'forbidden',
    why: 'the run asks before it continues with "a2" (--done STEP)',
    sent: [],
  });
});

test('--done takes the step of a loop, not one iteration', async () => {
  const ended = await rush('--confirm', 'deploy', '--done', 'a1/2');
  expect(ended.code).toBe(4);
  expect(ended.stderr).toContain('has no manual step or abort point a1/2');
});

test('a dry run also prints the diagnosis', async () => {
  const ended = await rush('--dry-run', '--diagnose');
  expect(ended.code).toBe(0);
  expect(kinds(eventsOf(ended))).toEqual(['planned', 'diagnosed', 'diagnosed', 'ended']);
});
