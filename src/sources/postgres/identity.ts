import type { Fault } from '../../domain/base/fault.ts';
import { WireError } from '../../platform/runtime/wire-error.ts';
import type { PostgresClient } from './client.ts';
import type { PostgresConfig } from './config.ts';
import { singleRow, textColumn } from './parse.ts';
import { identitySql } from './statements.ts';

/** Returns undefined when this is the database that the profile names; a `wrong-system` fault otherwise. */
export const databaseIdentityFault = async (
  client: PostgresClient,
  expected: NonNullable<PostgresConfig['identity']>,
  signal: AbortSignal,
): Promise<Fault | undefined> => {
  try {
    const row = singleRow((await client.ask(identitySql, signal)).rows);
    const differs = [
      mismatchText('database', expected.database, textColumn(row, 'database')),
      mismatchText('system identifier', expected.systemIdentifier, textColumn(row, 'system_identifier')),
    ].find((text) => text !== undefined);
    if (differs === undefined) return undefined;
    return client.fault(
      'identity',
      new WireError('wrong-system', `identity mismatch, because a different server answers: ${differs}`),
    );
  } catch (error) {
    return client.fault('identity', error);
  }
};

const mismatchText = (what: string, expected: string | undefined, actual: string): string | undefined =>
  expected === undefined || expected === actual ? undefined : `expected ${what} ${expected}, found ${actual}`;
