import { createKeyBlock, maskKeyLines } from './key-block.ts';
import { redactSecretForms } from './mask-text.ts';

/** The end of a line whose value may be on the next one. */
const opensValue = /[:=]["']?\s*$/;
/** Characters at the end of a line that can name a secret. */
const longestName = 200;

/** Masks the value of a secret named by the line before: `password:`. */
const withoutValueOf = (before: string, text: string): string => {
  const head = `${redactSecretForms(before)}\n`;
  const both = redactSecretForms(`${before}\n${text}`);
  return both.startsWith(head) ? both.slice(head.length) : text;
};

/**
 * Creates a masker of one output that arrives in parts of one or more lines. It masks what no part shows alone: private keys,
 * and a value on the line after the name of a secret. Undefined: nothing of a part remains.
 */
export const createOutputLines = (): ((text: string) => string | undefined) => {
  const key = createKeyBlock();
  let before = '';
  return (text) => {
    const kept = maskKeyLines(text, key);
    if (kept === undefined) return undefined;
    const shown = opensValue.test(before) ? withoutValueOf(before, kept) : kept;
    before = kept.slice(kept.lastIndexOf('\n') + 1).slice(-longestName);
    return shown;
  };
};
