import { expect, test } from 'vitest';
import type { SourceModule } from '../sources/kit/contract/source.ts';
import { changesContractTests } from './changes-contract.ts';
import { type FailureMode, retryAfterMs } from './failure-modes.ts';
import { historyContractTests } from './history-contract.ts';
import {
  type Facts,
  failureModeNamed,
  jsonText,
  type OpenedRig,
  openRig,
  readingTexts,
  readUnderDeadline,
  type SourceExpectation,
  type Stage,
  secret,
  type Wire,
  withoutReadTimes,
} from './source-rig.ts';

/** Characters that a terminal interprets. */
export const terminalControl =
  /[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\u{100000}-\u{10ffff}]/u;
const forms = [secret, encodeURIComponent(secret), Buffer.from(`opsdeck:${secret}`).toString('base64')];

/** The facts by feed, without their read times. */
export const factsOf = (read: ReadonlyMap<string, Facts>) =>
  Object.fromEntries(
    [...read].map(([id, { items, samples }]) => [
      id,
      {
        items: items.map(withoutReadTimes),
        ...(samples === undefined ? {} : { samples: samples.map(withoutReadTimes) }),
      },
    ]),
  );

/** Asserts the facts of all feeds. The message names the faults: without it, a failed read is only a feed without rows. */
export const expectFacts = (
  read: ReadonlyMap<string, Facts>,
  expected: SourceExpectation['healthy'],
  when = 'the healthy server',
): void => {
  const faults = [...read.values()].flatMap((reading) => reading.faults.map(({ message }) => message));
  expect(factsOf(read), `${when}: ${faults.length === 0 ? 'no faults' : faults.join('; ')}`).toEqual(
    expected,
  );
};

/** Asserts the facts of a feed for a server with this failure mode. */
const expectFailure = (
  failure: FailureMode,
  wired: OpenedRig<unknown>,
  id: string,
  facts: Facts,
  call: RegExp,
): void => {
  const { probe } = wired.feeds.find((feed) => feed.id === id) ?? {};
  expect(
    facts.faults.map((fault) => fault.kind),
    `${id}: ${readingTexts(facts)}`,
  ).toEqual([failure.fault]);
  for (const fault of facts.faults) {
    expect(fault.source).toBe(wired.source.id);
    expect(fault.message).toMatch(call);
    if (failure.fault === 'throttled') expect(fault.retryAfterMs).toBe(retryAfterMs);
    if (failure.fault === 'timeout') expect(fault.message).toMatch(/: no answer in /);
  }
  if (probe === true) {
    expect(facts.items).toEqual([
      expect.objectContaining({ status: failure.row, detail: expect.stringMatching(/\S/) }),
    ]);
    expect(facts.items.flatMap((item) => ('components' in item ? item.components : []))).toEqual([]);
  } else if (failure.isAbsence === true)
    expect(facts.items.filter((item) => 'value' in item && item.value !== undefined)).toEqual([]);
  else expect(facts.items).toEqual([]);
};

const httpCall = /^(GET|HEAD) http:\/\/127\.0\.0\.1:\d+\/\S* *: \S/;

/** Failures of the wire are faults that name the call, and end with it. */
const failureTests = <M extends FailureMode, W extends Wire<M>>(
  stage: Stage<M, W>,
  module: SourceModule,
): void => {
  const { rig, failureModes } = stage;

  test.each(failureModes)(
    '$name: every feed reports a fault that names the call, and nothing throws',
    async (failure) => {
      await using wired = await openRig(stage, module);
      await wired.wire.set(failure);
      for (const feed of wired.feeds) {
        if (stage.untouched?.(failure, feed.id) === true) continue;
        const facts = await readUnderDeadline(wired, feed, failure.hangs === true);
        expectFailure(failure, wired, feed.id, facts, stage.call ?? httpCall);
        for (const form of forms) expect(readingTexts(facts)).not.toContain(form);
        expect(readingTexts(facts)).not.toMatch(terminalControl);
      }
    },
  );

  test('a recovered wire is read again at once, whatever failed before', async () => {
    await using wired = await openRig(stage, module);
    for (const failure of failureModes) {
      await wired.wire.set(failure);
      for (const feed of wired.feeds)
        await readUnderDeadline(
          wired,
          feed,
          failure.hangs === true && stage.untouched?.(failure, feed.id) !== true,
        );
      await wired.wire.heal();
      expectFacts(await wired.readAll(), rig.healthy, `after ${failure.name}`);
    }
  });
};

/** Reads that hang end by their deadline, by an abort or with the source, and their connections with them. */
const hangingTests = <M extends FailureMode, W extends Wire<M>>(
  stage: Stage<M, W>,
  module: SourceModule,
  hanging: M,
): void => {
  test('a deadline ends a hanging read and its connection', async () => {
    await using wired = await openRig(stage, module);
    await wired.wire.set(hanging);
    for (const feed of wired.feeds) {
      await readUnderDeadline(wired, feed, true);
      await wired.wire.drained();
    }
  });

  test('an aborted read ends at once as cancelled, without rows, and closes its connection', async () => {
    await using wired = await openRig(stage, module);
    await wired.wire.set(hanging);
    for (const feed of wired.feeds) {
      const stop = new AbortController();
      const before = wired.wire.asked();
      const facts = feed.read(stop.signal);
      await wired.wire.arrived(before + 1);
      stop.abort(new DOMException('aborted', 'AbortError'));
      const { items, faults } = await facts;
      expect(items, feed.id).toEqual([]);
      expect(faults.map((fault) => fault.kind)).toEqual(['cancelled']);
      await wired.wire.drained();
    }
    const amount = wired.wire.asked();
    for (const feed of wired.feeds) await feed.read(AbortSignal.abort());
    expect(wired.wire.asked(), 'a read that starts aborted makes no request').toBe(amount);
  });

  test('close ends open connections and requests in progress', async () => {
    const wired = await openRig(stage, module);
    await wired.readAll();
    await wired.wire.set(hanging);
    const before = wired.wire.asked();
    const reads = wired.feeds.slice(0, 1).map((feed) => feed.read(new AbortController().signal));
    await wired.wire.arrived(before + 1);
    await wired.source.close();
    for (const { faults } of await Promise.all(reads))
      expect(faults.map((fault) => fault.kind)).toEqual(['cancelled']);
    await wired.wire.drained();
    await wired[Symbol.asyncDispose]();
  });
};

/** Nothing but a confirmed action changes a system. */
const readOnlyTest = <M extends FailureMode, W extends Wire<M>>(
  stage: Stage<M, W>,
  module: SourceModule,
): void => {
  const { rig } = stage;

  test('reading, identifying, examining and planning are read-only', async () => {
    await using wired = await openRig(stage, module);
    const { signal } = new AbortController();
    await wired.readAll();
    expect(await wired.source.identify?.(signal)).toBeUndefined();
    const findings = (await wired.source.doctor?.(signal)) ?? [];
    expect(findings.filter((finding) => !finding.ok)).toEqual([]);
    expect(wired.source.operations.map((operation) => operation.name).sort()).toEqual(
      Object.keys(rig.operations).sort(),
    );
    for (const operation of wired.source.operations) {
      const plan = await operation.plan(rig.operations[operation.name] ?? {}, signal);
      expect(plan.targets.length).toBeGreaterThan(0);
      expect(plan.calls.every((call) => plan.targets[call.target] !== undefined)).toBe(true);
      expect(await operation.recheck(plan, signal)).toBeUndefined();
      for (const form of forms) expect(JSON.stringify(plan)).not.toContain(form);
    }
    expect([...wired.wire.methods()].filter((method) => method !== 'GET' && method !== 'HEAD')).toEqual([]);
  });
};

/** Registers the tests of the contract for every source type, whatever server it reads. */
export const sourceContractTests = <M extends FailureMode, W extends Wire<M>>(
  stage: Stage<M, W>,
  module: SourceModule,
): void => {
  const { rig, failureModes } = stage;
  const hanging = failureModes.find((failure) => failure.name === 'hanging');
  const down = failureModeNamed(stage, 'down');
  const steady = (facts: object): string => jsonText(facts).replaceAll(rig.moving ?? /$^/g, '…');

  test('a read returns the facts of the wire, in a stable order', async () => {
    await using wired = await openRig(stage, module);
    const read = await wired.readAll();
    expectFacts(read, rig.healthy);
    expect([...read.keys()]).toEqual(wired.feeds.map((feed) => feed.id));
    expect(steady(factsOf(await wired.readAll()))).toBe(steady(factsOf(read)));
    for (const { faults } of read.values())
      for (const fault of faults) expect(fault).toMatchObject({ kind: 'missing', source: rig.type });
  });

  test('unknown values are absent, never 0', async () => {
    await using wired = await openRig(stage, module);
    const read = await wired.readAll();
    for (const [id, unknowns] of Object.entries(rig.unknowns)) {
      const values = unknowns(read.get(id) ?? { items: [], faults: [] });
      expect(values.length, id).toBeGreaterThan(0);
      expect(
        values.every((value) => value === undefined),
        id,
      ).toBe(true);
    }
  });

  failureTests(stage, module);

  if (hanging !== undefined) hangingTests(stage, module, hanging);

  historyContractTests(stage, module, { call: stage.call ?? httpCall, credentials: forms });

  changesContractTests(stage, module, forms);

  const { partial } = rig;
  if (partial !== undefined)
    test('one denied call does not hide the results of the others', async () => {
      await using wired = await openRig(stage, module);
      await wired.wire.denyOnly?.(partial.denied);
      const read = await wired.readAll();
      expect(read.get(partial.feed)?.items.map(withoutReadTimes)).toEqual(partial.items);
      expect(
        [...read.values()].flatMap(({ faults }) => faults.filter((fault) => fault.kind === 'denied')),
      ).toHaveLength(1);
    });

  readOnlyTest(stage, module);

  if (stage.isAnonymous !== true)
    test('identify rejects a different system, and reports a fault when it cannot ask', async () => {
      await using wired = await openRig(stage, module);
      const { signal } = new AbortController();
      await wired.wire.turnStranger?.();
      expect(await wired.source.identify?.(signal)).toMatchObject({ kind: 'wrong-system', source: rig.type });
      await wired.wire.set(down);
      expect(await wired.source.identify?.(signal)).toMatchObject({ kind: 'unreachable' });
    });
};
