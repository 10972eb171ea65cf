import { expect, test } from 'vitest';
import type { RunEvent } from '../../src/domain/runs/run.ts';
import { LedgerError } from '../../src/persistence/ledger/ledger-error.ts';
import { readLedger } from '../../src/persistence/ledger/read-ledger.ts';
import { everyNth, longTest, sampled } from '../support/layer.ts';
import { closeStep, events, openStage, yes } from './stage.ts';

longTest('waits for the end of the cancel window before sending anything', async () => {
  await using stage = await openStage({ tier: 'production' });
  stage.arming.arm('psp outage');
  const going = stage.go(await stage.propose());
  await going.until('window');
  expect(going.events.at(-1)).toMatchObject({ event: 'window', endsAt: stage.clock.now() + 5000 });
  await stage.clock.advance(4999);
  await stage.quiet();
  expect(stage.server.changes).toEqual([]);
  await stage.clock.advance(1);
  await going.until('acted');
  expect(stage.server.changes).toEqual(['POST /breakers/broker closed']);
  expect(await going.end()).toMatchObject({ ending: 'recovered' });
  expect(going.events[2]).toMatchObject({ event: 'confirmed', names: ['broker'], armed: 'psp outage' });
});

test('a cancel in the window: canceled, nothing sent', async () => {
  await using stage = await openStage({ tier: 'production' });
  stage.arming.arm('psp outage');
  const going = stage.go(await stage.propose());
  await going.until('window');
  going.cancel();
  expect(await going.end()).toMatchObject({
    ending: 'cancelled',
    why: 'canceled before anything was sent',
    sent: [],
  });
  expect(events(going.events)).not.toContain('acting');
  expect(stage.server.changes).toEqual([]);
});

longTest('a cancel during the action aborts the request and reports that it had been sent', async () => {
  await using stage = await openStage();
  stage.server.hangs = true;
  const going = stage.go(await stage.propose());
  await going.until('acting');
  await stage.quiet();
  expect(stage.server.changes).toEqual(['POST /breakers/broker closed']);
  going.cancel();
  const ended = await going.end();
  expect(ended.ending).toBe('cancelled');
  expect(ended.sent).toEqual([
    `POST ${stage.server.url}/breakers/broker → no answer, so the outcome is unknown: canceled`,
  ]);
  expect(ended.why).toBe('stopped after sending: the change may be live; canceled during Close broker');
  expect(ended.undo).toHaveLength(1);
  expect(going.events.at(-2)).toMatchObject({ event: 'acted', ok: false });
  await stage.quiet();
  expect(stage.server.hanging()).toBe(0);
});

longTest('a request without a response fails after five minutes', async () => {
  await using stage = await openStage();
  stage.server.hangs = true;
  const ended = await stage.go(await stage.propose()).end();
  expect(ended).toMatchObject({ ending: 'failed' });
  expect(ended.why).toMatch(/no answer/);
  expect(ended.sent).toHaveLength(1);
});

longTest('a cancel during verification, or while a manual step waits, ends the run', async () => {
  const manual = { id: 'a2', title: 'Tell the owner', manual: true };
  await using stage = await openStage({ act: [closeStep, manual] });
  const waiting = stage.go(await stage.propose(), { tick: () => new Promise(() => {}) });
  await waiting.until('ticking');
  waiting.cancel();
  expect(await waiting.end()).toMatchObject({
    ending: 'cancelled',
    why: 'stopped after sending: the change is live; canceled while waiting for "Tell the owner"',
  });

  stage.server.states.set('broker', 'open');
  const proving = stage.go(await stage.propose());
  await proving.until('ticked');
  await stage.clock.advance(5);
  await proving.until('verifying');
  proving.cancel();
  expect(await proving.end()).toMatchObject({
    ending: 'cancelled',
    why: 'stopped after sending: the change is live; canceled during verification',
    sent: [expect.stringContaining('→ 200')],
    undo: [expect.objectContaining({ title: 'Put broker back to open' })],
  });
});

test('a consumer that stops iterating cancels the run, and the ledger records it', async () => {
  await using stage = await openStage({ tier: 'production' });
  stage.arming.arm('psp outage');
  const proposal = await stage.propose();
  for await (const event of stage.executor.execute(proposal, yes(proposal), new AbortController().signal))
    if (event.event === 'window') break;
  const last = (await readLedger(stage.stateDir)).at(-1)?.entry;
  expect(last).toMatchObject({ event: 'ended', ending: 'cancelled' });
  expect(stage.server.changes).toEqual([]);
});

const full = new LedgerError(
  'the ledger /state/audit.jsonl cannot be written: no space left on the device (ENOSPC)',
);

test.each<RunEvent['event']>(sampled(['planned', 'gated', 'confirmed', 'window', 'acting'], everyNth(3)))(
  'a ledger that cannot record "%s" prevents the run',
  async (refused) => {
    await using stage = await openStage({
      tier: 'production',
      onAppend: ({ entry }) => {
        if (entry.event === refused) throw full;
      },
    });
    stage.arming.arm('psp outage');
    const going = stage.go(await stage.propose());
    const ended = await going.end();
    expect(ended).toMatchObject({ ending: 'failed', sent: [] });
    expect(ended.why).toContain(full.message);
    expect(events(going.events)).not.toContain(refused);
    expect(stage.server.changes).toEqual([]);
  },
);

longTest(
  'a ledger that fails after the action: the run continues with its verification, and its ending reports it',
  async () => {
    await using stage = await openStage({
      onAppend: ({ entry }) => {
        if (['acted', 'verifying', 'ended'].includes(entry.event)) throw full;
      },
    });
    const ended = await stage.go(await stage.propose()).end();
    expect(ended.ending).toBe('recovered');
    expect(ended.why).toBe(`It stays closed. The audit record of this run is incomplete: ${full.message}`);
  },
);

longTest('a ledger that fails after the first action prevents the second', async () => {
  const second = { ...closeStep, id: 'a2', with: { name: 'ledger', to: 'closed' } };
  await using stage = await openStage({
    act: [closeStep, second],
    onAppend: ({ entry }) => {
      if (entry.event === 'acted') throw full;
    },
  });
  const ended = await stage.go(await stage.propose()).end();
  expect(ended).toMatchObject({ ending: 'failed', sent: [`POST ${stage.server.url}/breakers/broker → 200`] });
  expect(stage.server.changes).toEqual(['POST /breakers/broker closed']);
});

longTest('an action is on disk before it is sent', async () => {
  await using stage = await openStage();
  let onDisk: readonly string[] = [];
  stage.server.onRead = () => {};
  const going = stage.go(await stage.propose(), {});
  stage.server.hangs = true;
  await going.until('acting');
  await stage.quiet();
  expect(stage.server.changes).toHaveLength(1);
  onDisk = (await readLedger(stage.stateDir)).map(({ entry }) => entry.event);
  expect(onDisk.slice(0, 5)).toEqual(['planned', 'gated', 'confirmed', 'before', 'acting']);
  going.cancel();
  expect(await going.end()).toMatchObject({ ending: 'cancelled' });
});
