import { withoutSecretForms } from '../../../domain/mask/mask-text.ts';
import type { Masking } from '../../../domain/mask/masking.ts';
import { createMasking, remembered } from '../../../domain/mask/masking.ts';
import { isSecretValue, secretMark } from '../../../domain/mask/secrets.ts';
import type { MaskWords } from '../../../domain/mask/words.ts';
import type { Masker } from '../../../platform/terminal/secrets.ts';
import type { FactsState } from '../../../store/facts.ts';
import type { TextMask } from '../../text/pen.ts';
import { createPen, type Pen } from '../../text/pen.ts';

/** The secrets that are known word for word. */
export type Secrets = Pick<Masker, 'mask' | 'size'>;

/** The mask that is always on: secrets can be seen in no mode. */
const openMask = (secrets: Secrets): TextMask => {
  const masked = remembered((text) => withoutSecretForms(secrets.mask(text)));
  let knew = secrets.size;
  return {
    shared: false,
    mask: (text, _own, field) => {
      if (field !== undefined && isSecretValue(field, text)) return secretMark;
      if (knew !== secrets.size) masked.forget();
      knew = secrets.size;
      return masked(text);
    },
    typed: (text) => text,
    meant: (text) => text,
  };
};

const dot = '•';

/** The mask of share mode, over the one that is always on. */
const sharedMask = (open: TextMask, masking: Masking): TextMask => {
  /** A name of which the first letters stand there already is shown when it is whole: by its alias. */
  const typedWord = (word: string): string =>
    masking.isPiece(word) ? dot.repeat([...word].length) : masking.mask(word);
  return {
    shared: true,
    mask: (text, own, field) =>
      field === undefined
        ? masking.mask(open.mask(text), own)
        : masking.maskField(open.mask(text, own, field), field, own),
    typed: (text) => masking.mask(open.mask(text).replaceAll(/\S+/g, typedWord)),
    meant: masking.meant,
  };
};

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
