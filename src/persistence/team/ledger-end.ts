import { type ChainPosition, chainStart, stepProblem, verifyNext } from '../ledger/chain.ts';
import { BrokenLedgerError } from '../ledger/ledger-error.ts';
import { type AskState, fromHex } from './database/database.ts';

/** A row of a table, as the database returns it; nothing in it has been verified. */
type Row = Readonly<Record<string, string | null>>;

const longestWriter = 80;

/** Names a row of the shared ledger, for a person who has to find it: its number, and the database user that wrote it. */
export const ledgerRowName = (row: Row | undefined): string =>
  `row ${row?.seq} of opsdeck.ledger, written by ${JSON.stringify(row?.written_by?.slice(0, longestWriter) ?? '')},`;

/** The way on after a row that is no record. */
export const rowRemedy = 'Nothing can be changed until the owner of the tables removes the row';

const positionOf = (row: Row | undefined): ChainPosition =>
  row === undefined ? chainStart : { count: Number(row.seq), hash: row.hash ?? '' };

/**
 * The end of the shared chain, read under its lock. Whoever may insert records may insert rows that are not records: a record
 * after such a row could never be verified, not even once the row is removed. Throws a BrokenLedgerError that names the row.
 */
export const sharedLedgerEnd = async (ask: AskState): Promise<ChainPosition> => {
  const [last, before] = await ask(
    "SELECT seq, hash, written_by, encode(convert_to(line, 'UTF8'), 'hex') AS line FROM opsdeck.ledger ORDER BY seq DESC LIMIT 2",
  );
  if (last === undefined) return chainStart;
  const step = verifyNext(positionOf(before), fromHex(last.line));
  const end = positionOf(last);
  if (step.is === 'next' && step.link.count === end.count && step.link.hash === end.hash) return end;
  throw new BrokenLedgerError(
    `${ledgerRowName(last)} does not continue the ledger: ${step.is === 'next' ? 'its columns do not match its record' : stepProblem(step)}. ${rowRemedy}`,
  );
};
