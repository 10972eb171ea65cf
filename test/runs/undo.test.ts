import { expect, test } from 'vitest';
import type { ChangeFreeze } from '../../src/domain/runbooks/guard.ts';
import type { Proposal } from '../../src/domain/runs/proposal.ts';
import type { RunEvent } from '../../src/domain/runs/run.ts';
import { longTest } from '../support/layer.ts';
import { events, openStage, type Stage, staysClosed } from './stage.ts';

const { signal } = new AbortController();

/** Closes an open breaker; returns the events. */
const closed = async (stage: Stage): Promise<readonly RunEvent[]> => {
  const going = stage.go(await stage.propose());
  await going.end();
  return going.events;
};

/** Replaces what the process knows of a run. */
const remember = ({ ownRuns }: Stage, all: readonly RunEvent[]): void => {
  ownRuns.begin(all[0]?.run ?? '').events.splice(0, Number.POSITIVE_INFINITY, ...all);
};

const undoOf = async (stage: Stage, of: readonly RunEvent[]): Promise<Proposal> => {
  remember(stage, of);
  const undo = await stage.executor.undoProposal(of[0]?.run ?? '', signal);
  if (undo === undefined) throw new Error('no undo is offered');
  return undo;
};

longTest('an undo is recovered when the previous value is read back, and can be undone itself', async () => {
  await using stage = await openStage();
  const undo = await undoOf(stage, await closed(stage));
  expect(undo.title).toBe('Undo: Close a circuit breaker');
  const going = stage.go(undo);
  expect(await going.end()).toMatchObject({ ending: 'recovered', why: 'restored: Close broker' });
  expect(events(going.events)).toContain('verifying');
  expect(stage.server.states.get('broker')).toBe('open');
  const again = stage.go(await undoOf(stage, going.events));
  expect(await again.end()).toMatchObject({ ending: 'recovered' });
  expect(stage.server.states.get('broker')).toBe('closed');
});

test('undoes the started steps of a run whose process died, from the state in its plan', async () => {
  await using stage = await openStage();
  const all = await closed(stage);
  const upTo = (last: RunEvent['event']): readonly RunEvent[] =>
    all.slice(0, all.findIndex(({ event }) => event === last) + 1);
  remember(stage, upTo('confirmed'));
  expect(await stage.executor.undoProposal('run-1', signal)).toBeUndefined();
  const undo = await undoOf(stage, upTo('acting'));
  expect(undo.steps[0]?.plan?.objects.join()).toContain(
    'the previous value was captured 12s ago,the state after the run could not be read, so opsdeck cannot tell whether the object has changed since then,breaker broker',
  );
  expect(await stage.go(undo).end()).toMatchObject({ ending: 'recovered' });
  expect(stage.server.states.get('broker')).toBe('open');
});

test('a run in progress cannot be undone: it holds the targets', async () => {
  await using stage = await openStage();
  const going = stage.go(await stage.propose());
  await going.until('acted');
  const undo = await stage.executor.undoProposal('run-1', signal);
  expect(undo?.refusal).toMatchObject({
    ending: 'forbidden',
    why: expect.stringContaining('is locked'),
  });
  await going.end();
  expect(stage.server.changes).toEqual(['POST /breakers/broker closed']);
});

longTest('a freeze also prevents an undo, and a reason overrides it', async () => {
  const freezes: ChangeFreeze[] = [];
  await using stage = await openStage({ guard: { freezes } });
  const first = await closed(stage);
  freezes.push({ from: 0, to: Date.UTC(2026, 2, 5), why: 'sale', except: [], mayBreak: true });
  const kept = await undoOf(stage, first);
  expect(await stage.go(kept).end()).toMatchObject({
    ending: 'forbidden',
    why: expect.stringContaining('sale'),
  });
  expect(stage.server.states.get('broker')).toBe('closed');
  const undo = await stage.executor.undoProposal('run-1', signal, {
    override: 'it made it worse',
  });
  if (undo === undefined) throw new Error('no undo is offered');
  expect(undo).toMatchObject({ override: 'it made it worse', gate: { typed: true } });
  expect(await stage.go(undo).end()).toMatchObject({ ending: 'recovered' });
  expect(stage.server.states.get('broker')).toBe('open');
});

longTest('an undo that reports success and restores nothing is not recovered', async () => {
  await using stage = await openStage();
  const going = stage.go(await undoOf(stage, await closed(stage)));
  stage.server.onRead = () => {
    if (stage.server.changes.length > 1) stage.server.states.set('broker', 'half-open');
  };
  expect(await going.end()).toMatchObject({
    ending: 'executed-not-recovered',
    why: expect.stringContaining('broker is half-open, expected open'),
  });
});

longTest(
  'changed by others since: rejects the undo, with the state after the run and the current one',
  async () => {
    await using stage = await openStage();
    const first = await closed(stage);
    stage.server.states.set('broker', 'disabled');
    const undo = await undoOf(stage, first);
    expect(undo.refusal).toEqual({
      ending: 'forbidden',
      why: 'broker has changed since the run: expected closed, found disabled. Nothing was overwritten',
    });
    expect(await stage.go(undo).end()).toMatchObject({ ending: 'forbidden' });
    expect(stage.server.changes).toHaveLength(1);
  },
);

longTest('rejects an undo whose target changed between preview and confirmation', async () => {
  await using stage = await openStage();
  const undo = await undoOf(stage, await closed(stage));
  stage.server.states.set('broker', 'disabled');
  expect(await stage.go(undo).end()).toMatchObject({ ending: 'forbidden' });
  expect(stage.server.changes).toHaveLength(1);
});

longTest('does not undo a run of another environment', async () => {
  await using stage = await openStage();
  const first = (await closed(stage)).map((event) =>
    event.event === 'planned' ? { ...event, proposal: { ...event.proposal, env: 'production' } } : event,
  );
  expect((await undoOf(stage, first)).refusal).toEqual({
    ending: 'forbidden',
    why: 'run run-1 belongs to demo/production, not demo/dev: start the undo there',
  });
});

longTest.each([
  [60_000, 'the previous value was captured 1m'],
  [3_600_000, 'check that this is still the one you want'],
])('offers undo after %i ms, and shows the age of the previous value', async (ms, words) => {
  await using stage = await openStage();
  const first = await closed(stage);
  await stage.clock.advance(ms);
  const undo = await undoOf(stage, first);
  expect(undo.refusal).toBeUndefined();
  expect(undo.steps[0]?.plan?.objects.join('\n')).toContain(words);
});

test('offers undo with a warning if the state after the run is unreadable', async () => {
  await using stage = await openStage({ verify: [{ ...staysClosed, forMs: 0, withinMs: 1000 }] });
  stage.server.onRead = () => {
    stage.server.readStatus = stage.server.changes.length > 0 ? 503 : 200;
  };
  const first = await closed(stage);
  stage.server.onRead = () => {};
  stage.server.readStatus = 200;
  const undo = await undoOf(stage, first);
  expect(undo.refusal).toBeUndefined();
  expect(undo.steps[0]?.plan?.objects).toContainEqual(
    expect.stringContaining('cannot tell whether the object has changed since then'),
  );
});

test('rejects an object with the same name but another uid than the one shown', async () => {
  await using stage = await openStage();
  const ask = (uid: string) =>
    stage.executor.propose(
      {
        runbook: stage.runbook,
        params: { name: 'broker' },
        shown: [
          { name: 'broker', uid },
          { name: 'other', uid: 'x' },
        ],
      },
      signal,
    );
  const [target] = (await stage.propose()).steps[0]?.plan?.targets ?? [];
  expect((await ask(target?.uid ?? '')).refusal).toBeUndefined();
  expect((await ask('of yesterday')).refusal).toMatchObject({
    ending: 'forbidden',
    why: expect.stringContaining('broker is not the object that was shown'),
  });
  expect(stage.server.changes).toEqual([]);
});

longTest.each([
  ['a drill', true, undefined],
  ['a real run', undefined, true],
] as const)('%s is not undone on the other side of the simulator', async (_, of, here) => {
  await using there = await openStage(of === undefined ? {} : { drill: of });
  const all = await closed(there);
  expect(all[0]).toMatchObject({ event: 'planned', proposal: of === undefined ? {} : { drill: true } });
  await using stage = await openStage(here === undefined ? {} : { drill: here });
  const undo = await undoOf(stage, all);
  expect(undo.refusal).toMatchObject({
    ending: 'forbidden',
    why: expect.stringMatching(/^run \S+ belongs to .*: start the undo there$/),
  });
  expect(stage.server.changes).toEqual([]);
});
