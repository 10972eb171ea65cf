import { createMasking } from '../../../domain/mask/masking.ts';
import type { MaskWords } from '../../../domain/mask/words.ts';
import type { FactsState } from '../../../store/facts.ts';
import { createPen, type Pen } from '../../text/pen.ts';
import { openMask, type Secrets, sharedMask } from './masks.ts';

const noSecrets: Secrets = { mask: (text) => text, size: 0 };

interface PenParts {
  /** A function where it may change while the session lasts. */
  readonly ascii: boolean | (() => boolean);
  readonly secrets?: Secrets;
}

/** What share mode learns names from. */
export interface Learnt {
  readonly words: readonly MaskWords[];
  readonly facts: readonly FactsState[];
}

/**
 * The pens of a session: for a screen of one's own, and for one that others see. The aliases of the second last for as
 * long as the session, however often it is turned off and on.
 */
export const createPens = ({
  ascii,
  secrets = noSecrets,
}: PenParts): ((shared: boolean, learnt: () => Learnt) => Pen) => {
  const masking = createMasking();
  const seen = new WeakSet<MaskWords>();
  const open = openMask(secrets);
  const both = (mask: typeof open) => ({
    ascii: createPen(true, mask, open),
    glyphs: createPen(false, mask, open),
  });
  const [own, forOthers] = [both(open), both(sharedMask(open, masking))];
  const asWanted = (pens: typeof own): Pen =>
    (typeof ascii === 'function' ? ascii() : ascii) ? pens.ascii : pens.glyphs;

  const learn = ({ words, facts }: Learnt): void => {
    for (const one of words) {
      if (seen.has(one)) continue;
      seen.add(one);
      masking.learnWords(one);
    }
    for (const { feeds } of facts)
      for (const { known } of Object.values(feeds)) if (known !== undefined) masking.learnReading(known);
  };

  return (shared, learnt) => {
    if (!shared) return asWanted(own);
    learn(learnt());
    return asWanted(forOthers);
  };
};
