import { describe, expect, test } from 'vitest';
import { healthy } from './front.ts';
import { armed, breakages, type Mood, moods, retryAfterMs } from './moods.ts';
import { type Facts, lasting, type Rig } from './rig.ts';
import { rigs } from './rigs.ts';
import { readUnderDeadline, secret, type Wired, wire, wordsOf } from './wired.ts';

const control = /[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\u{100000}-\u{10ffff}]/u;
const forms = [secret, encodeURIComponent(secret), Buffer.from(`opsdeck:${secret}`).toString('base64')];

/** Everything but when it was read, feed by feed. */
const factsOf = (read: ReadonlyMap<string, Facts>) =>
  Object.fromEntries(
    [...read].map(([id, { items, samples }]) => [
      id,
      { items: items.map(lasting), ...(samples === undefined ? {} : { samples: samples.map(lasting) }) },
    ]),
  );

/** What a feed must say of a wire in this mood. */
const expectMood = (mood: Mood, wired: Wired, id: string, facts: Facts): void => {
  const { probe } = wired.feeds.find((feed) => feed.id === id) ?? {};
  expect(
    facts.faults.map((fault) => fault.kind),
    `${id}: ${wordsOf(facts)}`,
  ).toEqual([mood.fault]);
  for (const fault of facts.faults) {
    expect(fault.source).toBe(wired.source.id);
    expect(fault.message).toMatch(/^(GET|HEAD) http:\/\/127\.0\.0\.1:\d+\/\S* *: \S/);
    if (mood.fault === 'throttled') expect(fault.retryAfterMs).toBe(retryAfterMs);
    if (mood.fault === 'timeout') expect(fault.message).toMatch(/: no answer in /);
  }
  if (probe === true) {
    expect(facts.items).toEqual([
      expect.objectContaining({ status: mood.row, detail: expect.stringMatching(/\S/) }),
    ]);
    expect(facts.items.flatMap((item) => ('components' in item ? item.components : []))).toEqual([]);
  } else expect(facts.items).toEqual([]);
};

const suite = (rig: Rig): void => {
  test('it says what the wire says, twice the same in the same order', async () => {
    await using wired = await wire(rig);
    const read = await wired.readAll();
    expect(factsOf(read)).toEqual(rig.healthy);
    expect([...read.keys()]).toEqual(wired.feeds.map((feed) => feed.id));
    expect(JSON.stringify(factsOf(await wired.readAll()))).toBe(JSON.stringify(factsOf(read)));
    for (const { faults } of read.values())
      for (const fault of faults) expect(fault).toMatchObject({ kind: 'missing', source: rig.type });
  });

  test('what the wire does not know is absent, never 0', async () => {
    await using wired = await wire(rig);
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

  test.each([...moods, ...breakages])(
    '$name: every feed says so with its call, and nobody throws',
    async (mood) => {
      await using wired = await wire(rig);
      wired.front.treat(mood.treat);
      for (const feed of wired.feeds) {
        const facts = await readUnderDeadline(wired, feed, mood.hangs === true);
        expectMood(mood, wired, feed.id, facts);
        for (const form of forms) expect(wordsOf(facts)).not.toContain(form);
        expect(wordsOf(facts)).not.toMatch(control);
      }
    },
  );

  test('a wire that has recovered is believed at once, whatever it was before', async () => {
    await using wired = await wire(rig);
    for (const mood of moods) {
      wired.front.treat(mood.treat);
      for (const feed of wired.feeds) await readUnderDeadline(wired, feed, mood.hangs === true);
      wired.front.treat(healthy);
      expect(factsOf(await wired.readAll()), `after ${mood.name}`).toEqual(rig.healthy);
    }
  });

  test('a deadline ends a read that hangs, and its connection', async () => {
    await using wired = await wire(rig);
    wired.front.treat(() => {});
    for (const feed of wired.feeds) {
      await readUnderDeadline(wired, feed, true);
      await wired.front.drained();
    }
  });

  test('a read that is no longer wanted ends at once, as cancelled, without a row, and so does its connection', async () => {
    await using wired = await wire(rig);
    wired.front.treat(() => {});
    for (const feed of wired.feeds) {
      const stop = new AbortController();
      const before = wired.front.asked();
      const facts = feed.read(stop.signal);
      await wired.front.arrived(before + 1);
      stop.abort(new DOMException('no longer wanted', 'AbortError'));
      const { items, faults } = await facts;
      expect(items, feed.id).toEqual([]);
      expect(faults.map((fault) => fault.kind)).toEqual(['cancelled']);
      await wired.front.drained();
    }
    const asked = wired.front.asked();
    for (const feed of wired.feeds) await feed.read(AbortSignal.abort());
    expect(wired.front.asked(), 'a read that was never wanted asks nothing').toBe(asked);
  });

  test('one call that is denied hides nothing that the others brought', async () => {
    await using wired = await wire(rig);
    const denied = moods.find((mood) => mood.name === 'denied');
    wired.front.treat((response, request, pass) =>
      rig.partial.denied.test(request.url ?? '')
        ? denied?.treat(response, request, pass)
        : healthy(response, request, pass),
    );
    const read = await wired.readAll();
    expect(read.get(rig.partial.feed)?.items.map(lasting)).toEqual(rig.partial.items);
    expect(
      [...read.values()].flatMap(({ faults }) => faults.filter((fault) => fault.kind === 'denied')),
    ).toHaveLength(1);
  });

  test('an endless answer is not read to its end', async () => {
    await using wired = await wire(rig);
    const endless = breakages.find((mood) => mood.name.includes('100 MB'));
    wired.front.treat(endless?.treat ?? healthy);
    const [feed] = wired.feeds;
    const facts = await feed?.read(new AbortController().signal);
    expect(facts?.faults[0]?.message).toContain('longer than 8 MiB');
    await wired.front.drained();
    expect(wired.front.bytesSent()).toBeLessThan(40 * 1024 * 1024);
  });

  test('texts that a terminal would obey are read as the same facts', async () => {
    await using wired = await wire(rig);
    wired.front.treat(armed);
    const facts = factsOf(await wired.readAll());
    expect(facts).toEqual(rig.healthy);
    expect(JSON.stringify(facts)).not.toMatch(control);
  });

  test('reading, identifying, examining and planning only ever read', async () => {
    await using wired = await wire(rig);
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
    expect([...wired.front.methods()].filter((method) => method !== 'GET' && method !== 'HEAD')).toEqual([]);
  });

  test('another system behind the address is found out, and one that cannot be asked is a fault', async () => {
    await using wired = await wire(rig);
    const { signal } = new AbortController();
    wired.front.treat((response) => void response.end('{"name":"somebody else","build":{"name":"else"}}'));
    expect(await wired.source.identify?.(signal)).toMatchObject({ kind: 'wrong-system', source: rig.type });
    wired.front.treat(moods[0]?.treat ?? healthy);
    expect(await wired.source.identify?.(signal)).toMatchObject({ kind: 'unreachable' });
  });

  test('closing it leaves no connection, and ends what is under way', async () => {
    const wired = await wire(rig);
    await wired.readAll();
    wired.front.treat(() => {});
    const before = wired.front.asked();
    const reads = wired.feeds.slice(0, 1).map((feed) => feed.read(new AbortController().signal));
    await wired.front.arrived(before + 1);
    await wired.source.close();
    for (const { faults } of await Promise.all(reads))
      expect(faults.map((fault) => fault.kind)).toEqual(['cancelled']);
    await wired.front.drained();
    await wired[Symbol.asyncDispose]();
  });
};

for (const rig of rigs) describe(rig.type, () => suite(rig));
