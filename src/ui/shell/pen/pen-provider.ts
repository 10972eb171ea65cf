import type { MaskSession } from '../../../domain/mask/mask-session.ts';
import { createMaskSession, memoizeText } from '../../../domain/mask/mask-session.ts';
import { redactSecretForms } from '../../../domain/mask/mask-text.ts';
import type { MaskWords } from '../../../domain/mask/mask-words.ts';
import { isSecretValue, secretPlaceholder } from '../../../domain/mask/secret-fields.ts';
import type { Graphs } from '../../../domain/profile/settings.ts';
import type { SecretMasker } from '../../../platform/masking/secrets.ts';
import type { FactsState } from '../../../store/facts.ts';
import type { TextMask } from '../../kit/text/pen.ts';
import { createTextPen, hiddenLetter, type TextPen } from '../../kit/text/pen.ts';

/** Masks known secret values. */
export type SecretsMasker = Pick<SecretMasker, 'mask' | 'size'>;

/** The base mask: secrets are hidden in every mode. */
const secretsMask = (secrets: SecretsMasker): TextMask => {
  const masked = memoizeText((text) => redactSecretForms(secrets.mask(text)));
  let knew = secrets.size;
  return {
    shared: false,
    mask: (text, _own, field) => {
      if (field !== undefined && isSecretValue(field, text)) return secretPlaceholder;
      if (knew !== secrets.size) masked.forget();
      knew = secrets.size;
      return masked(text);
    },
    maskTyped: (text) => text,
    resolveAliases: (text) => text,
  };
};

/** The share mode mask, on top of the base mask. */
const aliasMask = (open: TextMask, masking: MaskSession): TextMask => {
  /** Dots for a partly typed name, so that typing reveals nothing; the alias once it is complete. */
  const typedWord = (word: string): string =>
    masking.isPiece(word) ? hiddenLetter.repeat([...word].length) : masking.mask(word);
  return {
    shared: true,
    mask: (text, own, field) =>
      field === undefined
        ? masking.mask(open.mask(text), own)
        : masking.maskField(open.mask(text, own, field), field, own),
    maskTyped: (text) => masking.mask(open.mask(text).replaceAll(/\S+/g, typedWord)),
    resolveAliases: masking.meant,
  };
};

const noSecrets: SecretsMasker = { mask: (text) => text, size: 0 };

interface PenProviderOptions {
  /** A function if the setting can change during the session. */
  readonly ascii: boolean | (() => boolean);
  readonly graphs?: () => Graphs;
  readonly secrets?: SecretsMasker;
}

/** Sources of names for share mode. */
interface AliasSources {
  readonly words: readonly MaskWords[];
  readonly facts: readonly FactsState[];
}

/**
 * Creates the pens of a session: one for private screens and one for shared screens. Aliases stay the same for the
 * whole session.
 */
export const createPenProvider = ({
  ascii,
  graphs = () => 'braille',
  secrets = noSecrets,
}: PenProviderOptions): ((shared: boolean, learnt: () => AliasSources) => TextPen) => {
  const masking = createMaskSession();
  const seen = new WeakSet<MaskWords>();
  const open = secretsMask(secrets);
  const both = (mask: typeof open) => ({
    ascii: createTextPen(true, mask, open),
    braille: createTextPen(false, mask, open),
    blocks: createTextPen(false, mask, open, 'blocks'),
    asciiGraphs: createTextPen(false, mask, open, 'ascii'),
  });
  const own = both(open);
  const forOthers = both(aliasMask(open, masking));
  const asWanted = (pens: typeof own): TextPen => {
    if (typeof ascii === 'function' ? ascii() : ascii) return pens.ascii;
    const graph = graphs();
    return graph === 'ascii' ? pens.asciiGraphs : pens[graph];
  };

  const learn = ({ words, facts }: AliasSources): void => {
    for (const word of words) {
      if (seen.has(word)) continue;
      seen.add(word);
      masking.learnWords(word);
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
