import { openReadIo } from '../../doors/read-io.ts';
import type { Run } from '../run-context.ts';
import { readBefore } from './before.ts';

/**
 * Reads the verification before anything is sent, keeps it with the run and writes it to the ledger. An undo has none: it is
 * proven by what it put back.
 */
export const lookBefore = async (run: Run): Promise<undefined> => {
  const { held, engine, clock, openIo, signal } = run;
  if (held.undoing !== undefined) return;
  const { verify, params } = { verify: held.runbook.verify, params: held.params };
  const door = openIo ?? ((options) => openReadIo(clock, options));
  held.before = await readBefore({ engine, clock, openIo: door, verify, params }, signal);
  const { states } = held.before;
  if (states.length > 0) await run.recorder.note({ event: 'before', proofs: states });
};

/** Reads it again when a login was renewed since: what was denied then can be read now. After the first act it is too late. */
export const lookAgainBefore = async (run: Run): Promise<boolean> => {
  if (run.hasActed || !run.hasRenewed) return false;
  run.hasRenewed = false;
  await lookBefore(run);
  return true;
};
