import type { Copies } from '../../persistence/ledger/copies.ts';

/** Tells of copies that could not be made, each trouble once, and that it is over. `isGoing`: a run is, and is told first. */
export const createCopyTrouble = (say: (text: string, level: 'ok' | 'warn') => void) => {
  const told = new Map<Pick<Copies, 'trouble'>, string>();
  return (copies: readonly Pick<Copies, 'trouble'>[], isGoing: boolean): void => {
    if (isGoing) return;
    for (const copy of copies) {
      const trouble = copy.trouble();
      if (trouble === told.get(copy)) continue;
      if (trouble === undefined) {
        told.delete(copy);
        say('the copies of the ledger are whole again', 'ok');
      } else {
        told.set(copy, trouble);
        say(trouble, 'warn');
      }
    }
  };
};
