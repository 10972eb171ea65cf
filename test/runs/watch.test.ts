import { expect, test } from 'vitest';
import type { Runbook } from '../../src/domain/runbooks/runbook.ts';
import type { RunEvent } from '../../src/domain/runs/run.ts';
import { readLedger } from '../../src/persistence/ledger/read-ledger.ts';
import { longTest } from '../support/layer.ts';
import { openStage, type Stage } from './stage.ts';

/** A recovered run and its watch, with the engine polling every second as in the cockpit. */
const recovered = async (stage: Stage, runbook: Partial<Runbook> = {}) => {
  const proposal = await stage.propose({ name: 'broker' }, runbook);
  expect(await stage.go(proposal).end()).toMatchObject({ ending: 'recovered' });
  const stop = new AbortController();
  const seen: RunEvent[] = [];
  let over = false;
  const following = (async () => {
    for await (const event of stage.executor.watch(proposal.run, stop.signal)) seen.push(event);
    over = true;
  })();
  /** Advances time, one reading per second, for as long as the run is watched. */
  const pass = async (ms: number): Promise<void> => {
    for (let gone = 0; gone < ms && !over; gone += 1000) {
      await stage.engine.readNow(['bus/breakers'], new AbortController().signal);
      await stage.clock.advance(1000);
      await stage.quiet();
    }
  };
  return { proposal, seen, stop, following, pass, said: () => seen.map(({ event }) => event) };
};

longTest('a check that holds for ten minutes: watched, without requests or events in between', async () => {
  await using stage = await openStage();
  const sent = stage.server.changes.length + 1;
  const { seen, pass } = await recovered(stage);
  await pass(11 * 60_000);
  expect(seen).toEqual([
    expect.objectContaining({ event: 'watching', until: (seen[0]?.at ?? 0) + 600_000 }),
    expect.objectContaining({ event: 'watched', held: true, why: 'for 10m' }),
  ]);
  expect(stage.server.changes).toHaveLength(sent);
});

longTest('reads nothing beyond the scheduled feeds', async () => {
  await using stage = await openStage();
  const { seen } = await recovered(stage);
  const { reads } = stage.server;
  await stage.quiet();
  await stage.clock.advance(120_000);
  expect(seen.map(({ event }) => event)).toContain('watching');
  expect(stage.server.reads).toBe(reads);
});

longTest(
  'a check that is false for longer than its grace period: relapsed, with the check and the reason; then the watch ends',
  async () => {
    await using stage = await openStage();
    const { seen, pass, said } = await recovered(stage);
    await pass(60_000);
    stage.server.states.set('broker', 'open');
    const from = stage.clock.now();
    await pass(60_000);
    expect(said()).toEqual(['watching', 'relapsed', 'watched']);
    const [, relapsed, watched] = seen;
    expect(relapsed).toMatchObject({
      proofs: [{ id: 'v1', value: 'false' }],
      why: expect.stringMatching(/^It stays closed: .*open/),
    });
    expect((relapsed?.at ?? 0) - from).toBeGreaterThanOrEqual(5000);
    expect((relapsed?.at ?? 0) - from).toBeLessThanOrEqual(8000);
    expect(watched).toMatchObject({ held: false, why: expect.stringMatching(/^relapsed after 1m\d\ds$/) });
  },
);

longTest('false for less than the grace period is not a relapse', async () => {
  await using stage = await openStage();
  const { pass, said } = await recovered(stage);
  for (let turn = 0; turn < 5; turn++) {
    stage.server.states.set('broker', 'open');
    await pass(4000);
    stage.server.states.set('broker', 'closed');
    await pass(3000);
  }
  expect(said()).toEqual(['watching']);
});

test('unknown is not a relapse; its duration and its end are reported', async () => {
  await using stage = await openStage();
  const { seen, pass } = await recovered(stage);
  stage.server.readStatus = 503;
  await pass(120_000);
  expect(seen.slice(1)).toEqual([
    expect.objectContaining({ event: 'watching', blind: expect.stringMatching(/^It stays closed: /) }),
  ]);
  stage.server.readStatus = 200;
  await pass(10_000);
  expect(seen.at(-1)).not.toHaveProperty('blind');
  await pass(600_000);
  expect(seen.slice(2).map(({ event }) => event)).toEqual(['watching', 'watched']);
  expect(seen.at(-1)).toMatchObject({ held: true });
});

test('a check that is unknown at the end is not reported as held', async () => {
  await using stage = await openStage();
  const { seen, pass } = await recovered(stage, { watchMs: 60_000 });
  await pass(30_000);
  stage.server.readStatus = 503;
  await pass(60_000);
  expect(seen.at(-1)).toMatchObject({
    event: 'watched',
    held: false,
    why: expect.stringMatching(/^after 1m it is unknown whether the recovery lasts: It stays closed: /),
  });
});

test('watch: 0, no checks, a run that did not recover, and a second call: not watched', async () => {
  await using stage = await openStage();
  const { seen } = await recovered(stage, { watchMs: 0 });
  expect(seen).toEqual([]);
  stage.server.states.set('broker', 'open');
  expect((await recovered(stage, { verify: 'none' })).seen).toEqual([]);
  stage.server.states.set('broker', 'open');
  stage.server.onRead = () => stage.server.states.set('broker', 'open');
  const proposal = await stage.propose();
  expect(await stage.go(proposal).end()).toMatchObject({ ending: 'executed-not-recovered' });
  const again: RunEvent[] = [];
  for await (const event of stage.executor.watch(proposal.run, AbortSignal.abort())) again.push(event);
  for await (const event of stage.executor.watch(proposal.run, new AbortController().signal))
    again.push(event);
  expect(again).toEqual([]);
});

longTest('another run on the same target ends it; a run on another target does not', async () => {
  await using stage = await openStage();
  const { seen, pass, said } = await recovered(stage);
  await pass(5000);
  await stage.go(await stage.propose({ name: 'ledger' })).end();
  expect(said()).toEqual(['watching']);
  stage.server.states.set('broker', 'open');
  const other = await stage.propose();
  await stage.go(other).end();
  await stage.quiet();
  expect(said()).toEqual(['watching', 'watched']);
  expect(seen.at(-1)).toMatchObject({
    held: false,
    why: expect.stringContaining(`run ${other.run} (${other.title}) acts on the same target`),
  });
});

test('its undo ends the watch', async () => {
  await using stage = await openStage();
  const { seen, proposal } = await recovered(stage);
  const undo = await stage.executor.undoProposal(proposal.run, new AbortController().signal);
  if (undo === undefined) throw new Error('no undo');
  await stage.go(undo).end();
  await stage.quiet();
  expect(seen.at(-1)).toMatchObject({
    event: 'watched',
    why: expect.stringContaining(`run ${undo.run} undoes this run`),
  });
});

longTest(
  'watches several runs independently, and records the events after the ending in the ledger',
  async () => {
    await using stage = await openStage();
    const first = await recovered(stage);
    const proposal = await stage.propose({ name: 'ledger' });
    await stage.go(proposal).end();
    const stop = new AbortController();
    const second: RunEvent[] = [];
    const following = (async () => {
      for await (const event of stage.executor.watch(proposal.run, stop.signal)) second.push(event);
    })();
    await first.pass(3000);
    stop.abort('its environment was closed');
    await stage.clock.advance(1000);
    await following;
    expect(second.at(-1)).toMatchObject({
      event: 'watched',
      held: false,
      why: expect.stringContaining('its environment was closed'),
    });
    expect(first.said()).toEqual(['watching']);
    const written = (await readLedger(stage.stateDir, { run: proposal.run })).map(({ entry }) => entry.event);
    expect(written.slice(-3)).toEqual(['ended', 'watching', 'watched']);
  },
);
