// Profiles that are not trusted are read, too: each of these patterns takes linear time.

/** A key at the top of a block. Any other line there, such as an anchor, a merge or the start of a document, needs the parser. */
const topKey = /^([A-Za-z][\w.-]*):(?= |$)/;
/** Words that YAML reads as themselves, without quotes, comments or references. */
const plainWords = /^ +([A-Za-z][\w./-]*(?: +[\w./-]+)*) *$/;
const blank = /^[ \t]*$/;
/** Plain words that YAML, in one of its versions, does not read as texts. */
const noText = /^(?:true|false|null|yes|no|on|off|[yn])$/i;

/**
 * Returns the texts of `keys` at the top of a YAML file when all of them are there, once, as plain words on one line.
 * Undefined: only parsing can tell. Parsing the environments of all systems would take a fifth of each start. What is wrong below
 * the top of a file is reported when it is opened.
 */
export const plainHead = <K extends string>(
  text: string,
  keys: readonly K[],
): Readonly<Record<K, string>> | undefined => {
  const found = new Map<string, string | undefined>();
  let last: string | undefined;
  for (const line of text.split(/\r?\n/)) {
    if (line.includes('\r')) return undefined;
    if (blank.test(line)) continue;
    if (line.startsWith('#')) {
      last = undefined;
      continue;
    }
    if (/^[ \t]/.test(line)) {
      // The first key is indented, or a text goes on.
      if (found.size === 0 || (last !== undefined && found.get(last) !== undefined)) return undefined;
      continue;
    }
    const [begin = '', key] = topKey.exec(line) ?? [];
    if (key === undefined || found.has(key)) return undefined;
    const words = plainWords.exec(line.slice(begin.length))?.[1];
    found.set(key, words !== undefined && !noText.test(words) ? words : undefined);
    last = key;
  }
  const head = keys.map((key) => [key, found.get(key)] as const);
  if (head.some(([, value]) => value === undefined)) return undefined;
  return Object.fromEntries(head) as Record<K, string>;
};
