import { expect, test } from 'vitest';
import { findingsText, type IncidentStatus } from '../../src/domain/incidents/incident-status.ts';
import type { RunEvent } from '../../src/domain/runs/run.ts';
import { readLedger } from '../../src/persistence/ledger/read-ledger.ts';
import { longTest } from '../support/layer.ts';
import { openStage, type Stage } from './stage.ts';

const read = (stage: Stage) => stage.engine.readNow(['bus/breakers'], new AbortController().signal);

/** Closes the broker; other breakers stay as they are. The facts were read before the confirmation. */
const closeBroker = async (stage: Stage) => {
  await read(stage);
  const proposal = await stage.propose();
  return { proposal, ended: await stage.go(proposal).end() };
};

/** Watches the run, with one reading per second. */
const watched = (stage: Stage, run: string) => {
  const seen: RunEvent[] = [];
  const stop = new AbortController();
  const following = (async () => {
    for await (const event of stage.executor.watch(run, stop.signal)) seen.push(event);
  })();
  const pass = async (ms: number): Promise<void> => {
    for (let gone = 0; gone < ms; gone += 1000) {
      await read(stage);
      await stage.clock.advance(1000);
      await stage.quiet();
    }
  };
  const states = (): readonly IncidentStatus['state'][] =>
    seen.flatMap((event) => (event.event === 'incident' ? [event.incident.state] : []));
  return { seen, pass, states, stop: () => stop.abort('test ended'), following };
};

longTest(
  'the step is verified, and the incident goes on: what remains is counted, with the worst one',
  async () => {
    await using stage = await openStage();
    stage.server.states.set('ledger', 'open');
    const { ended } = await closeBroker(stage);
    expect(ended).toMatchObject({
      ending: 'recovered',
      incident: { state: 'ongoing', began: 2, remaining: 1, unknown: 0, arisen: 0 },
    });
    expect(ended.incident?.worst).toEqual([
      { what: expect.stringMatching(/^breakers .*ledger open$/), level: 'crit' },
    ]);
  },
);

longTest('the next runbook is the one that matches what remains', async () => {
  await using stage = await openStage();
  stage.server.states.set('ledger', 'open');
  const other = { ...stage.runbook, id: 'close-all', when: 'any(breakers | state = open)' };
  (stage.engine.profile.runbooks as unknown[]).push(other);
  const { ended } = await closeBroker(stage);
  expect(ended.incident?.next).toBe('close-all');
});

test('all clear only after every finding has been gone for its hold time; then a return is reported', async () => {
  await using stage = await openStage({ verify: 'none', everyMs: 1000 });
  stage.server.states.set('ledger', 'closed');
  const { proposal, ended } = await closeBroker(stage);
  expect(ended.incident).toMatchObject({ state: 'clearing', began: 1, remaining: 0 });
  const watch = watched(stage, proposal.run);
  await watch.pass(5000);
  expect(watch.states()).toEqual([]);
  await watch.pass(20_000);
  expect(watch.states()).toEqual(['all-clear']);
  stage.server.states.set('broker', 'open');
  await watch.pass(4000);
  expect(watch.states()).toEqual(['all-clear', 'ongoing']);
  watch.stop();
  await watch.following;
  const kept = (await readLedger(stage.stateDir, { run: proposal.run })).map(({ entry }) => entry);
  expect(kept.filter(({ event }) => event === 'incident')).toMatchObject([
    { incident: { state: 'all-clear', remaining: 0 } },
    { incident: { state: 'ongoing', remaining: 1 } },
  ]);
});

test('a finding that flickers never becomes the all-clear', async () => {
  await using stage = await openStage({ verify: 'none' });
  stage.server.states.set('ledger', 'closed');
  const { proposal } = await closeBroker(stage);
  const watch = watched(stage, proposal.run);
  for (let turn = 0; turn < 6; turn++) {
    stage.server.states.set('broker', turn % 2 === 0 ? 'open' : 'closed');
    await watch.pass(6000);
  }
  expect(watch.states()).not.toContain('all-clear');
  watch.stop();
  await watch.following;
});

longTest('what cannot be read is unknown: neither gone nor remaining', async () => {
  await using stage = await openStage();
  stage.server.states.set('ledger', 'closed');
  const { proposal } = await closeBroker(stage);
  const watch = watched(stage, proposal.run);
  stage.server.readStatus = 503;
  await watch.pass(120_000);
  expect(watch.states()).not.toContain('all-clear');
  expect(watch.seen.findLast(({ event }) => event === 'incident')).toMatchObject({
    incident: { state: 'unknown', unknown: 1, remaining: 0 },
  });
  watch.stop();
  await watch.following;
});

longTest('a finding whose row is gone has vanished: nothing says that it was solved', async () => {
  await using stage = await openStage();
  stage.server.onChange = () => stage.server.states.delete('ledger');
  const { ended } = await closeBroker(stage);
  expect(ended.incident).toMatchObject({ state: 'unknown', began: 2, remaining: 0, unknown: 0, vanished: 1 });
  expect(ended.incident?.worst).toEqual([
    {
      what: expect.stringMatching(/^breakers .*ledger open$/),
      level: 'crit',
      why: expect.stringMatching(/^breakers .*ledger is gone, it was open before the action$/),
      missing: {
        is: 'gone',
        object: expect.stringMatching(/^breakers .*ledger$/),
        kind: 'breakers',
        source: 'bus',
        since: expect.any(Number),
      },
    },
  ]);
  expect(ended.incident && findingsText(ended.incident)).toMatch(
    /^2 findings: 1 cleared, 1 vanished; breakers .*ledger is gone, it was open before the action$/,
  );
});

longTest('a finding is not cleared by another server, and its return is believed again', async () => {
  let answers = 'primary';
  await using stage = await openStage({ fingerprint: async () => ({ parts: { role: answers } }) });
  stage.server.onChange = () => {
    answers = 'standby';
    stage.server.states.set('ledger', 'closed');
  };
  const { ended, proposal } = await closeBroker(stage);
  const why = 'another server answers: role primary → standby';
  expect(ended).toMatchObject({
    ending: 'executed-not-recovered',
    incident: { state: 'unknown', began: 2, unknown: 2, remaining: 0, worst: [{ why }, { why }] },
  });
  const watch = watched(stage, proposal.run);
  answers = 'primary';
  await watch.pass(40_000);
  expect(watch.states().at(-1)).toBe('all-clear');
  watch.stop();
  await watch.following;
});

longTest('a run is not recovered because the row of its check is gone', async () => {
  await using stage = await openStage();
  stage.server.onChange = () => stage.server.states.delete('broker');
  stage.server.ignores = true;
  const { ended } = await closeBroker(stage);
  expect(ended).toMatchObject({ ending: 'executed-not-recovered' });
});

longTest('a new critical finding keeps the incident going, although its own are gone', async () => {
  await using stage = await openStage();
  stage.server.states.set('ledger', 'closed');
  const { proposal } = await closeBroker(stage);
  const watch = watched(stage, proposal.run);
  stage.server.states.set('ledger', 'open');
  await watch.pass(30_000);
  expect(watch.states()).toEqual(['ongoing']);
  expect(watch.seen.findLast(({ event }) => event === 'incident')).toMatchObject({
    incident: { remaining: 0, arisen: 1 },
  });
  watch.stop();
  await watch.following;
});

longTest('no finding at the start, or nothing executed: no statement', async () => {
  await using stage = await openStage();
  stage.server.states.set('broker', 'closed');
  stage.server.states.set('ledger', 'closed');
  const { ended } = await closeBroker(stage);
  expect(ended).not.toHaveProperty('incident');
  stage.server.states.set('broker', 'open');
  await read(stage);
  const proposal = await stage.propose();
  const declined = await stage.executor.decline(proposal, 'declined');
  expect(declined).not.toHaveProperty('incident');
});
