import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { track } from '../machine/children.ts';
import { until } from '../machine/until.ts';
import { passwords } from '../postgres/roles.ts';
import { openProxy } from '../proxy.ts';
import { underTest } from '../setting.ts';
import {
  type CountedPrometheus,
  feedOf,
  openCountedPrometheus,
  openReadingCockpit,
  type ReadingCockpitOptions,
} from '../team/reading-cockpit.ts';
import { asSuperuser, createMachines, freshTables, program } from '../team/stage.ts';

const server = underTest();
let machines = createMachines();
let prometheus: CountedPrometheus;
beforeEach(async () => {
  machines = createMachines();
  prometheus = machines.stack.use(await openCountedPrometheus());
  await freshTables();
});
afterEach(() => machines.stack.disposeAsync());

type Cockpit = Awaited<ReturnType<typeof openReadingCockpit>>;

/** A cockpit that polls. */
const cockpit = async (user: string, more: Partial<ReadingCockpitOptions> = {}): Promise<Cockpit> => {
  const stateDir = await machines.dir();
  const opened = await openReadingCockpit({ login: program, stateDir, user, url: prometheus.url, ...more });
  machines.stack.defer(opened.close);
  opened.engine.start();
  return opened;
};

const readerOf = ({ engine }: Cockpit) => feedOf(engine).known?.reader;
/** Waits until one of them takes readings of another one, and returns it: any of them may be the reader. */
const follower = async (all: readonly Cockpit[]): Promise<Cockpit> => {
  const found = () => all.find((entry) => readerOf(entry) !== undefined);
  await until('one takes a reading', async () => found() !== undefined);
  return found() ?? Promise.reject(new Error('it reads itself again'));
};

/** Notes whether a feed is ever without a reading, or with a stale one. Returns a function that ends and tells. */
const watchStaleness = (all: readonly Cockpit[]): (() => boolean) => {
  let wasStale = false;
  const leave = all[0]?.clock.every(50, () => {
    for (const { engine, clock } of all) {
      const { known, feed } = feedOf(engine);
      if (known === undefined || clock.now() - known.at > feed.staleMs) wasStale = true;
    }
  });
  return () => {
    leave?.();
    return wasStale;
  };
};

const rows = async (): Promise<number> =>
  Number((await asSuperuser('SELECT count(*) FROM opsdeck.reading'))[0]);

/** Runs until one of the feeds was read so many times, and returns the queries that the server has seen meanwhile. */
const queriesDuring = async (polls: number, [first]: readonly Cockpit[]): Promise<number> => {
  if (first === undefined) throw new Error('no cockpit');
  const before = prometheus.queries();
  let seen = 0;
  let last: number | undefined;
  const leave = first.engine.facts.subscribe(() => {
    const { known } = feedOf(first.engine);
    if (known === undefined || known.began === last) return;
    last = known.began;
    seen += 1;
  });
  await until('it has polled', async () => seen > polls, 60_000);
  leave();
  return prometheus.queries() - before;
};

/** A process of its own, to be killed or stopped. */
const openProcess = async (user: string) => {
  const config = { login: program, stateDir: await machines.dir(), user, url: prometheus.url };
  const script = fileURLToPath(new URL('../team/reading-worker.ts', import.meta.url));
  const child = spawn(process.execPath, [script, JSON.stringify(config)], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const tracked = track(child);
  machines.stack.defer(async () => {
    child.kill('SIGCONT');
    await tracked.end();
  });
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  await lines.next();
  return {
    user,
    kill: (signal: NodeJS.Signals) => void child.kill(signal),
    /** The state of its feed, and whether it was ever stale. */
    ask: async (): Promise<{ reader: string | null; began: number; faults: number; wasStale: boolean }> => {
      child.stdin.write('\n');
      const { value } = await lines.next();
      return JSON.parse(String(value));
    },
  };
};

describe('shared readings', () => {
  test.each([1, 3, 10])('with %i cockpits the server sees about the requests of one', async (count) => {
    const all: Cockpit[] = [];
    for (let nth = 0; nth < count; nth++) all.push(await cockpit(`user-${nth}`));
    await until('all have data', async () => all.every(({ engine }) => feedOf(engine).known !== undefined));
    if (count > 1)
      await until('they share', async () => all.filter((entry) => readerOf(entry)).length >= count - 1);
    const polls = 10;
    const queries = await queriesDuring(polls, all);
    // Alone, each would have sent them all. A reading may be replaced once more where claims meet.
    expect(queries).toBeGreaterThanOrEqual(polls / 2);
    expect(queries).toBeLessThanOrEqual(polls * 1.75);
    for (const { engine } of all) expect(feedOf(engine)).toMatchObject({ faults: [] });
  });

  test('a reading has its reader, the value, and a time that is not later than it was', async () => {
    const both = [await cockpit('ana'), await cockpit('ben')];
    const first = await follower(both);
    const other = both.find((it) => it !== first);
    const { known } = feedOf(first.engine);
    expect(known?.reader).toEqual(
      both[0] === first ? { user: 'ben', host: 'ben-desk' } : { user: 'ana', host: 'ana-desk' },
    );
    const { known: original } = feedOf(other?.engine ?? first.engine);
    // One clock in this test. The server answers with a new value each time.
    expect(known?.samples[0]?.value).toBe(original?.samples[0]?.value);
    expect(known?.began).toBeLessThanOrEqual(original?.began ?? 0);
    expect(known?.at).toBeLessThanOrEqual(original?.at ?? 0);
    expect((original?.at ?? 0) - (known?.at ?? 0)).toBeLessThan(1000);
  });

  test('an unchanged reading gets a new time only', async () => {
    prometheus.value = 7;
    const ana = await cockpit('ana');
    const ben = await cockpit('ben');
    await follower([ana, ben]);
    const sealed = () => asSuperuser('SELECT sealed FROM opsdeck.reading');
    const began = () => asSuperuser('SELECT began_at FROM opsdeck.reading');
    const text = await sealed();
    const time = await began();
    await until('it was read again', async () => String(await began()) !== String(time));
    expect(await sealed()).toEqual(text);
    prometheus.value = 8;
    await until('it has changed', async () => String(await sealed()) !== String(text));
    await until('both see it', async () =>
      [ana, ben].every(({ engine }) => feedOf(engine).known?.samples[0]?.value === 8),
    );
    expect(await rows()).toBe(1);
  });

  test.each(['SIGKILL', 'SIGSTOP'] as const)(
    'after %s of the reader another one reads, before anything is stale',
    async (signal) => {
      const all = [await openProcess('ana'), await openProcess('ben'), await openProcess('eve')];
      const published = async () =>
        JSON.parse((await asSuperuser('SELECT reader FROM opsdeck.reading'))[0] ?? '[]');
      await until('they share', async () => {
        const seen = await Promise.all(all.map((entry) => entry.ask()));
        return seen.filter(({ reader }) => reader !== null).length === 2;
      });
      const [user] = await published();
      const others = all.filter((entry) => entry.user !== user);
      expect(others).toHaveLength(2);
      all.find((entry) => entry.user === user)?.kill(signal);
      const before = prometheus.queries();
      await until('the others have polled on', async () => prometheus.queries() - before >= 5);
      await until('one takes from the other', async () => {
        const readers = await Promise.all(others.map((entry) => entry.ask()));
        return readers.some(({ reader }) => others.some((entry) => entry.user === reader));
      });
      for (const one of others) expect(await one.ask()).toMatchObject({ faults: 0, wasStale: false });
    },
  );

  test.each(['refuse', 'silent'] as const)(
    'without the database (%s) everybody polls alone, and shares again later',
    async (way) => {
      const proxy = await openProxy(server.port);
      machines.stack.defer(() => proxy.close());
      const url = `postgres://opsdeck@127.0.0.1:${new URL(proxy.origin).port}/shop`;
      const login = { url, password: passwords.opsdeck };
      const ana = await cockpit('ana', { login });
      const ben = await cockpit('ben', { login });
      await until('one takes', async () => [ana, ben].some((entry) => readerOf(entry) !== undefined));
      const wasStale = watchStaleness([ana, ben]);
      await proxy.set(way);
      await until('both read themselves', async () =>
        [ana, ben].every((entry) => readerOf(entry) === undefined),
      );
      const before = prometheus.queries();
      await until('they go on', async () => prometheus.queries() - before >= 6);
      expect(wasStale()).toBe(false);
      for (const { engine } of [ana, ben]) expect(feedOf(engine).faults).toEqual([]);
      await proxy.set('through');
      await until(
        'one takes again',
        async () => [ana, ben].some((entry) => readerOf(entry) !== undefined),
        55_000,
      );
    },
  );

  test('a failure of the source is nobody else’s: each reads for itself', async () => {
    const ana = await cockpit('ana');
    const ben = await cockpit('ben');
    await follower([ana, ben]);
    prometheus.answer(403);
    await until('both are denied', async () =>
      [ana, ben].every(({ engine }) => feedOf(engine).faults.some(({ kind }) => kind === 'denied')),
    );
    // Nobody publishes, and nobody takes while its own last answer was a failure.
    const { known } = feedOf(ben.engine);
    await until(
      'the reading is stale',
      async () => ben.clock.now() - (known?.at ?? 0) > feedOf(ben.engine).feed.staleMs,
    );
    expect(feedOf(ben.engine).known?.began).toBe(known?.began);
    prometheus.answer(200);
    await until('they share again', async () =>
      [ana, ben].some((entry) => readerOf(entry) !== undefined && feedOf(entry.engine).faults.length === 0),
    );
  });
});

describe('access', () => {
  test.each([
    ['another token', { bearer: 'another-token' }],
    ['no token', {}],
    ['another version of opsdeck', { bearer: 'a-token', version: '1.0.1' }],
  ])('%s never finds the reading', async (_, other) => {
    const ana = await cockpit('ana', { bearer: 'a-token', withCredentials: true });
    await until('it publishes', async () => (await rows()) === 1);
    const ben = await cockpit('ben', { ...other, withCredentials: true });
    await until('the other one publishes its own', async () => (await rows()) === 2);
    const polls = await queriesDuring(4, [ben]);
    expect(polls).toBeGreaterThanOrEqual(4);
    expect([ana, ben].map((entry) => readerOf(entry)?.user)).not.toContain('eve');
    expect(readerOf(ben)?.user ?? 'ben').toBe('ben');
    expect(readerOf(ana)?.user ?? 'ana').toBe('ana');
  });

  test('a source with credentials is not shared unless the profile says so', async () => {
    const [ana] = [await cockpit('ana', { bearer: 'a-token' }), await cockpit('ben', { bearer: 'a-token' })];
    await queriesDuring(4, [ana]);
    expect(await rows()).toBe(0);
  });

  test('the table shows neither the source, nor the value, nor anything of the token', async () => {
    prometheus.value = 424_242;
    await cockpit('ana', { bearer: 'a-very-secret-token', withCredentials: true });
    await until('it publishes', async () => (await rows()) === 1);
    const text = (await asSuperuser('SELECT row_to_json(r) FROM opsdeck.reading AS r')).join('\n');
    for (const word of ['prom', 'orders', '424242', 'a-very-secret-token', '127.0.0.1'])
      expect(text).not.toContain(word);
    expect(text).toContain('ana');
  });
});

describe('a manipulated database', () => {
  /** Changes every reading that is published, at once: by a superuser, who knows no more than what the table has. */
  const sabotage = (change: string) =>
    asSuperuser(`CREATE FUNCTION opsdeck.sabotage() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN IF NEW.began_at IS DISTINCT FROM OLD.began_at THEN ${change} END IF; RETURN NEW; END $$;
      CREATE TRIGGER sabotage BEFORE UPDATE ON opsdeck.reading FOR EACH ROW EXECUTE FUNCTION opsdeck.sabotage()`);

  /** Whom the readings of the cockpits are shown to be from, while the server is polled so many times. */
  const readersDuring = async (queries: number, all: readonly Cockpit[]): Promise<readonly unknown[]> => {
    const seen: unknown[] = [];
    const leaves = all.map((entry) => entry.engine.facts.subscribe(() => void seen.push(readerOf(entry))));
    const before = prometheus.queries();
    await until('they poll', async () => prometheus.queries() - before >= queries);
    for (const leave of leaves) leave();
    return seen.filter((reader) => reader !== undefined);
  };

  test.each([
    ['a text that is not sealed', "NEW.sealed := encode('{}', 'base64');"],
    ['a text with a changed byte', "NEW.sealed := 'AAAA' || substr(NEW.sealed, 5);"],
    ['a huge text', "NEW.sealed := repeat('A', 900000);"],
    ['another digest', "NEW.digest := repeat('0', 32);"],
    ['another stamp', "NEW.stamp := repeat('0', 32);"],
    ['no stamp', 'NEW.stamp := NULL;'],
    ['a later time', "NEW.began_at := NEW.began_at + interval '1 millisecond';"],
    ['a time in the future', "NEW.began_at := now() + interval '1 hour';"],
    ['a longer read', 'NEW.took_ms := NEW.took_ms + 1;'],
    ['another reader', 'NEW.reader := \'["root","server"]\';'],
    ['a reader with control characters', 'NEW.reader := \'["\' || chr(27) || \'[2J","x"]\';'],
    [
      'an earlier reading under a new time',
      'IF OLD.sealed IS NOT NULL THEN NEW.sealed := OLD.sealed; NEW.digest := OLD.digest; NEW.stamp := OLD.stamp; END IF;',
    ],
  ])('%s is not shown: everyone reads the source', async (_, change) => {
    await sabotage(change);
    const all = [await cockpit('ben'), await cockpit('eve')];
    await until(
      'something is published',
      async () => (await asSuperuser('SELECT 1 FROM opsdeck.reading WHERE began_at IS NOT NULL')).length > 0,
    );
    const isStale = watchStaleness(all);
    // The first reading has nothing before it that could be put in its place.
    const readers = await readersDuring(change.includes('OLD.sealed') ? 8 : 5, all);
    if (!change.includes('OLD.sealed')) expect(readers).toEqual([]);
    else expect(all.map(readerOf)).toEqual([undefined, undefined]);
    expect(isStale()).toBe(false);
    for (const { engine } of all) expect(feedOf(engine).faults).toEqual([]);
  });

  test('a reading of another access, put in the place of a call, is not shown', async () => {
    await sabotage(`SELECT sealed, digest, stamp, reader INTO NEW.sealed, NEW.digest, NEW.stamp, NEW.reader
      FROM opsdeck.reading WHERE reader LIKE '["eve%' LIMIT 1;`);
    await cockpit('eve', { bearer: 'that-of-eve', withCredentials: true });
    const readers = () => asSuperuser('SELECT DISTINCT reader FROM opsdeck.reading');
    // Her own first reading is no reading of the table yet, so it would be replaced by nothing.
    await asSuperuser('ALTER TABLE opsdeck.reading DISABLE TRIGGER sabotage');
    await until('hers is published', async () => String(await readers()).includes('eve'));
    await asSuperuser('ALTER TABLE opsdeck.reading ENABLE TRIGGER sabotage');
    const all = [await cockpit('ana'), await cockpit('ben')];
    await until(
      'hers is in both rows',
      async () => (await rows()) === 2 && String(await readers()) === '["eve","eve-desk"]',
    );
    expect(await readersDuring(6, all)).toEqual([]);
  });

  test('a claim without an end delays a poll, and nothing becomes stale', async () => {
    await asSuperuser(`CREATE FUNCTION opsdeck.sabotage() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN NEW.claimed_until := now() + interval '1 hour'; RETURN NEW; END $$;
      CREATE TRIGGER sabotage BEFORE INSERT OR UPDATE ON opsdeck.reading FOR EACH ROW EXECUTE FUNCTION opsdeck.sabotage()`);
    const all = [await cockpit('ben'), await cockpit('eve')];
    await until('it is claimed', async () => (await rows()) === 1);
    const isStale = watchStaleness(all);
    await readersDuring(8, all);
    expect(isStale()).toBe(false);
    expect(all.map(readerOf)).toEqual([undefined, undefined]);
  });

  test('without the tables of an older migration everybody polls alone', async () => {
    await asSuperuser('DROP TABLE opsdeck.reading; DROP TABLE opsdeck.reading_salt');
    const ana = await cockpit('ana');
    const ben = await cockpit('ben');
    expect(await queriesDuring(4, [ana, ben])).toBeGreaterThanOrEqual(7);
    for (const { engine } of [ana, ben]) expect(feedOf(engine).faults).toEqual([]);
  });
});

describe('runs', () => {
  test('while a run needs it, nothing is taken, and what was taken is read again', async () => {
    const both = [await cockpit('ana'), await cockpit('ben')];
    const one = await follower(both);
    const alone = one.engine.readAlone();
    await alone.ready;
    const readers: unknown[] = [readerOf(one)];
    const leave = one.engine.facts.subscribe(() => readers.push(readerOf(one)));
    const polls = new Set<number | undefined>();
    await until('it has polled', async () => polls.add(feedOf(one.engine).known?.began).size >= 4);
    leave();
    expect(readers.filter((reader) => reader !== undefined)).toEqual([]);
    alone.end();
    await follower(both);
  });
});
