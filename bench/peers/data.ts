import { existsSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { Client } from 'pg';
import { startCluster } from '../../test/real/postgres/cluster.ts';
import { programs } from '../../test/real/postgres/owner.ts';
import { database, passwords } from '../../test/real/postgres/roles.ts';
import { freePort } from '../../test/support/free-port.ts';
import { openPlace, type Place } from '../support/place.ts';
import { startPlatform } from '../support/platform.ts';
import {
  type Contest,
  cockpit,
  installed,
  loadOnScreen,
  type Outcome,
  race,
  untilSeen,
  wholeRun,
} from './contest.ts';
import { profileWith } from './profile.ts';

const rounds = 5;
const sessions = 200;

/** 1,000 consumer groups with 50 partitions each, of which the lag is known. */
export const groupPeers = async (): Promise<readonly Outcome[]> => {
  await using place = await openPlace();
  await using platform = await startPlatform();
  const args = await profileWith(place, `{ type: kafka, brokers: "${platform.kafka}", timeout: 30s }`);
  const tool = installed('kafka-consumer-groups', 'kafka-consumer-groups.sh');
  const described = [
    tool ?? '',
    '--bootstrap-server',
    platform.kafka,
    '--describe',
    '--all-groups',
    '--timeout',
    '60000',
  ];
  const ours = (): Promise<number> =>
    untilSeen([...cockpit, ...args], place, /Consumer lag[^\n]*1,?000/, { keys: '4' });
  const contest: Contest = {
    title: 'Describe 1,000 consumer groups',
    work: '50 partitions each, in the simulator of a broker; from start until all groups are on the screen (opsdeck) or printed',
    unit: 'ms',
    entries: [
      { program: 'opsdeck, Consumer lag', measure: ours },
      {
        program: 'kafka-consumer-groups',
        measure: tool === undefined ? undefined : () => wholeRun(described, place, /group-999/),
      },
    ],
    note: 'The time of the simulator is part of both.',
  };
  // Compiles the code of the simulator.
  await ours();
  return [await race(contest, rounds)];
};

/** A PostgreSQL server with sessions of an application, each running a query: pg_activity does not list idle ones. */
interface Database extends AsyncDisposable {
  readonly port: number;
}

const startDatabase = async (dir: string): Promise<Database> => {
  const stop = new AbortController();
  const port = await freePort();
  const cluster = await startCluster(dir, port, stop.signal, sessions + 20);
  const clients = Array.from(
    { length: sessions },
    () => new Client({ host: '127.0.0.1', port, user: 'shop', password: passwords.shop, database }),
  );
  for (const client of clients) {
    await client.connect();
    // It ends with the connection.
    client.query('select pg_sleep(3600)').catch(() => undefined);
  }
  return {
    port,
    [Symbol.asyncDispose]: async () => {
      for (const client of clients) client.on('error', () => undefined);
      await Promise.all(clients.map((client) => client.end()));
      await cluster.end();
    },
  };
};

/** Measurements on the sessions. */
interface SessionContests {
  readonly show: Contest;
  readonly watch: Contest;
}

const sessionContests = (place: Place, args: readonly string[], port: number): SessionContests => {
  const psql = installed('psql');
  const activity = installed('pg_activity');
  const there = { ...place, env: { ...place.env, PGPASSWORD: passwords.opsdeck } };
  const query = 'select pid, usename, state, query_start, wait_event, left(query, 80) from pg_stat_activity';
  const login = ['-h', '127.0.0.1', '-p', String(port), '-U', 'opsdeck', '-d', database];
  const listed = [psql ?? '', ...login, '-c', query];
  const top = [activity ?? '', ...login, '--refresh', '2', '--no-inst-info'];
  const ours = [...cockpit, ...args];
  const keys = { keys: 'DD', after: /1 Health|D DB sessions/ };
  const inDb = new RegExp(`DB(?: sessions)?  ${sessions}`);
  const inTop = /(?:\d+ +shop +shop .*\n){10}/;
  const inList = new RegExp(`(?:.*pg_sleep.*\n){${sessions}}`);
  const ifInstalled = (program: string | undefined, measure: () => Promise<number>) =>
    program === undefined ? undefined : measure;
  return {
    show: {
      title: `Show ${sessions} database sessions`,
      work: 'each runs a query; from start until they are on the screen, or printed (psql)',
      unit: 'ms',
      entries: [
        { program: 'opsdeck, DB', measure: () => untilSeen(ours, there, inDb, keys) },
        { program: 'psql', measure: ifInstalled(psql, () => wholeRun(listed, there, inList)) },
        { program: 'pg_activity', measure: ifInstalled(activity, () => untilSeen(top, there, inTop)) },
      ],
      note: 'psql prints the result of one query and exits. Most of the time of opsdeck is the start of the cockpit: the sessions follow about 0.1 s after the pane opens.',
    },
    watch: {
      title: `Watch ${sessions} database sessions`,
      work: 'read every 2 s; CPU over 5 s',
      unit: '% of a core',
      entries: [
        {
          program: 'opsdeck, DB',
          measure: async () => (await loadOnScreen(ours, there, inDb, keys)).cpu * 100,
        },
        {
          program: 'pg_activity',
          measure: ifInstalled(activity, async () => (await loadOnScreen(top, there, inTop)).cpu * 100),
        },
      ],
    },
  };
};

/** Sessions of a real PostgreSQL: when they are on the screen, and what refreshing them costs. */
export const sessionPeers = async (): Promise<readonly Outcome[]> => {
  await using place = await openPlace();
  if (!existsSync(programs)) {
    const missing = 'the server of PostgreSQL 15 is not installed';
    const { show, watch } = sessionContests(place, [], 0);
    return [await race({ ...show, missing }, rounds), await race({ ...watch, missing }, rounds)];
  }
  const dir = join(place.dir, 'postgres');
  await mkdir(dir, { recursive: true });
  await using server = await startDatabase(dir);
  const url = `postgres://opsdeck:${encodeURIComponent(passwords.opsdeck)}@127.0.0.1:${server.port}/${database}`;
  const args = await profileWith(place, `{ type: postgres, url: "${url}", every: 2s }`);
  const { show, watch } = sessionContests(place, args, server.port);
  return [await race(show, rounds), await race(watch, rounds)];
};
