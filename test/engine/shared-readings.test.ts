import { describe, expect, test } from 'vitest';
import type { SharedAnswer, SharedReadings, TakenReading } from '../../src/domain/facts/shared-reading.ts';
import type { Profile } from '../../src/domain/profile/profile.ts';
import { createSharedPolling } from '../../src/engine/sources/shared-polling.ts';
import { ownState } from '../../src/runs/evidence/check-feeds.ts';
import type { SourceModule } from '../../src/sources/kit/contract/source.ts';
import { prometheusConfig } from '../../src/sources/prometheus/config.ts';
import { prometheus } from '../../src/sources/prometheus/index.ts';
import { buildSnapshot } from '../../src/store/snapshot.ts';
import { manualClock } from '../support/manual-clock.ts';
import { lost, openToys, profileOf, toy } from './toys.ts';

const start = 1_000_000;
const reader = { user: 'ana', host: 'ana-desk' };

/** Shared readings whose answers the test gives. */
const scripted = (answer: (nth: number, signal: AbortSignal) => SharedAnswer | Promise<SharedAnswer>) => {
  const complete: boolean[] = [];
  const signals: AbortSignal[] = [];
  const shared = {
    ask: async (signal: AbortSignal) => answer(signals.push(signal) - 1, signal),
    answered: (isComplete: boolean) => void complete.push(isComplete),
  };
  return { complete, asked: signals, shared };
};

/** A claim that notes what becomes of it. */
const openClaim = (since: number) => {
  const ends: string[] = [];
  const claim = {
    since,
    publish: () => void ends.push('published'),
    release: () => void ends.push('released'),
  };
  return { ends, answer: { is: 'own', claim } as const };
};

const takenAt = (began: number): SharedAnswer => {
  const batch = { items: [{ source: 'a', at: began, title: 'toy', text: 'taken' }], faults: [] };
  const reading: TakenReading = { reading: batch, began, at: began + 10, reader };
  return { is: 'taken', reading };
};

const openShared = async (
  clock: ReturnType<typeof manualClock>,
  made: ReturnType<typeof toy>,
  { shared }: ReturnType<typeof scripted>,
) => {
  const module = { readingAccess: () => ({ hasSecrets: false, isLocal: false }) };
  const readings: SharedReadings = {
    withCredentials: false,
    source: () => ({ feed: () => shared }),
    close: async () => {},
  };
  const engine = await openToys(clock, { a: [made.feed] }, { readings }, module);
  return { engine, known: () => engine.facts.getState().feeds['a/rows']?.known };
};

describe('a feed whose readings are shared', () => {
  test('shows the reading of another process with its reader and its time, and asks no source', async () => {
    const clock = manualClock(start);
    const rows = toy(clock, 'a/rows');
    const { engine, known } = await openShared(
      clock,
      rows,
      scripted(() => takenAt(start - 400)),
    );
    engine.start();
    await clock.advance(100);
    expect(rows.began).toEqual([]);
    expect(known()).toMatchObject({
      reader,
      began: start - 400,
      at: start - 390,
      items: [{ text: 'taken' }],
    });
    await engine.close();
  });

  test('looks again shortly after the reader will have read again', async () => {
    const clock = manualClock(start);
    const times: number[] = [];
    const script = scripted(() => {
      times.push(clock.now());
      return takenAt(start + 1000 * (times.length - 1));
    });
    const { engine } = await openShared(clock, toy(clock, 'a/rows'), script);
    engine.start();
    await clock.advance(4000);
    for (const [nth, time] of times.entries()) {
      const due = start + 1000 * nth;
      expect(time).toBeGreaterThanOrEqual(due);
      expect(time).toBeLessThan(due + 1000);
    }
    expect(times.length).toBeGreaterThanOrEqual(4);
    await engine.close();
  });

  test('publishes an own reading with its claim; a failed one releases it', async () => {
    const clock = manualClock(start);
    const rows = toy(clock, 'a/rows', {
      answer: (n) => (n === 1 ? lost('denied') : { items: [], faults: [] }),
    });
    const claims = [openClaim(start), openClaim(start)] as const;
    const script = scripted((nth) => claims[nth]?.answer ?? { is: 'own' });
    const { engine, known } = await openShared(clock, rows, script);
    engine.start();
    await clock.advance(100);
    expect(claims[0].ends).toEqual(['published']);
    expect(known()?.reader).toBeUndefined();
    await clock.advance(1500);
    expect(claims[1].ends).toEqual(['released']);
    expect(script.complete.slice(0, 2)).toEqual([true, false]);
    await engine.close();
  });

  test('a refresh reads the source, also while another reading is being looked for', async () => {
    const clock = manualClock(start);
    const rows = toy(clock, 'a/rows');
    const script = scripted(
      (_, signal) =>
        new Promise((resolve) => signal.addEventListener('abort', () => resolve(takenAt(start)))),
    );
    const { engine, known } = await openShared(clock, rows, script);
    engine.start();
    await clock.settle();
    expect(rows.began).toEqual([]);
    await engine.readNow(['a/rows'], new AbortController().signal);
    expect(rows.began).toHaveLength(1);
    expect(known()?.reader).toBeUndefined();
    await engine.close();
  });

  test('while this process reads alone nothing is taken, and what was taken is read again', async () => {
    const clock = manualClock(start);
    const rows = toy(clock, 'a/rows');
    const script = scripted(() => takenAt(clock.now()));
    const { engine, known } = await openShared(clock, rows, script);
    engine.start();
    await clock.advance(100);
    expect(known()?.reader).toEqual(reader);
    const one = engine.readAlone();
    const other = engine.readAlone();
    await one.ready;
    expect(known()?.reader).toBeUndefined();
    const { length } = script.asked;
    one.end();
    await clock.advance(3000);
    expect(script.asked).toHaveLength(length);
    expect(rows.began.length).toBeGreaterThanOrEqual(3);
    other.end();
    await clock.advance(2000);
    expect(known()?.reader).toEqual(reader);
    await engine.close();
  });

  test('a reading that arrives after this process began to read alone is not used', async () => {
    const clock = manualClock(start);
    const rows = toy(clock, 'a/rows');
    const late = Promise.withResolvers<SharedAnswer>();
    const { engine, known } = await openShared(
      clock,
      rows,
      scripted(() => late.promise),
    );
    engine.start();
    await clock.settle();
    const alone = engine.readAlone();
    late.resolve(takenAt(start));
    await alone.ready;
    expect(known()?.reader).toBeUndefined();
    expect(rows.began).toHaveLength(1);
    alone.end();
    await engine.close();
  });

  test('a run sees a taken reading as unread, with its values and history', async () => {
    const clock = manualClock(start);
    const script = scripted(() => takenAt(start));
    const { engine } = await openShared(clock, toy(clock, 'a/rows'), script);
    engine.start();
    await clock.advance(100);
    const seen = ownState(engine.facts.getState(), clock.now());
    expect(seen.feeds['a/rows']).toMatchObject({
      faults: [
        {
          message: 'another opsdeck has read this value, but this one has not yet: wait for the next reading',
        },
      ],
    });
    expect(seen.feeds['a/rows']?.known).toBeUndefined();
    expect(buildSnapshot(seen, clock.now()).faults).not.toEqual([]);
    await engine.close();
  });
});

describe('sharing', () => {
  const position = { file: 'x.yaml', line: 1, col: 1 };
  const config = (more: Record<string, unknown> = {}) =>
    prometheusConfig.parse({ url: 'http://prom.example.com:9090', ...more });
  const entry = (more: Partial<Profile['sources'][number]> = {}) => ({
    ...{ id: 'prom', type: 'prometheus', config: config(), position },
    ...more,
  });
  /** The access under which a source is shared; undefined: it is not. */
  const accessOf = (
    sourceEntry: Profile['sources'][number],
    {
      more = {},
      module = {},
      profile = {},
    }: {
      more?: Partial<SharedReadings>;
      module?: Partial<SourceModule>;
      profile?: Partial<Profile>;
    } = {},
  ): string | undefined => {
    let access: string | undefined;
    const feed = { ...toy(manualClock(start), 'prom/rows').feed, kind: 'alerts' as const };
    const { feeds = [feed] } = profile as { feeds?: never };
    createSharedPolling({ ...profileOf([sourceEntry]), ...profile }, [{ entry: sourceEntry, feeds }], {
      modules: [{ ...(prometheus as SourceModule), ...module }],
      readings: {
        withCredentials: false,
        network: 'net-1',
        source: (text) => ({
          feed: () => {
            access = text;
            return undefined;
          },
        }),
        close: async () => {},
        ...more,
      },
      mayTake: () => true,
    });
    return access;
  };

  test('is for a source that is described by the profile alone', () => {
    expect(accessOf(entry())).toContain('prom.example.com');
  });

  test.each<[string, Parameters<typeof accessOf>]>([
    ['a type that does not declare it', [entry(), { module: { readingAccess: undefined as never } }]],
    ['a plugin', [entry(), { module: { plugin: 'opsdeck-source-x' } }]],
    ['a source behind another one', [entry({ via: { source: 'k8s', target: 'pod/x' } as never })]],
    ['a source with a login of a person', [entry({ login: ['aws', 'sso', 'login'] })]],
    ['a token', [entry({ config: config({ auth: { bearer: 'x' } }) })]],
    ['a user in the URL', [entry({ config: config({ url: 'http://ana:x@prom.example.com' }) })]],
    [
      'a token in the query of the URL',
      [entry({ config: config({ url: 'http://prom.example.com/?key=x' }) })],
    ],
    [
      'a client certificate, even with credentials',
      [entry({ config: config({ tls: { cert: 'c', key: 'k' } }) }), { more: { withCredentials: true } }],
    ],
    ['a config that JSON cannot compare', [entry({ config: { ...config(), rules: [/x/] } })]],
    [
      'a local address on a machine whose network is not known',
      [
        entry({ config: config({ url: 'http://localhost:9090' }) }),
        { more: { network: undefined as never } },
      ],
    ],
  ])('is refused for %s', (_, call) => {
    expect(accessOf(...call)).toBeUndefined();
  });

  test('of a source that is off is no error, whatever its config lacks', () => {
    const polling = createSharedPolling(
      profileOf([entry({ config: {} })]),
      [{ entry: entry({ config: {} }), feeds: [] }],
      {
        modules: [prometheus as SourceModule],
        readings: { withCredentials: true, source: () => ({ feed: () => undefined }), close: async () => {} },
        mayTake: () => true,
      },
    );
    expect(polling.size).toBe(0);
  });

  test('with credentials is for the same credentials only', () => {
    const withToken = (bearer: string) =>
      accessOf(entry({ config: config({ auth: { bearer } }) }), { more: { withCredentials: true } });
    expect(withToken('a')).toBeDefined();
    expect(withToken('a')).not.toBe(withToken('b'));
  });

  test.each(['localhost', '127.0.0.2', '[::1]', 'prometheus', 'x.localhost', '169.254.1.1', '[fe80::1]'])(
    'of the local address %s stays within one network',
    (host) => {
      const at = (network: string) =>
        accessOf(entry({ config: config({ url: `http://${host}:9090` }) }), { more: { network } });
      expect(at('net-1')).toBeDefined();
      expect(at('net-1')).not.toBe(at('net-2'));
    },
  );

  test('distinguishes environments, sources, settings and signals, and not the order of keys', () => {
    const signal = { id: 's', source: 'prom', read: { query: 'up' } } as never;
    const all = [
      accessOf(entry()),
      accessOf(entry(), { profile: { env: 'staging' } }),
      accessOf(entry({ id: 'prom2' })),
      accessOf(entry({ config: config({ severity: 'level' }) })),
      accessOf(entry(), { profile: { signals: [signal] } }),
    ];
    expect(new Set(all).size).toBe(all.length);
    const reversed = Object.fromEntries(Object.entries(config()).toReversed());
    expect(accessOf(entry({ config: reversed }))).toBe(all[0]);
  });
});
