// Profiles that are not trusted are read, too: each of these patterns takes linear time.

/** A key at the top of a block. Any other line there, such as an anchor, a merge or the start of a document, needs the parser. */
const topKey = /^([A-Za-z][\w.-]*):(?= |$)/;
/** Words that YAML reads as themselves, without quotes, comments or references. */
const plainWords = /^ +([A-Za-z][\w./-]*(?: +[\w./-]+)*) *$/;
const blank = /^[ \t]*$/;
const indented = /^[ \t]/;
/** Plain words that YAML, in one of its versions, does not read as texts. */
const noText = /^(?:true|false|null|yes|no|on|off|[yn])$/i;

/** The keys at the top of a file with their texts, as far as it has been read. Undefined: not plain words on one line. */
type TopKeys = Map<string, string | undefined>;

/** True if an indented line belongs to the block of a key, and neither goes on with its text nor indents the first key. */
const isInBlock = (found: TopKeys, last: string | undefined): boolean =>
  found.size > 0 && (last === undefined || found.get(last) === undefined);

/** Parses a line that is not indented, and adds its key to `found`. Undefined: only parsing can tell. */
const addTopKey = (line: string, found: TopKeys): string | undefined => {
  const [begin = '', key] = topKey.exec(line) ?? [];
  if (key === undefined || found.has(key)) return undefined;
  const words = plainWords.exec(line.slice(begin.length))?.[1];
  found.set(key, words !== undefined && !noText.test(words) ? words : undefined);
  return key;
};

/** Returns all keys at the top of a YAML file. Undefined: only parsing can tell. */
const topKeysOf = (text: string): TopKeys | undefined => {
  const found: TopKeys = new Map();
  let last: string | undefined;
  for (const line of text.split(/\r?\n/)) {
    if (line.includes('\r')) return undefined;
    if (blank.test(line)) continue;
    if (line.startsWith('#')) last = undefined;
    else if (indented.test(line)) {
      if (!isInBlock(found, last)) return undefined;
    } else {
      last = addTopKey(line, found);
      if (last === undefined) return undefined;
    }
  }
  return found;
};

/**
 * Returns the texts of `keys` at the top of a YAML file when all of them are there, once, as plain words on one line.
 * Undefined: only parsing can tell. Parsing the environments of all systems would take a fifth of each start. What is wrong below
 * the top of a file is reported when it is opened.
 */
export const plainHead = <K extends string>(
  text: string,
  keys: readonly K[],
): Readonly<Record<K, string>> | undefined => {
  const found = topKeysOf(text);
  const head = keys.map((key) => [key, found?.get(key)] as const);
  if (head.some(([, value]) => value === undefined)) return undefined;
  return Object.fromEntries(head) as Record<K, string>;
};
