import type { LedgerEntry } from '../../../src/persistence/ledger/ledger-record.ts';

const about = (): Omit<LedgerEntry, 'entry'> => ({
  at: Date.now(),
  who: { user: 'ana', host: 'vm-1', pid: process.pid },
  system: 'shop',
  env: 'production',
});

/** A note, which tells what has happened. */
export const noted = (run: string, text: string): LedgerEntry => {
  const base = about();
  return { ...base, entry: { event: 'noted', run, at: base.at, text } };
};

/** The record that must be written before something is sent. */
export const acting = (run: string): LedgerEntry => {
  const base = about();
  return { ...base, entry: { event: 'acting', run, at: base.at, step: 's1', title: 'restart' } };
};
