import type { Cursor } from './cursor.ts';
import { helpText, isBlank, quote, readQuoted } from './cursor.ts';
import { type Family, type FamilyType, familyTypes } from './page.ts';

const keywords = ['HELP', 'TYPE', 'UNIT'] as const;
type Keyword = (typeof keywords)[number];

type Described = { -readonly [K in keyof Family]: Family[K] };

const undescribed = (name: string): Described => ({
  name,
  type: undefined,
  help: undefined,
  unit: undefined,
});

const types: ReadonlyMap<string, FamilyType> = new Map(familyTypes.map((type) => [type, type]));

/** HELP, TYPE and UNIT lines, gathered by family; any other comment says nothing. The last one counts. */
export class Descriptions {
  readonly families = new Map<string, Described>();
  /** The family of the line before, mostly this line's too: where it was named, and whether it is wanted. */
  private last: Described = undescribed('');
  private lastAt = 0;
  /** The length of its name as it was written; -1 in quotes, which are read anew. */
  private lastLength = -1;
  private isWanted = false;
  private readonly wanted: ReadonlySet<string> | undefined;
  private readonly openMetrics: boolean;

  constructor(wanted: ReadonlySet<string> | undefined, openMetrics: boolean) {
    this.wanted = wanted;
    this.openMetrics = openMetrics;
  }

  /** A line from the cursor, behind its hash. True when it is the end of an OpenMetrics page. */
  read(cursor: Cursor): boolean {
    cursor.skipBlanks();
    const { text, at } = cursor;
    const keyword = keywords.find((word) => text.startsWith(word, at));
    cursor.at = cursor.wordEnd();
    if (keyword === undefined || cursor.at !== at + keyword.length)
      return this.openMetrics && text.slice(at, cursor.end).trimEnd() === 'EOF';
    cursor.skipBlanks();
    const family = this.familyAt(cursor);
    if (family === undefined) return false;
    cursor.skipBlanks();
    if (family.name === '') cursor.problem = `${keyword} names no metric`;
    else this.take(cursor, keyword, family);
    return false;
  }

  /** The family named at the cursor, which is left behind the name; undefined when nobody wants it. */
  private familyAt(cursor: Cursor): Described | undefined {
    const start = cursor.at;
    const length = this.lastLength;
    if (cursor.shared(this.lastAt, start, length) === length && isBlank(cursor.code(start + length)))
      cursor.at = start + length;
    else this.find(cursor);
    this.lastAt = start;
    return cursor.problem === '' && this.isWanted ? this.last : undefined;
  }

  private find(cursor: Cursor): void {
    const isQuoted = cursor.here() === quote;
    const name = nameAt(cursor);
    this.lastLength = isQuoted || name === '' ? -1 : name.length;
    this.isWanted = this.wanted?.has(name) !== false;
    const known = this.families.get(name);
    this.last = known ?? undescribed(name);
    if (known === undefined && this.isWanted && name !== '') this.families.set(name, this.last);
  }

  private take(cursor: Cursor, keyword: Keyword, family: Described): void {
    const rest = cursor.text.slice(cursor.at, cursor.end);
    const before = keyword === 'TYPE' ? family.type : keyword === 'HELP' ? family.help : family.unit;
    if (before !== undefined)
      cursor.problem = `${keyword} of ${family.name} stands twice; the last one counts`;
    if (keyword === 'HELP') family.help = helpText(rest, this.openMetrics);
    else if (keyword === 'UNIT') family.unit = rest.trimEnd();
    else {
      const type = types.get(rest) ?? types.get(rest.trimEnd());
      if (type === undefined) cursor.problem = `TYPE of ${family.name} is none: ${rest}`;
      else family.type = type;
    }
  }
}

/** The name at the cursor, in quotes or up to the next blank; the cursor is left behind it. */
const nameAt = (cursor: Cursor): string => {
  if (cursor.here() === quote) return readQuoted(cursor);
  const start = cursor.at;
  cursor.at = cursor.wordEnd();
  return cursor.text.slice(start, cursor.at);
};
