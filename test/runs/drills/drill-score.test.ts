import { describe, expect, test } from 'vitest';
import { scoreDrill } from '../../../src/runs/drills/drill-score.ts';
import { allClear, healed, hint, mistyped, noticed, runEvents, start } from '../drill-events.ts';

const right = runEvents({ runbook: 'scale', planned: 20, confirmed: 40, ended: 70, remain: 1 });

describe('the recovery', () => {
  test('a verified run and a healed simulator: the later of both is the recovery', () => {
    expect(scoreDrill(start, [noticed(8), ...right, healed(90)])).toEqual({
      outcome: 'recovered',
      noticedMs: 8000,
      diagnosedMs: 20_000,
      actedMs: 40_000,
      recoveredMs: 90_000,
      totalMs: 90_000,
      runbook: 'scale',
      wrongTurns: [],
      gates: { passed: 1, refused: 0, overridden: 0 },
      hints: 0,
    });
    expect(scoreDrill(start, [healed(50), ...right]).recoveredMs).toBe(70_000);
  });

  test('findings that are gone for their hold time are a recovery, too', () => {
    expect(scoreDrill(start, [...right, allClear(right, 200)]).recoveredMs).toBe(200_000);
  });

  test('a verified run alone is no recovery while the symptoms are there', () => {
    const score = scoreDrill(start, right);
    expect(score).toMatchObject({ outcome: 'not-recovered', actedMs: 40_000 });
    expect(score).not.toHaveProperty('recoveredMs');
    expect(score).not.toHaveProperty('diagnosedMs');
    expect(score).not.toHaveProperty('totalMs');
  });

  test('symptoms that went by themselves are no recovery, and the drill says when they went', () => {
    const score = scoreDrill(start, [noticed(3), healed(80)]);
    expect(score).toMatchObject({ outcome: 'healed', noticedMs: 3000, healedMs: 80_000 });
    expect(score).not.toHaveProperty('unproved');
    expect(score).not.toHaveProperty('totalMs');
  });

  test('an act without a proof is named; one that came after the symptoms had gone is not', () => {
    const run = runEvents({
      ...{ runbook: 'scale', planned: 20, confirmed: 40, ended: 70 },
      ending: 'failed',
    });
    expect(scoreDrill(start, [...run, healed(60)])).toMatchObject({ outcome: 'healed', unproved: 'scale' });
    expect(scoreDrill(start, [healed(30), ...run])).not.toHaveProperty('unproved');
  });

  test.each([
    { done: true, unproved: 'restart' },
    { done: false, unproved: undefined },
  ])('a manual step marked done $done: the symptoms went after $unproved', ({ done, unproved }) => {
    const run = runEvents({
      ...{ runbook: 'restart', planned: 20, ended: 70, ending: 'executed-not-recovered' },
      proposal: { danger: 'safe' },
    });
    const ticked = { run: run[0]?.run ?? '', at: start + 40_000, event: 'ticked', step: 'a1', done } as const;
    expect(scoreDrill(start, [...run.slice(0, -1), ticked, ...run.slice(-1), healed(60)]).unproved).toBe(
      unproved,
    );
  });

  test.each(['executed-not-recovered', 'failed', 'cancelled'] as const)(
    'a run that ended %s recovers nothing, although the simulator healed',
    (ending) => {
      const run = runEvents({ runbook: 'scale', planned: 20, confirmed: 40, ended: 70, ending });
      expect(scoreDrill(start, [...run, healed(60)]).outcome).toBe('healed');
    },
  );

  test('a runbook without verification recovers nothing', () => {
    const why = 'the runbook requires no verification';
    const run = runEvents({ runbook: 'tell', planned: 20, confirmed: 40, ended: 45, why });
    expect(scoreDrill(start, [...run, healed(60)])).toMatchObject({
      outcome: 'healed',
      wrongTurns: [],
    });
  });

  test('the right runbook is the one before the symptoms went, not an earlier verified one', () => {
    const other = runEvents({ runbook: 'restart', planned: 5, confirmed: 6, ended: 10, remain: 4 });
    expect(scoreDrill(start, [...other, ...right, healed(50)])).toMatchObject({
      runbook: 'scale',
      diagnosedMs: 20_000,
      actedMs: 6000,
      recoveredMs: 70_000,
    });
  });
});

describe('times', () => {
  test('without a selected row, the first planned runbook is the notice', () => {
    expect(scoreDrill(start, [...right, healed(60)]).noticedMs).toBe(20_000);
  });

  test('nothing done: every time is unknown, not 0', () => {
    expect(scoreDrill(start, [])).toEqual({
      outcome: 'not-recovered',
      wrongTurns: [],
      gates: { passed: 0, refused: 0, overridden: 0 },
      hints: 0,
    });
  });

  test('a declined plan of the right runbook is its first diagnosis', () => {
    const declined = runEvents({ runbook: 'scale', planned: 9, ended: 11, ending: 'declined' }).filter(
      ({ event }) => event !== 'gated',
    );
    expect(scoreDrill(start, [...declined, ...right, healed(60)])).toMatchObject({
      diagnosedMs: 9000,
      wrongTurns: [],
    });
  });
});

describe('wrong turns', () => {
  const wrong = (more: object) =>
    runEvents({ runbook: 'restart', planned: 2, confirmed: 4, ended: 12, remain: 4, ...more });
  const turns = (run: ReturnType<typeof wrong>) =>
    scoreDrill(start, [...run, ...right, healed(60)]).wrongTurns;

  test.each([
    ['another runbook that failed', { ending: 'failed' }, 'restart: failed'],
    [
      'another runbook after which every finding remains',
      {},
      'restart: the checks of the run passed, but all problems are still there',
    ],
    [
      'the right runbook with a value that did not help',
      { runbook: 'scale', ending: 'executed-not-recovered' },
      'scale: executed, not recovered',
    ],
  ])('%s', (_, more, text) => {
    expect(turns(wrong(more))).toEqual([{ is: 'runbook', text }]);
  });

  test.each([
    ['a verified step after which fewer findings remain', { remain: 2 }],
    ['an undo', { proposal: { undoes: 'r9' } }],
    ['a run that only read', { proposal: { danger: 'read' } }],
    ['a first run of the right runbook on another target', { runbook: 'scale' }],
  ])('%s is none', (_, more) => {
    expect(turns(wrong(more))).toEqual([]);
  });

  test('an improvement that came with the next run is not its own', () => {
    const other = wrong({});
    const score = scoreDrill(start, [...other, ...right, allClear(other, 65)]);
    expect(score.wrongTurns).toEqual([
      { is: 'runbook', text: 'restart: the checks of the run passed, but all problems are still there' },
    ]);
  });

  test('refused gates and mistyped confirmations count, and cost a minute each', () => {
    const refused = runEvents({
      runbook: 'scale',
      planned: 9,
      ended: 10,
      ending: 'forbidden',
      why: 'read-only',
    });
    expect(scoreDrill(start, [...refused, mistyped(12), ...right, healed(60)])).toMatchObject({
      recoveredMs: 70_000,
      totalMs: 70_000 + 2 * 60_000,
      wrongTurns: [{ is: 'gate', text: 'read-only' }, { is: 'confirmation' }],
      gates: { passed: 1, refused: 1, overridden: 0 },
    });
  });

  test('an overridden check is counted with the gates', () => {
    const run = runEvents({
      runbook: 'scale',
      planned: 20,
      confirmed: 40,
      ended: 70,
      proposal: { override: 'the freeze is over' },
    });
    expect(scoreDrill(start, [...run, healed(60)]).gates).toEqual({ passed: 1, refused: 0, overridden: 1 });
  });
});

test('each hint costs half a minute', () => {
  expect(scoreDrill(start, [hint(3), hint(6), ...right, healed(60)])).toMatchObject({
    hints: 2,
    recoveredMs: 70_000,
    totalMs: 130_000,
  });
});
