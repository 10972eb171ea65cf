import { createAnonymiser } from '../../../domain/mask/anonymise.ts';
import type { NamedMask } from '../../../domain/mask/mask-tree.ts';
import type { View } from '../../view.ts';

/** What puts aliases in place of names in one file: the same alias for the same name from its first line to its last. */
export const anonymiser = ({ cockpit }: View): NamedMask => {
  const { words = [], anonymise: listedHere } = cockpit.open ?? {};
  return createAnonymiser({
    names: [...words.flatMap(({ names, listed }) => [...names, ...listed]), ...(listedHere?.names ?? [])],
    keep: [
      ...words.flatMap(({ stays, listed, allowed }) => [
        ...stays.filter((word) => !listed.includes(word)),
        ...allowed,
      ]),
      ...(listedHere?.keep ?? []),
    ],
  });
};
