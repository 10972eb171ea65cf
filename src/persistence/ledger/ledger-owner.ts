import { join } from 'node:path';
import { ownershipProblem } from '../../platform/files/private-dir.ts';
import { ledgerPath } from './read-ledger.ts';

/**
 * Explains why another user may have written the ledger of a state directory: by the owner and the mode of its directory and
 * of its files. Undefined if only this user could.
 */
export const ledgerOwnerProblem = async (stateDir: string): Promise<string | undefined> => {
  for (const path of [stateDir, ledgerPath(stateDir), join(stateDir, 'audit.head')]) {
    const problem = await ownershipProblem(path);
    if (problem !== undefined) return problem;
  }
  return undefined;
};
