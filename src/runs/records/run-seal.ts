import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import type { RunEvent } from '../../domain/runs/run.ts';
import { canonicalJson } from '../../persistence/ledger/chain.ts';
import type { LedgerRecord } from '../../persistence/ledger/ledger-record.ts';

/** The data that a proof covers: the event, and the environment that it is recorded for. */
interface SealedRecord {
  readonly system: string;
  readonly env: string;
  readonly entry: RunEvent;
}

/**
 * The seal of one run: a secret of its process that is never written. A record with its proof was recorded by this
 * process, whoever can write the ledger.
 */
export interface RunSeal {
  proofOf(record: SealedRecord): string;
  isOwn(record: Pick<LedgerRecord, 'system' | 'env' | 'entry' | 'proof'>): boolean;
}

/** Creates the seal of a run. */
export const createRunSeal = (): RunSeal => {
  const secret = randomBytes(32);
  const proofOf = ({ system, env, entry }: SealedRecord): string =>
    createHmac('sha256', secret).update(canonicalJson({ system, env, entry })).digest('base64url');
  return {
    proofOf,
    isOwn: ({ proof, ...record }) => {
      const given = Buffer.from(proof ?? '');
      const own = Buffer.from(proofOf(record));
      return given.length === own.length && timingSafeEqual(given, own);
    },
  };
};
