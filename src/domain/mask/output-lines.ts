import { createKeyBlock, maskKeyLines } from './key-block.ts';
import { redactSecretForms } from './mask-text.ts';
import { isSecretField, secretPlaceholder } from './secret-fields.ts';

/** The end of a line whose value may be on the next one. */
const opensValue = /[:=]["']?\s*$/;
/** Characters at the end of a line that can name a secret. */
const longestName = 200;

/** The end of a line whose value is the lines below it that are indented more: `password: |`. */
const opensBlock = /:\s*[|>][-+\d]{0,2}\s*$/;
/** Lines after which a block has ended: a sentence with such an end must not have an effect forever. */
const mostLines = 64;

const indentOf = (line: string): number => line.search(/\S/);

/** Masks the value of a secret named by the line before: `password:`. */
const withoutValueOf = (before: string, text: string): string => {
  const head = `${redactSecretForms(before)}\n`;
  const both = redactSecretForms(`${before}\n${text}`);
  return both.startsWith(head) ? both.slice(head.length) : text;
};

/** Masks the lines of a YAML block whose name marks it as a secret, across the parts of an output. */
const createBlocks = (): ((text: string) => string) => {
  let indent = 0;
  let left = 0;
  const masked = (line: string): string => {
    const depth = indentOf(line);
    if (left > 0 && (depth < 0 || depth > indent)) {
      left--;
      return depth < 0 ? line : `${line.slice(0, depth)}${secretPlaceholder}`;
    }
    left = 0;
    if (!opensBlock.test(line)) return line;
    const name = line
      .slice(0, line.lastIndexOf(':'))
      .replace(/["']\s*$/, '')
      .trim();
    indent = depth;
    left = isSecretField(/[\w.-]*$/.exec(name)?.[0] ?? '') ? mostLines : 0;
    return line;
  };
  return (text) =>
    left === 0 && !opensBlock.test(text) && !text.includes('\n')
      ? text
      : text.split('\n').map(masked).join('\n');
};

/**
 * Creates a masker of one output that arrives in parts of one or more lines. It masks what no part shows alone: private keys,
 * and a value on the lines after the name of a secret. Undefined: nothing of a part remains.
 */
export const createOutputLines = (): ((text: string) => string | undefined) => {
  const key = createKeyBlock();
  const blocks = createBlocks();
  let before = '';
  return (text) => {
    const kept = maskKeyLines(text, key);
    if (kept === undefined) return undefined;
    const shown = blocks(opensValue.test(before) ? withoutValueOf(before, kept) : kept);
    before = kept.slice(kept.lastIndexOf('\n') + 1).slice(-longestName);
    return shown;
  };
};
