import { afterAll, beforeAll, describe, test } from 'vitest';
import { postgres } from '../../../src/sources/postgres/index.ts';
import { postgresProtocol } from '../../replay/frames.ts';
import { play } from '../../replay/open-through.ts';
import { postgresScenarios } from '../../replay/postgres-scenarios.ts';
import { until } from '../machine/until.ts';
import { sql } from '../postgres/psql.ts';
import {
  type BlockingTree,
  blockByPrepared,
  openBlockingTree,
  openSession,
  type Session,
} from '../postgres/sessions.ts';
import { save } from '../recording/save.ts';
import { openTee, recorderAddress } from '../recording/tee.ts';
import { underTest } from '../setting.ts';

const server = underTest();
const directory = `postgres-${server.version.split('.')[0]}`;

/** The data directory of Debian's own cluster. */
const usualData = '/var/lib/postgresql/15/main';

/** Removes the cancel key, and replaces the cluster's directory by one of the same length. */
const neutral = (message: string): string =>
  message.startsWith('< K')
    ? `${message.slice(0, -4)}\0\0\0\0`
    : message.replaceAll(/\/tmp\/[\w/-]+?\/data(?=\/)/g, ({ length }) => usualData.padEnd(length, '/'));

describe('recording of PostgreSQL', () => {
  let tree: BlockingTree;
  let control: Session;
  beforeAll(async () => {
    tree = await openBlockingTree(server);
    control = await openSession(server, { role: 'postgres', application: 'control' });
    await sql(server, ['ANALYZE accounts'], 'shop');
  });
  afterAll(async () => {
    await control[Symbol.asyncDispose]();
    await tree[Symbol.asyncDispose]();
  });

  /** Output of psql by command line; resolves when the server no longer lists psql itself. */
  const askPsql = async (statements: readonly string[]) => {
    const outputs: Record<string, readonly string[]> = {};
    for (const statement of statements)
      outputs[`psql -At -d shop -c "${statement}"`] = await sql(server, [statement]);
    await until('psql has logged out', async () => {
      const remaining = "SELECT FROM pg_stat_activity WHERE application_name = 'psql'";
      return (await control.query(remaining)).length === 0;
    });
    return outputs;
  };

  test.each(postgresScenarios)('$name: $asked', async (scenario) => {
    const { name } = scenario;
    // An account that no session of the tree has locked.
    await using _ = name === 'sessions-prepared' ? await blockByPrepared(server, 9) : undefined;
    const tee = openTee(() => server.port, postgresProtocol, recorderAddress);
    const tools = await askPsql(scenario.tools ?? []);
    const time = new Date().toISOString();
    await play(postgres, scenario, { dial: tee.dial, at: time });
    await save(`${directory}/${scenario.name}`, {
      server: `PostgreSQL ${server.version}`,
      at: time,
      asked: scenario.asked,
      tools,
      connections: tee.connections.map((messages) => messages.map(neutral)),
    });
  });
});
