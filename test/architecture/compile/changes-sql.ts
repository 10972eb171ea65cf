/** A source that runs a changing statement with a ReadIo. */
import { changePostgres } from '../../../src/clients/postgres/change.ts';
import { postgresChanges } from '../../../src/clients/postgres/changing.ts';
import { postgresReads } from '../../../src/clients/postgres/reading.ts';
import type { ReadIo } from '../../../src/doors/io.ts';

const shop = { url: 'postgres://opsdeck@db/shop' };
const vacuum = { text: 'VACUUM orders', transaction: false };

export const change = async (io: ReadIo, signal: AbortSignal): Promise<void> => {
  // error TS2345: Argument of type 'DeclaredChanges
  await io.open(postgresChanges, shop);
  // error TS2353: 'transaction' does not exist in type 'SqlQuery'
  await io.open(postgresReads, shop).ask({ text: 'DELETE FROM orders', transaction: true }, signal);
  // error TS2339: Property 'call' does not exist on type 'ReadIo'
  await io.call(postgresChanges, shop, vacuum, signal);
  // error TS2739: Type 'ReadIo' is missing the following properties from type 'Transport'
  await changePostgres(io, shop, vacuum, signal);
};
