import { type FamilyType, familyTypes, type PageFamily } from './page.ts';
import type { PageCursor } from './page-cursor.ts';
import { isBlankCode, quote, readQuoted, unescapeHelp } from './page-cursor.ts';

const keywords = ['HELP', 'TYPE', 'UNIT'] as const;
type Keyword = (typeof keywords)[number];

type MutableFamily = { -readonly [K in keyof PageFamily]: PageFamily[K] };

const emptyFamily = (name: string): MutableFamily => ({
  name,
  type: undefined,
  help: undefined,
  unit: undefined,
});

const types: ReadonlyMap<string, FamilyType> = new Map(familyTypes.map((type) => [type, type]));

/** Collects HELP, TYPE and UNIT lines by family; ignores other comments. The last one of each counts. */
export class FamilyDescriptions {
  readonly families = new Map<string, MutableFamily>();
  /** Family of the previous line, usually also of this one. */
  private last: MutableFamily = emptyFamily('');
  private lastAt = 0;
  /** Length of its name as written; -1 for a quoted name, which is parsed again. */
  private lastLength = -1;
  private isWanted = false;
  private readonly names: ReadonlySet<string> | undefined;
  private readonly openMetrics: boolean;

  constructor(names: ReadonlySet<string> | undefined, openMetrics: boolean) {
    this.names = names;
    this.openMetrics = openMetrics;
  }

  /** Reads a comment line from the cursor, after its hash. True at the end of an OpenMetrics page. */
  read(cursor: PageCursor): boolean {
    cursor.skipBlanks();
    const { text, position: index } = cursor;
    const keyword = keywords.find((word) => text.startsWith(word, index));
    cursor.position = cursor.wordEnd();
    if (keyword === undefined || cursor.position !== index + keyword.length)
      return this.openMetrics && text.slice(index, cursor.end).trimEnd() === 'EOF';
    cursor.skipBlanks();
    const family = this.readFamily(cursor);
    if (family === undefined) return false;
    cursor.skipBlanks();
    if (family.name === '') cursor.problem = `${keyword} has no metric name`;
    else this.record(cursor, keyword, family);
    return false;
  }

  /** Reads the family name at the cursor and moves past it; undefined when the family is not wanted. */
  private readFamily(cursor: PageCursor): MutableFamily | undefined {
    const start = cursor.position;
    const length = this.lastLength;
    if (
      cursor.sharedLength(this.lastAt, start, length) === length &&
      isBlankCode(cursor.codeAt(start + length))
    )
      cursor.position = start + length;
    else this.lookUp(cursor);
    this.lastAt = start;
    return cursor.problem === '' && this.isWanted ? this.last : undefined;
  }

  private lookUp(cursor: PageCursor): void {
    const isQuoted = cursor.currentCode() === quote;
    const name = readFamilyName(cursor);
    this.lastLength = isQuoted || name === '' ? -1 : name.length;
    this.isWanted = this.names?.has(name) !== false;
    const known = this.families.get(name);
    this.last = known ?? emptyFamily(name);
    if (known === undefined && this.isWanted && name !== '') this.families.set(name, this.last);
  }

  private record(cursor: PageCursor, keyword: Keyword, family: MutableFamily): void {
    const rest = cursor.text.slice(cursor.position, cursor.end);
    const before = keyword === 'TYPE' ? family.type : keyword === 'HELP' ? family.help : family.unit;
    if (before !== undefined) cursor.problem = `duplicate ${keyword} of ${family.name}. The last one is used`;
    if (keyword === 'HELP') family.help = unescapeHelp(rest, this.openMetrics);
    else if (keyword === 'UNIT') family.unit = rest.trimEnd();
    else {
      const type = types.get(rest) ?? types.get(rest.trimEnd());
      if (type === undefined) cursor.problem = `unknown TYPE of ${family.name}: ${rest}`;
      else family.type = type;
    }
  }
}

/** Reads the name at the cursor, quoted or up to the next blank, and moves past it. */
const readFamilyName = (cursor: PageCursor): string => {
  if (cursor.currentCode() === quote) return readQuoted(cursor);
  const start = cursor.position;
  cursor.position = cursor.wordEnd();
  return cursor.text.slice(start, cursor.position);
};
