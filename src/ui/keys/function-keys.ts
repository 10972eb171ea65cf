/**
 * Ink knows f1 to f12 and tells none of them from another (useInput gives an empty text for each). They are turned
 * into the characters that Unicode's private use area has for them by AppKit's convention (NSF1FunctionKey, U+F704,
 * and on), which Ink hands on as they are.
 */
const first = 0xf704;
const count = 12;

/** xterm's and vt220's forms: ESC O P to S; ESC [ 11 ~ to 24 ~ with two gaps; the Linux console's ESC [ [ A to E. */
const numbers = ['11', '12', '13', '14', '15', '17', '18', '19', '20', '21', '23', '24'];
const sequences = /\u001b(?:O([PQRS])|\[\[([A-E])|\[(1[1-57-9]|2[0134])~)/g;

const characterOf = (index: number): string => String.fromCodePoint(first + index);

/** What a terminal sent, each function key as one character. */
export const functionKeysIn = (text: string): string =>
  text.replaceAll(sequences, (_, ss3?: string, linux?: string, number?: string) => {
    if (ss3 !== undefined) return characterOf('PQRS'.indexOf(ss3));
    if (linux !== undefined) return characterOf('ABCDE'.indexOf(linux));
    return characterOf(numbers.indexOf(number ?? ''));
  });

/** 'f5' for the character of the fifth; undefined for any other. */
export const functionKeyOf = (code: number): string | undefined =>
  code >= first && code < first + count ? `f${code - first + 1}` : undefined;

/** The same input, with a `read` that turns function keys into their characters. Ink reads by `read` alone. */
export const withFunctionKeys = (stdin: NodeJS.ReadStream): NodeJS.ReadStream => {
  const read = stdin.read.bind(stdin);
  return Object.assign(stdin, {
    read: (size?: number): unknown => {
      const chunk: unknown = read(size);
      return typeof chunk === 'string' ? functionKeysIn(chunk) : chunk;
    },
  });
};
