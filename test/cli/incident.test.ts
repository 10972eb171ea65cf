import { mkdir, rmdir } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openSimulation, type Simulation } from '../simulation/simulation.ts';
import { everyNth, longTest, sampled } from '../support/layer.ts';

let simulation: Simulation;
beforeAll(() => {
  simulation = openSimulation();
});
afterAll(() => simulation[Symbol.asyncDispose]());

const trading = ['--env', 'trading/production', '--rehearse', 'high-error-rate'];
const run = (...argv: readonly string[]) => simulation.run(['incident', ...argv, ...trading]);

longTest('an incident from its declaration to its post-mortem', async () => {
  const declared = await run('declare', '--title', 'Orders fail', '--impact', 'EU');
  expect(declared.code).toBe(0);
  // The findings of the simulated incident, by the severities of the profile.
  expect(declared.stdout).toMatch(/severity {3}P[01]: .+ is (?:firing|critical)/);
  expect(declared.stdout).toContain('INC-1  P');
  expect(declared.stdout).toContain('DRILL');

  // An argument that is no incident is not ignored: the only open one is not meant.
  for (const command of ['ack', 'show']) {
    const mistaken = await run(command, '99');
    expect([mistaken.code, mistaken.stderr]).toEqual([4, expect.stringContaining('99')]);
  }
  expect((await run('ack')).stdout).toContain('✓ Acknowledge: acknowledged after');
  await run('note', 'pool exhausted on order-service');
  await run('status', 'INC-1', 'identified', 'pool');
  expect((await run('update', 'restarting', '--to', '#ops')).stdout).toContain(
    '*Current status*: restarting',
  );
  await run('set', 'cause=connection leak');
  await run('escalate', 'no answer');
  // The simulated incident goes on: its open findings are named, and a reason is required.
  const refused = await run('status', 'resolved');
  expect(refused.code).toBe(1);
  expect(refused.stderr).toMatch(
    /INC-1 is not resolved: \d+ open findings?\. To resolve .*--override "reason".*\n {2}critical: /,
  );
  expect(refused.stderr).toContain('--override "reason"');
  expect((await run('status', 'resolved', '--override', 'moved to the other region')).stdout).toContain(
    'resolved after',
  );

  // Resolved incidents are listed until the post-mortem is finished.
  expect((await run('list')).stdout).toMatch(
    /^INC-1 .* resolved .* Orders fail {2}the post-mortem is due in 2d\n$/,
  );
  const { stdout } = await run('post-mortem', 'INC-1', '--json');
  const { status, cause, timeline, escalated, postMortemDueAt } = JSON.parse(stdout);
  expect({ status, cause, steps: Object.keys(escalated).length }).toEqual({
    status: 'resolved',
    cause: 'connection leak',
    steps: 1,
  });
  expect(typeof postMortemDueAt).toBe('string');
  expect(timeline.map(({ word }: { word: string }) => word)).toEqual([
    'declared',
    'signals',
    'acknowledged',
    'note',
    'status',
    'update',
    'cause',
    'escalated',
    'status',
  ]);
  const report = (await run('post-mortem', 'INC-1')).stdout;
  expect(report).toContain('# Post-mortem of INC-1: Orders fail');
  expect(report).toMatch(/ signals \d+ critical/);
  expect(report).toMatch(/^ {2}- critical .+/m);
  expect(report).toMatch(/status resolved .*open findings?, because moved to the other region/);
  expect((await run('finish', 'INC-1', 'docs/incidents/1.md')).stdout).toContain('docs/incidents/1.md');
  expect((await run('list')).stdout).toBe(
    'no incidents are open, and no post-mortems are due. To list the others, use --all\n',
  );
});

longTest('a drill is no incident of the real environment', async () => {
  await run('declare', '--title', 'practice');
  const real = await simulation.run(['incident', 'list', '--env', 'trading/production']);
  expect(real.stdout).toBe(
    'no incidents are open, and no post-mortems are due. To list the others, use --all\n',
  );
  const { code, stderr } = await simulation.run(['incident', 'note', 'text', '--env', 'trading/production']);
  expect(code).toBe(4);
  expect(stderr).toContain('no incident is open. Declare one: opsdeck incident declare --title TEXT');
});

longTest(
  'an incident without a title has the cause as its title, and the situation is kept for the post-mortem',
  async () => {
    await using own = openSimulation();
    const declare = (incident: string) => [
      'incident',
      'declare',
      '--env',
      'demo/production',
      '--rehearse',
      incident,
    ];
    const { stdout } = await own.run(declare('dependency-down'));
    expect(stdout).toContain('broker is down: answered 503 Service Unavailable, expected 200-399');
    const report = await own.run([
      ...['incident', 'post-mortem', 'INC-1'],
      ...['--env', 'demo/production', '--rehearse', 'dependency-down'],
    ]);
    expect(report.stdout.split('\n')[2]).toMatch(
      /^Situation at the declaration: broker is down: answered 503 .*; \d+ consequences: .*\.$/,
    );
    const calm = await own.run(declare('log-storm'));
    expect(calm.stderr).toContain(
      'the incident needs a title, because opsdeck sees no problem that could give a title',
    );
    expect(calm.code).toBe(4);
  },
);

test.each<readonly [argv: readonly string[], message: string]>(
  sampled(
    sampled(
      [
        [['update', 'text', '--post', '--to', '#ops'], 'cannot combine --to with --post'],
        [
          ['update', 'text', '--arm', 'x'],
          '--arm, --confirm and --dry-run work only with --post. Add --post, or remove them',
        ],
        [['declare', '--title', 'x', '--severity', 'P9'], 'unknown severity P9'],
        [
          ['status', 'fixed'],
          'unknown incident status fixed. Use one of investigating, identified, monitoring, resolved',
        ],
        [['set', 'owner=me'], 'Write FIELD=VALUE with one of the fields title, impact'],
        [['note'], 'missing text: opsdeck incident note [ID] TEXT'],
        [['note', '\u200b\u3164'], 'missing text: opsdeck incident note [ID] TEXT'],
        [['show', 'INC-99'], 'no incident INC-99'],
      ],
      everyNth(3),
    ),
    everyNth(2),
  ),
)('%j is refused with a clear error', async (argv, message) => {
  if ((await run('list')).stdout.startsWith('no incidents')) await run('declare', '--title', 'practice');
  const { code, stderr } = await run(...argv);
  expect(stderr).toContain(message);
  expect(code).toBe(4);
});

longTest(
  'an entry that cannot be stored is reported with the reason, and the record is as before',
  async () => {
    await run('declare', '--title', 'Lock in the way');
    const id = /^INC-\d+/.exec((await run('list')).stdout.split('\n').at(-2) ?? '')?.[0] ?? '';
    const lock = join(simulation.stateDir, 'incidents.lock');
    await mkdir(lock);
    const { code, stdout, stderr } = await run('note', id, 'pool exhausted');
    await rmdir(lock);
    expect(code).toBe(1);
    expect(stdout).toBe('');
    expect(stderr).toContain(`opsdeck: cannot add to ${id}: `);
    expect((await run('show', id)).stdout).not.toContain('pool exhausted');
  },
);
