import type { Copies } from '../../persistence/ledger/copies.ts';
import type { Output } from '../output.ts';

/** How long the end of a run waits for its copies, after it has been told. */
const copiesMs = 3000;

/** Says on stderr which records were not copied. What the run ended with stays what it is. */
export const tellCopies = async (copies: readonly Copies[], output: Pick<Output, 'error'>): Promise<void> => {
  await Promise.all(copies.map((copy) => copy.settled(copiesMs)));
  for (const trouble of copies.flatMap((copy) => copy.trouble() ?? [])) output.error(`opsdeck: ${trouble}`);
};
