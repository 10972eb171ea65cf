import { answerFlag } from '../../../runs/policy/answer-flags.ts';
import type { CockpitState } from '../../../store/cockpit.ts';

/** The key of a binding, for use in messages: the user's or default key, or its command if it has no key. */
export const boundKey = ({ settings }: Pick<CockpitState, 'settings'>, id: string, usual: string): string => {
  const own = settings.keys.get(id);
  return own === undefined ? usual : (own[0] ?? `:${id.replaceAll('.', ' ')}`);
};

const { arm: armFlag, ...askedFlags } = answerFlag;

/** The key that arms on a card. Keys of cards cannot be rebound. */
export const cardArmKey = 'A';

/** Replaces the flag that arms with the key of a card, and removes those of answers that the card asks for anyway. */
export const flagsToKeys = (text: string): string =>
  Object.values(askedFlags).reduce(
    (rest, flag) => rest.replaceAll(` ${flag}`, ''),
    text.replaceAll(armFlag, `(${cardArmKey})`),
  );
