import { expect, test } from 'vitest';
import type { SystemFingerprint } from '../../src/domain/facts/fingerprint.ts';
import type { VerifyStep } from '../../src/domain/runbooks/runbook.ts';
import type { RunEvent } from '../../src/domain/runs/run.ts';
import { parseExpression } from '../../src/expressions/rows/parse.ts';
import { WireError } from '../../src/platform/runtime/wire-error.ts';
import {
  createSameSystem,
  questioned,
  readFingerprints,
  strangerProblem,
} from '../../src/runs/evidence/same-system.ts';
import { longTest } from '../support/layer.ts';
import { manualClock } from '../support/manual-clock.ts';
import { closeStep, openStage, type Stage, type StageOptions, staysClosed } from './stage.ts';

const primary: SystemFingerprint = { parts: { system_identifier: '7412', role: 'primary' } };
const standby: SystemFingerprint = { parts: { system_identifier: '7412', role: 'standby' } };

const looked: VerifyStep = {
  id: 'v2',
  title: 'It reads closed',
  use: 'bus.look',
  with: { name: '${param.name}' },
  expect: { column: 'state', value: 'closed' },
  withinMs: 5000,
  forMs: 0,
};

/** A stage whose action is dropped: it is answered with success, and another server, where all is well, answers from then on. */
const openSwitched = async (
  answers: () => SystemFingerprint,
  stranger: () => SystemFingerprint,
  options: StageOptions = {},
): Promise<Stage> => {
  let isSwitched = false;
  const stage = await openStage({
    fingerprint: async () => (isSwitched ? stranger() : answers()),
    ...options,
  });
  stage.server.ignores = true;
  stage.server.onChange = () => {
    isSwitched = true;
    stage.server.states.set('broker', 'closed');
  };
  return stage;
};

const lastProofs = (events: readonly RunEvent[]) =>
  events.flatMap((event) => (event.event === 'verifying' ? [event.proofs] : [])).at(-1);

longTest.each([
  ['facts', staysClosed],
  ['a reading operation', looked],
])('a dropped action is not recovered when another server answers: by %s', async (_, step) => {
  await using stage = await openSwitched(
    () => primary,
    () => standby,
    { verify: [step] },
  );
  const going = stage.go(await stage.propose());
  expect(await going.end()).toMatchObject({
    ending: 'executed-not-recovered',
    why: expect.stringContaining('unknown, another server answers: role primary → standby'),
  });
  expect(lastProofs(going.events)).toMatchObject([{ value: 'unknown' }]);
});

longTest('the same run recovers when the same server answers', async () => {
  await using stage = await openSwitched(
    () => primary,
    () => primary,
    { verify: [staysClosed, looked] },
  );
  expect(await stage.go(await stage.propose()).end()).toMatchObject({ ending: 'recovered' });
});

longTest('a counter that goes back is another server, one that grows is not', async () => {
  const at = (timeline: number): SystemFingerprint => ({ parts: {}, counters: { timeline } });
  await using grown = await openSwitched(
    () => at(2),
    () => at(3),
  );
  expect(await grown.go(await grown.propose()).end()).toMatchObject({ ending: 'recovered' });
  await using restored = await openSwitched(
    () => at(2),
    () => at(1),
  );
  expect(await restored.go(await restored.propose()).end()).toMatchObject({
    ending: 'executed-not-recovered',
    why: expect.stringContaining('another server answers: timeline went back, 2 → 1'),
  });
});

const processOf = (start: string, ageMs: number): SystemFingerprint => ({
  parts: { 'instance/bus': `started ${start}` },
  ages: { 'instance/bus': ageMs },
});

longTest(
  'a process that the run may have restarted recovers, one that is older than the run does not',
  async () => {
    await using restarted = await openSwitched(
      () => processOf('08:00', 7_200_000),
      () => processOf('10:15', 500),
      { mayRestart: true },
    );
    expect(await restarted.go(await restarted.propose()).end()).toMatchObject({ ending: 'recovered' });
    await using replica = await openSwitched(
      () => processOf('08:00', 7_200_000),
      () => processOf('09:00', 3_600_000),
      { mayRestart: true },
    );
    expect(await replica.go(await replica.propose()).end()).toMatchObject({
      ending: 'executed-not-recovered',
      why: expect.stringContaining(
        'another server answers: instance/bus started 08:00 → started 09:00, running for 1h',
      ),
    });
  },
);

test('a process that was too old in one reading is no restart in the next, which rounds its age the other way', async () => {
  const ages = [2000, 3000, 2000];
  const clock = manualClock();
  const answers: SystemFingerprint[] = [
    { parts: { run_id: 'a' }, ages: { run_id: 7_200_000 } },
    ...ages.map((age): SystemFingerprint => ({ parts: { run_id: 'b' }, ages: { run_id: age } })),
  ];
  const fingerprint = async (): Promise<SystemFingerprint> => answers.shift() ?? primary;
  const source = { id: 'cache', feeds: [], operations: [], fingerprint, close: async () => {} };
  const reader = { engine: { sources: new Map([['cache', source]]) }, clock };
  const { signal } = new AbortController();
  const before = await readFingerprints(questioned(['cache'], clock.now()), reader, signal);
  const systems = createSameSystem({ ...reader, before, changes: { parts: [], restarts: true } });
  await clock.advance(1500);
  const problems: (string | undefined)[] = [];
  for (const _ of ages) {
    await systems.read(questioned(['cache'], clock.now()), signal);
    problems.push(systems.problem('cache'));
  }
  const stranger = 'another server answers: run_id a → b, running for 3s';
  expect(problems).toEqual([undefined, stranger, stranger]);
});

longTest(
  'a system that told facts before the action, but not who it is, ties no later answer to itself',
  async () => {
    let isQuestioned = false;
    await using stage = await openSwitched(
      () => primary,
      () => standby,
      {
        isAnonymous: true,
        fingerprint: async () => {
          if (stage.server.states.get('broker') === 'closed') return standby;
          isQuestioned = true;
          throw new WireError('timeout', 'no answer within 5s');
        },
      },
    );
    expect(await stage.go(await stage.propose()).end()).toMatchObject({
      ending: 'executed-not-recovered',
      why: expect.stringContaining('unknown, it is unknown which server answered before the action: '),
    });
    expect(isQuestioned).toBe(true);
  },
);

const withoutQuestion = (): SystemFingerprint => {
  throw new WireError('missing', 'unknown command HELLO');
};

longTest('a server without a question who it is recovers like a source without a fingerprint', async () => {
  await using stage = await openSwitched(withoutQuestion, withoutQuestion);
  expect(await stage.go(await stage.propose()).end()).toMatchObject({ ending: 'recovered' });
});

longTest.each([
  ['tells it', withoutQuestion, () => primary, 'another server answers: this server identifies itself'],
  ['does not', () => primary, withoutQuestion, 'cannot confirm that the same server answers: '],
])('a server that %s, unlike the one before the action, proves nothing', async (_, before, after, why) => {
  await using stage = await openSwitched(before, after);
  expect(await stage.go(await stage.propose()).end()).toMatchObject({
    ending: 'executed-not-recovered',
    why: expect.stringContaining(why),
  });
});

longTest('a process that restarted by itself proves nothing', async () => {
  await using stage = await openSwitched(
    () => processOf('08:00', 7_200_000),
    () => processOf('10:15', 500),
  );
  expect(await stage.go(await stage.propose()).end()).toMatchObject({
    ending: 'executed-not-recovered',
    why: expect.stringContaining('another server answers'),
  });
});

longTest('a refusal to tell who answers is no equality, on either side', async () => {
  const refused = (): SystemFingerprint => {
    throw new WireError('denied', 'permission denied for INFO');
  };
  await using after = await openSwitched(() => primary, refused);
  expect(await after.go(await after.propose()).end()).toMatchObject({
    ending: 'executed-not-recovered',
    why: expect.stringMatching(/cannot confirm that the same server answers: .*permission denied/),
  });
});

longTest('an undo is not restored by another server', async () => {
  let now = primary;
  await using stage = await openStage({ fingerprint: async () => now });
  const going = stage.go(await stage.propose());
  await going.end();
  const undo = await stage.executor.undoProposal(going.events[0]?.run ?? '', new AbortController().signal);
  if (undo === undefined) throw new Error('no undo is offered');
  stage.server.ignores = true;
  stage.server.onChange = () => {
    now = standby;
    stage.server.states.set('broker', 'open');
  };
  expect(await stage.go(undo).end()).toMatchObject({
    ending: 'executed-not-recovered',
    why: 'restored: Close broker: another server answers: role primary → standby',
  });
});

longTest('a step that declares a failover may change the role', async () => {
  await using stage = await openSwitched(
    () => primary,
    () => standby,
    { act: [{ ...closeStep, changesSystem: ['role'] }] },
  );
  expect(await stage.go(await stage.propose()).end()).toMatchObject({ ending: 'recovered' });
});

/** A source whose wall clock is set back by 30 s after the first reading. */
const clockSetBack = async () => {
  const clock = manualClock();
  let wallMs = 1_000_000;
  const source = {
    id: 'compose',
    feeds: [],
    operations: [],
    fingerprint: async (): Promise<SystemFingerprint> => ({
      parts: { daemon: 'A' },
      clock: { '': { wallMs, monotonicMs: 5000 } },
    }),
    close: async () => {},
  };
  const reader = { engine: { sources: new Map([['compose', source]]) }, clock };
  const { signal } = new AbortController();
  const before = await readFingerprints(questioned(['compose'], clock.now()), reader, signal);
  const systems = createSameSystem({ ...reader, before, changes: { parts: [], restarts: true } });
  wallMs -= 30_000;
  await systems.read(questioned(['compose'], clock.now()), signal);
  return systems;
};

test.each([
  [
    'all(workloads | startedAt > ${before})',
    'the clock of compose was set back by 30s, so opsdeck cannot compare times before and after the action',
  ],
  ['all(workloads[source = host] | startedAt > ${before})', undefined],
  ['all(workloads | new)', undefined],
])('a clock that was set back makes comparisons of times unknown: %s', async (text, problem) => {
  const parsed = parseExpression(text);
  if (!parsed.ok) throw new Error(parsed.message);
  const feeds = [{ id: 'compose/workloads', source: 'compose', kind: 'workloads' as const }];
  expect(strangerProblem(await clockSetBack(), feeds, parsed.expression, {})?.why).toBe(problem);
});

test('a question who answers that gets no answer makes the facts unknown, whatever was answered before', async () => {
  let amount = 0;
  await using stage = await openStage({
    fingerprint: (signal) => {
      amount += stage.server.states.get('broker') === 'half-open' ? 1 : 0;
      if (amount < 3) return Promise.resolve(primary);
      // From here on another server answers, where all is well, and its identity takes too long.
      stage.server.states.set('broker', 'closed');
      return new Promise((_, reject) => {
        signal.addEventListener('abort', () => reject(signal.reason));
      });
    },
  });
  stage.server.ignores = true;
  stage.server.onChange = () => {
    stage.server.states.set('broker', 'half-open');
  };
  expect(await stage.go(await stage.propose()).end()).toMatchObject({
    ending: 'executed-not-recovered',
    why: expect.stringContaining('cannot confirm that the same server answers'),
  });
  expect(amount).toBe(3);
});

longTest.each([
  ['after the action', [primary, primary, { ...primary, others: [{ at: 0, fingerprint: standby }] }]],
  [
    'already before it',
    [
      { ...primary, others: [{ at: 0, fingerprint: standby }] },
      { ...primary, others: [{ at: 0, fingerprint: standby }] },
      primary,
    ],
  ],
])('another server on a second connection proves nothing: %s', async (_, answers) => {
  let amount = 0;
  await using stage = await openStage({
    fingerprint: async () => answers[Math.min(amount++, answers.length - 1)] ?? primary,
  });
  expect(await stage.go(await stage.propose()).end()).toMatchObject({
    ending: 'executed-not-recovered',
    why: expect.stringMatching(/another server answers: role primary → standby/),
  });
});

longTest(
  'a source is asked about all answers since the begin of its oldest reading in question',
  async () => {
    const questions: (number | undefined)[] = [];
    await using stage = await openStage({
      fingerprint: async (_, since) => {
        questions.push(since);
        return primary;
      },
      verify: [staysClosed, looked],
    });
    const going = stage.go(await stage.propose());
    expect(await going.end()).toMatchObject({ ending: 'recovered' });
    const acted = going.events.find(({ event }) => event === 'verifying')?.at ?? Number.NaN;
    expect(questions.slice(0, 3).every((since) => since !== undefined && since < acted)).toBe(true);
    expect(questions.slice(3).every((since) => since !== undefined && since >= acted)).toBe(true);
  },
);
