import { withoutSecretForms } from '../../../domain/mask/mask-text.ts';
import type { Masking } from '../../../domain/mask/masking.ts';
import { remembered } from '../../../domain/mask/remembered.ts';
import { isSecretValue, secretMark } from '../../../domain/mask/secrets.ts';
import type { Masker } from '../../../platform/terminal/secrets.ts';
import type { TextMask } from '../../text/pen.ts';

/** The secrets that are known word for word. */
export type Secrets = Pick<Masker, 'mask' | 'size'>;

/** The mask that is always on: secrets can be seen in no mode. */
export const openMask = (secrets: Secrets): TextMask => {
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
export const sharedMask = (open: TextMask, masking: Masking): TextMask => {
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
