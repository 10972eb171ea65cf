import type { Transport } from '../../platform/transport.ts';
import { insecureAddress, type StateLogin, stateAddress } from './database/address.ts';
import { type AskState, openStateSession, readSchemaVersion } from './database/database.ts';
import { readingRights } from './database/reading-tables.ts';
import { migrateSchema, neededRights, schemaProblem } from './database/schema.ts';

/** One result of an inspection. */
interface StateFinding {
  readonly ok: boolean;
  readonly what: string;
  readonly remedy?: string;
}

/** Difference of the clocks from which a timeline is hard to read. Locks do not depend on it. */
const skewMs = 5000;

/** Rights that a role of the program must not have: with them a record could be changed. */
const forbidden = ['UPDATE', 'DELETE', 'TRUNCATE'] as const;

const hasRight = async (ask: AskState, object: string, right: string): Promise<boolean> => {
  const [row] = await ask('SELECT has_table_privilege($1, $2) AS has', [object, right]);
  return row?.has === 't';
};

const rightsFindings = async (ask: AskState, user: string): Promise<readonly StateFinding[]> => {
  const findings: StateFinding[] = [];
  for (const { object, rights } of neededRights)
    for (const right of rights)
      if (!(await hasRight(ask, object, right)))
        findings.push({
          ok: false,
          what: `${user} lacks ${right} on ${object}`,
          remedy: `as the owner: GRANT ${right} ON ${object} TO ${user}`,
        });
  const [sequence] = await ask("SELECT has_sequence_privilege('opsdeck.lock_token', 'USAGE') AS has");
  if (sequence?.has !== 't')
    findings.push({
      ok: false,
      what: `${user} lacks USAGE on the sequence opsdeck.lock_token`,
      remedy: `as the owner: GRANT USAGE ON SEQUENCE opsdeck.lock_token TO ${user}`,
    });
  const excess: string[] = [];
  for (const right of forbidden) if (await hasRight(ask, 'opsdeck.ledger', right)) excess.push(right);
  if (excess.length > 0)
    findings.push({
      ok: false,
      what: `${user} has ${excess.join(', ')} on opsdeck.ledger, so this user could change records`,
      remedy: 'use a role that does not own the tables: opsdeck state migrate --role ROLE',
    });
  return findings.length > 0
    ? findings
    : [{ ok: true, what: `${user} may append records to the ledger, and cannot change them` }];
};

/** Whether readings can be shared. The tables belong to no version: an owner's `state migrate` of an older program makes none. */
const readingFindings = async (ask: AskState, user: string): Promise<readonly StateFinding[]> => {
  const [found] = await ask("SELECT to_regclass('opsdeck.reading_salt') IS NOT NULL AS found");
  const remedy = 'run opsdeck state migrate as the owner. Until then, every process polls by itself';
  if (found?.found !== 't') return [{ ok: false, what: 'there are no tables for shared readings', remedy }];
  for (const { object, rights } of readingRights)
    for (const right of rights)
      if (!(await hasRight(ask, object, right)))
        return [{ ok: false, what: `${user} lacks ${right} on ${object}`, remedy }];
  return [{ ok: true, what: 'this user can share readings' }];
};

const withSession = async <T>(
  login: StateLogin,
  transport: Transport,
  signal: AbortSignal,
  work: (ask: AskState, address: ReturnType<typeof stateAddress>) => Promise<T>,
): Promise<T> => {
  const address = stateAddress(login);
  const session = await openStateSession(address, transport, signal);
  try {
    return await work(async (text, values = []) => (await session.ask({ text, values })).rows, address);
  } finally {
    await session.end();
  }
};

/**
 * Inspects a state database with the role of the program: TLS, tables, rights by name, difference of the clocks. Changes
 * nothing. Rejects with a WireError when it cannot be reached.
 */
export const inspectStateDatabase = (
  login: StateLogin,
  transport: Transport,
  signal: AbortSignal,
): Promise<readonly StateFinding[]> =>
  withSession(login, transport, signal, async (ask, address) => {
    const { clock } = transport;
    const amount = clock.now();
    const [row] = await ask(
      "SELECT current_user AS who, current_setting('server_version') AS version, extract(epoch FROM clock_timestamp()) * 1000 AS now, pg_is_in_recovery() AS standby",
    );
    // The server read its clock about halfway.
    const offset = Number(row?.now) - ((amount + clock.now()) / 2 + clock.wallOffset());
    const insecurity = address.servers.map(insecureAddress).find((text) => text !== undefined);
    const version = await readSchemaVersion(ask);
    const problem = schemaProblem(version);
    return [
      {
        ok: true,
        what: `${address.shown}: PostgreSQL ${row?.version ?? '?'}, ${address.tls === undefined ? 'without TLS' : 'with TLS'}`,
      },
      ...(insecurity === undefined
        ? []
        : [
            {
              ok: false,
              what: insecurity,
              remedy: 'remove sslmode from the URL, or write sslmode=verify-full',
            },
          ]),
      ...(row?.standby === 't'
        ? [
            {
              ok: false,
              what: 'the server is a standby: nothing can be written',
              remedy: 'connect to the primary server',
            },
          ]
        : []),
      Math.abs(offset) > skewMs
        ? {
            ok: false,
            what: `the server clock differs from that of this machine by ${Math.round(offset / 1000)} s`,
            remedy: 'synchronize the clocks (NTP): times in the ledger are those of the machines',
          }
        : {
            ok: true,
            what: `the server clock differs from that of this machine by ${Math.round(offset)} ms`,
          },
      problem === undefined
        ? { ok: true, what: `tables of version ${version}` }
        : {
            ok: false,
            what: problem,
            remedy: 'run opsdeck state migrate, which creates and upgrades the tables',
          },
      ...(problem === undefined ? await rightsFindings(ask, row?.who ?? 'the role') : []),
      ...(problem === undefined ? await readingFindings(ask, row?.who ?? 'the role') : []),
    ];
  });

/**
 * Creates or upgrades the tables as their owner, and grants `role` what the program needs. Rejects with a WireError, or an
 * Error for tables of a newer program.
 */
export const migrateStateDatabase = (
  owner: StateLogin,
  role: string | undefined,
  transport: Transport,
  signal: AbortSignal,
): Promise<{ readonly shown: string; readonly from: number; readonly to: number }> =>
  withSession(owner, transport, signal, async (ask, { shown, user }) => ({
    shown,
    // The owner has every right already.
    ...(await migrateSchema(ask, role === user ? undefined : role)),
  }));

/** The user of a login, to whom the rights are granted. */
export const stateUser = (login: StateLogin): string => stateAddress(login).user;

/** HOST:PORT/DATABASE of a login, without credentials; 'state database' for one that cannot be parsed. */
export const shownStateAddress = (login: StateLogin): string => {
  try {
    return stateAddress(login).shown;
  } catch {
    return 'state database';
  }
};
