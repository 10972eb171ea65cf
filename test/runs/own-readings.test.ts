import { expect, test } from 'vitest';
import { readAloneDuringRuns } from '../../src/engine/cockpit/read-alone.ts';
import type { Engine } from '../../src/engine/engine.ts';
import { withOwnReadings } from '../../src/runs/own-readings.ts';
import { createCockpitStore } from '../../src/store/cockpit.ts';
import { newRunView } from '../../src/store/run-view.ts';
import { longTest } from '../support/layer.ts';
import { openStage, type Stage } from './stage.ts';

const reader = { user: 'eve', host: 'eve-desk' };

/** Replaces each reading of the breakers by a newer one of another process, which says that all are closed. */
const lie = ({ engine, clock }: Pick<Stage, 'engine' | 'clock'>): (() => void) => {
  const replace = (): void => {
    for (const { feed, known } of Object.values(engine.facts.getState().feeds)) {
      if (known === undefined || known.reader !== undefined || feed.kind !== 'breakers') continue;
      const items = known.items.map((row) => ({ ...row, state: 'closed' }));
      const began = clock.now() + 1;
      const time = clock.now() + 1;
      engine.facts.apply(
        [{ is: 'learned', feed: feed.id, reading: { items, faults: [] }, began, at: time, reader }],
        time,
      );
    }
  };
  return engine.facts.subscribe(replace);
};

longTest('a run does not recover by what another process has read', async () => {
  await using stage = await openStage();
  stage.server.ignores = true;
  const proposal = await stage.propose();
  lie(stage);
  const ended = await stage.go(proposal).end();
  expect(
    Object.values(stage.engine.facts.getState().feeds).some(({ known }) => known?.reader !== undefined),
  ).toBe(true);
  expect(stage.server.changes).toHaveLength(1);
  expect(ended).toMatchObject({ ending: 'executed-not-recovered' });
});

longTest('a run whose own readings say so recovers', async () => {
  await using stage = await openStage();
  expect(await stage.go(await stage.propose()).end()).toMatchObject({ ending: 'recovered' });
});

test('the engine of a run has the same feeds and sources, and no reading of another process', async () => {
  await using stage = await openStage();
  const { engine, clock } = stage;
  await engine.readNow(
    engine.feeds.map(({ id }) => id),
    new AbortController().signal,
  );
  const seen = withOwnReadings(engine, clock);
  expect(seen.snapshot().kinds.breakers.rows.length).toBeGreaterThan(0);
  expect(seen.facts.getState()).toBe(engine.facts.getState());
  const stop = lie(stage);
  engine.facts.apply([], clock.now());
  await engine.readNow(
    engine.feeds.map(({ id }) => id),
    new AbortController().signal,
  );
  stop();
  expect(engine.snapshot().kinds.breakers.rows.length).toBeGreaterThan(0);
  expect(seen.snapshot().kinds.breakers.rows).toEqual([]);
  expect(seen.feeds).toEqual(engine.feeds);
  expect(seen.sources).toBe(engine.sources);
});

/** Notes when a process reads alone. */
const openAloneEngine = () => {
  const calls: string[] = [];
  const engine: Pick<Engine, 'readAlone'> = {
    readAlone: () => {
      calls.push('begin');
      return { ready: Promise.resolve(), end: () => void calls.push('end') };
    },
  };
  return { calls, engine };
};

test('a cockpit reads alone from the first question of a run to the end of its card', () => {
  const cockpit = createCockpitStore();
  const { calls, engine } = openAloneEngine();
  const stop = readAloneDuringRuns(cockpit, engine);
  expect(calls).toEqual([]);
  cockpit.setState({ run: newRunView({ id: 'r', title: 'R' } as never, 'params') });
  cockpit.setState({ run: newRunView({ id: 'r', title: 'R' } as never, 'planning') });
  expect(calls).toEqual(['begin']);
  cockpit.setState(({ run: _, ...rest }) => rest, true);
  expect(calls).toEqual(['begin', 'end']);
  cockpit.setState({ run: newRunView({ id: 'r', title: 'R' } as never, 'params') });
  stop();
  expect(calls).toEqual(['begin', 'end', 'begin', 'end']);
  cockpit.setState(({ run: _, ...rest }) => rest, true);
  expect(calls).toHaveLength(4);
});

longTest('the executor reads alone while it plans and while it executes', async () => {
  await using stage = await openStage();
  const held: number[] = [];
  let alone = 0;
  const { readAlone } = stage.engine;
  stage.engine.readAlone = () => {
    alone += 1;
    const onlyAlone = readAlone();
    return {
      ready: onlyAlone.ready,
      end: () => {
        alone -= 1;
        onlyAlone.end();
      },
    };
  };
  stage.server.onRead = () => void held.push(alone);
  const proposal = await stage.propose();
  await stage.go(proposal).end();
  expect(held.length).toBeGreaterThan(2);
  expect(held.filter((count) => count === 0)).toEqual([]);
  expect(alone).toBe(0);
});
