import fc from 'fast-check';
import { expect, test } from 'vitest';
import { verifyLedger } from '../../src/persistence/ledger/verify-ledger.ts';
import { everyNth, rounds, sampled } from '../support/layer.ts';
import { type CockpitUnderTest, type Mutation, openCockpitUnderTest } from './cockpit.ts';
import { anyStep } from './commands.ts';
import { violation } from './invariant.ts';
import { profileOf } from './profile.ts';

const profiles = new Map([
  ['dev', await profileOf('dev')],
  ['production', await profileOf('production')],
]);

/** Totals over all sequences: a model that never acts proves nothing. */
const totals = { changes: 0, endings: new Map<string, number>() };

const sequence = (mutate?: Mutation) =>
  fc.asyncProperty(fc.commands([anyStep], { maxCommands: 30, size: 'max' }), async (steps) => {
    const setup = await openCockpitUnderTest(profiles, mutate);
    try {
      await fc.asyncModelRun(() => ({ model: {}, real: setup }), steps);
      await assertLedgerIntact(setup);
    } finally {
      await setup.close();
    }
  });

/** Asserts that the file holds every acknowledged entry and verifies, unless a step tampered with it. */
const assertLedgerIntact = async (setup: CockpitUnderTest): Promise<void> => {
  setup.diskFull = false;
  await setup.wait(30_000);
  const why = violation(setup);
  if (why !== undefined) throw new Error(why);
  const result = await verifyLedger(setup.stateDir);
  if (!setup.tampered && !result.ok) throw new Error(result.firstBroken?.what);
  if (!setup.tampered && result.count < setup.written.length)
    throw new Error('an acknowledged record is lost');
  totals.changes += setup.received.length;
  for (const { entry } of setup.written)
    if (entry.event === 'ended')
      totals.endings.set(entry.ending, (totals.endings.get(entry.ending) ?? 0) + 1);
};

/** An executor that accepts any answer to a card. */
const acceptAnyAnswer: Mutation = (parts, make) => {
  const executor = make(parts);
  return {
    ...executor,
    execute: (proposal, answers, signal) =>
      executor.execute(proposal, { ...answers, names: proposal.names, by: 'typed', pasted: false }, signal),
  };
};

const bugs: Readonly<Record<string, Mutation>> = {
  'ignores the typed names': acceptAnyAnswer,
  'is always armed': (parts, make) =>
    make({
      ...parts,
      arming: {
        ...parts.arming,
        state: () => ({ readOnly: true, armedUntil: Number.MAX_SAFE_INTEGER, reason: 'x' }),
      },
    }),
  'stays armed after the arming expired': (parts, make) => {
    const { arm, state } = parts.arming;
    let armed: string | undefined;
    // The cockpit arms this object.
    Object.assign(parts.arming, {
      arm: (reason: string) => {
        const why = arm(reason);
        if (why === undefined) armed = reason;
        return why;
      },
    });
    const permanently = (now: number) =>
      armed === undefined ? state(now) : { readOnly: true, armedUntil: now + 1, reason: armed };
    return make({ ...parts, arming: { ...parts.arming, state: permanently } });
  },
  'shortens the cancel window to 1 s': (parts, make) =>
    make({
      ...parts,
      clock: { ...parts.clock, sleep: (ms, signal) => parts.clock.sleep(ms === 5000 ? 1000 : ms, signal) },
    }),
  'acts before the ledger is written': (parts, make) =>
    make({
      ...parts,
      ledger: {
        ...parts.ledger,
        append: async (entry) => {
          parts.ledger.append(entry).catch(() => {});
        },
      },
    }),
  'sends a call twice': (parts, make) =>
    make({
      ...parts,
      change: {
        ...parts.change,
        send: async (request, signal) => {
          await parts.change.send(request, signal);
          return parts.change.send(request, signal);
        },
      },
    }),
  'sends another body than planned': (parts, make) =>
    make({
      ...parts,
      change: {
        ...parts.change,
        send: (request, signal) => parts.change.send({ ...request, body: '{"replicas":9}' }, signal),
      },
    }),
};

test.each(sampled(Object.entries(bugs), everyNth(7)))(
  'the model detects an executor that %s',
  async (_, mutate) => {
    const result = await fc.check(sequence(mutate), { numRuns: 400, endOnFailure: true, seed: 7 });
    expect(result.failed).toBe(true);
    expect(String(result.errorInstance)).toMatch(/^Error: (dev|production) (bus-0|deploy) POST /);
  },
);

/** Fixed by default; OPSDECK_MODEL_SEED=NUMBER generates other sequences. */
const seed = Number(process.env.OPSDECK_MODEL_SEED ?? 20_261_120);

test.each(sampled([0, 1, 2, 3], (part) => part === 3))(
  'every change belongs to a plan that passed its gates and was written to the ledger first (part %i)',
  async (part) => {
    await fc.assert(sequence(), { numRuns: rounds(50, 0.4), seed: seed + part });
  },
);

test('the sequences reach every ending and send changes', () => {
  if (process.env.OPSDECK_MODEL_SEED !== undefined) return;
  expect(totals.changes).toBeGreaterThan(10);
  for (const ending of [
    'recovered',
    'executed-not-recovered',
    'failed',
    'cancelled',
    'declined',
    'forbidden',
  ])
    expect(totals.endings.get(ending), ending).toBeGreaterThan(0);
});
