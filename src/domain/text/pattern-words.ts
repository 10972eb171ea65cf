/** The names of character ranges, in the order in which they are given. */
const ranges: readonly (readonly [range: string, name: string])[] = [
  ['A-Za-z', 'letters'],
  ['a-zA-Z', 'letters'],
  ['a-f', 'a to f'],
  ['a-z', 'lowercase letters'],
  ['A-Z', 'capital letters'],
  ['0-9', 'digits'],
  ['1-9', 'digits other than 0'],
  ['\\w', 'letters, digits, _'],
  ['\\d', 'digits'],
];

/** The characters of a class in words: 'a-z0-9_' → 'lowercase letters, digits, _'; undefined for one that is not simple. */
const classWords = (members: string): string | undefined => {
  let rest = members;
  const words: string[] = [];
  for (const [range, name] of ranges) {
    if (!rest.includes(range)) continue;
    rest = rest.replace(range, '');
    words.push(name);
  }
  const singles = rest.replaceAll(/\\([^a-zA-Z0-9])/g, '$1');
  if (/[\\^]|[a-zA-Z0-9]-[a-zA-Z0-9]/.test(singles)) return undefined;
  const letters = [...singles].map((letter) => (letter === ' ' ? 'blanks' : letter));
  return [...words, ...letters].join(', ');
};

/** '3 to 200', 'at least 3', 'at most 60', '64'; '' without limits. */
const countWords = (least: number, most: number): string => {
  if (least === most) return String(least);
  if (most === Number.POSITIVE_INFINITY) return least <= 1 ? '' : `at least ${least}`;
  return least <= 1 ? `at most ${most}` : `${least} to ${most}`;
};

/** The limits of '{3,200}', '{64}', '+' and '*'. */
const limitsOf = (quantifier: string): readonly [least: number, most: number] => {
  if (quantifier === '+') return [1, Number.POSITIVE_INFINITY];
  if (quantifier === '*') return [0, Number.POSITIVE_INFINITY];
  const [, least = '1', comma, most = ''] = /^\{(\d+)(,)?(\d*)\}$/.exec(quantifier) ?? [];
  if (comma === undefined) return [Number(least), Number(least)];
  return [Number(least), most === '' ? Number.POSITIVE_INFINITY : Number(most)];
};

const listWords = (items: readonly string[]): string =>
  items.length < 2 ? (items[0] ?? '') : `${items.slice(0, -1).join(', ')} or ${items.at(-1)}`;

const quantifier = String.raw`\{\d+(?:,\d*)?\}|[+*]`;
const anyText = new RegExp(`^\\.(${quantifier})$`);
const oneLine = new RegExp(`^\\[\\^\\\\x00-\\\\x1f\\](${quantifier})$`);
const oneClass = new RegExp(`^\\[((?:[^\\]\\\\]|\\\\.)+)\\](${quantifier})$`);
const firstAndRest = new RegExp(
  `^\\[((?:[^\\]\\\\]|\\\\.)+)\\]\\[((?:[^\\]\\\\]|\\\\.)+)\\](?:${quantifier})$`,
);
const numberWithUnit = /^\[1-9\]\[0-9\]\*\(([\w|]+)\)$/;

/**
 * Describes the texts that a pattern accepts, without the pattern: a person at a prompt reads no regular expressions. `example`: an
 * accepted text, for a pattern that has no short description.
 */
export const patternWords = (pattern: string, example?: string): string => {
  const [, ofText] = anyText.exec(pattern) ?? [];
  if (ofText !== undefined) {
    const count = countWords(...limitsOf(ofText));
    return count === '' ? 'any text' : `${count} characters`;
  }
  const [, ofLine] = oneLine.exec(pattern) ?? [];
  if (ofLine !== undefined)
    return (
      ['one line', countWords(...limitsOf(ofLine))].filter((part) => part !== '').join(', ') + ' characters'
    );
  const [, units] = numberWithUnit.exec(pattern) ?? [];
  if (units !== undefined) return `a whole number with ${listWords(units.split('|'))}`;
  if (/^[\w-]+(?:\|[\w-]+)+$/.test(pattern)) return listWords(pattern.split('|'));
  const [, members = '', ofClass] = oneClass.exec(pattern) ?? [];
  const words = ofClass === undefined ? undefined : classWords(members);
  if (ofClass !== undefined && words !== undefined) {
    const count = countWords(...limitsOf(ofClass));
    return count === '' ? words : `${count} characters: ${words}`;
  }
  const [, first = '', rest = ''] = firstAndRest.exec(pattern) ?? [];
  const firstWords = classWords(first);
  const restWords = classWords(rest);
  if (first !== '' && firstWords !== undefined && restWords !== undefined)
    return firstWords === restWords ? restWords : `${restWords}. The first one: ${firstWords}`;
  return example === undefined ? 'text in the format of this parameter' : `text like ${example}`;
};
