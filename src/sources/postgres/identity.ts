import type { Fault } from '../../domain/fault.ts';
import { WireError } from '../../platform/failures.ts';
import type { PostgresClient } from './client.ts';
import type { PostgresConfig } from './config.ts';
import { onlyRow, textOf } from './parse.ts';
import { identity } from './statements.ts';

/** Undefined when the database that the profile named answers; a `wrong-system` fault when another does. */
export const identityFault = async (
  client: PostgresClient,
  wanted: NonNullable<PostgresConfig['identity']>,
  signal: AbortSignal,
): Promise<Fault | undefined> => {
  try {
    const row = onlyRow((await client.ask(identity, signal)).rows);
    const differs = [
      differenceOf('database', wanted.database, textOf(row, 'database')),
      differenceOf('system identifier', wanted.systemIdentifier, textOf(row, 'system_identifier')),
    ].find((one) => one !== undefined);
    if (differs === undefined) return undefined;
    return client.fault('identity', new WireError('wrong-system', `another system answers here: ${differs}`));
  } catch (error) {
    return client.fault('identity', error);
  }
};

const differenceOf = (what: string, wanted: string | undefined, found: string): string | undefined =>
  wanted === undefined || wanted === found ? undefined : `its ${what} is ${found}, not ${wanted}`;
