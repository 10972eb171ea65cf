const most = 64;

/** 'order=9f21', 'msg="call failed"': not those of a query in an address. */
const pair = /(?<![\w.=&?/@-])([A-Za-z_@][\w.@/-]*)=("(?:[^"\\]|\\.)*"|'[^'\s]*'|[^\s,;&)\]}"']+)/g;

const escapes: Readonly<Record<string, string>> = { n: '\n', t: '\t', r: '' };

/** A value without its quotes. */
export const unquoted = (value: string): string =>
  /^".*"$/s.test(value)
    ? value.slice(1, -1).replaceAll(/\\(.)/gs, (_, sign: string) => escapes[sign] ?? sign)
    : value.replace(/^'(.*)'$/, '$1');

/** Pairs `key=value` among words, in their order, up to 64 of them. */
export const pairsIn = (text: string): readonly (readonly [string, string])[] => {
  if (!text.includes('=')) return [];
  const pairs: (readonly [string, string])[] = [];
  for (const [, key = '', value = ''] of text.matchAll(pair)) {
    pairs.push([key, unquoted(value)]);
    if (pairs.length === most) break;
  }
  return pairs;
};
