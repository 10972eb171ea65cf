import { withoutSecretForms } from '../../domain/mask/mask-text.ts';
import type { Masking } from '../../domain/mask/masking.ts';
import { remembered } from '../../domain/mask/remembered.ts';
import type { TextMask } from '../text/pen.ts';

/** The mask that is always on: secrets can be seen in no mode. `secrets` masks those that are known word for word. */
export const openMask = (secrets: (text: string) => string): TextMask => {
  const mask = remembered((text) => withoutSecretForms(secrets(text)));
  return { shared: false, mask: (text) => mask(text), typed: (text) => text };
};

const dot = '•';

/** The mask of share mode. */
export const sharedMask = (secrets: (text: string) => string, masking: Masking): TextMask => {
  /** A name of which the first letters stand there already is shown when it is whole: by its alias. */
  const typedWord = (word: string): string =>
    masking.isPiece(word) ? dot.repeat([...word].length) : masking.mask(word);
  return {
    shared: true,
    mask: (text, own) => masking.mask(secrets(text), own),
    typed: (text) => masking.mask(secrets(text).replaceAll(/\S+/g, typedWord)),
  };
};
