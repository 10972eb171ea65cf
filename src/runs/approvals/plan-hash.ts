import { createHash } from 'node:crypto';
import { defined } from '../../domain/base/defined.ts';
import type { Proposal } from '../../domain/runs/proposal.ts';
import { canonicalJson } from '../../persistence/ledger/chain.ts';

/**
 * SHA-256 (hex) of a plan as it is recorded: targets, steps, parameters, gates and reasons, with the reason for arming. An
 * approval names it, so it counts for this plan only. `proposal`: masked, as in the ledger.
 */
export const planHash = (proposal: Proposal, armed: string | undefined): string =>
  createHash('sha256')
    .update(canonicalJson({ proposal, ...defined({ armed }) }))
    .digest('hex');
