import { readFile } from 'node:fs/promises';
import { parseSync, Visitor } from 'oxc-parser';

/** A text of the program that people read. */
export interface VisibleString {
  readonly file: string;
  readonly line: number;
  /** The text; `…` stands for each value that is filled in. */
  readonly text: string;
}

/** At least three words, one of them in small letters: names, keys, patterns and calls are no sentences. */
const isSentence = (text: string): boolean =>
  text.split(/\s+/).filter((word) => /^[("'«“‘]?[A-Za-z][\w'’-]*[)"'»”’.,:;?!]*$|^…[.,:;]?$/.test(word))
    .length >= 3 &&
  /(?:^|\s)[a-z]{2,}(?:\s|[.,:;]|$)/.test(text) &&
  !/[{}\\<>|^$]|=>|\bSELECT\b|\bFROM\b|^\(\?/.test(text);

/** The texts of a source file that people may read, in its order. Rejects if the file cannot be read. */
export const visibleStrings = async (file: string): Promise<readonly VisibleString[]> => {
  const source = await readFile(file, 'utf8');
  const found: VisibleString[] = [];
  const add = (text: string, start: number): void => {
    if (isSentence(text)) found.push({ file, line: source.slice(0, start).split('\n').length, text });
  };
  new Visitor({
    Literal: ({ value, start }) => typeof value === 'string' && add(value, start),
    TemplateLiteral: ({ quasis, start }) =>
      add(quasis.map(({ value }) => value.cooked ?? '').join('…'), start),
  }).visit(parseSync(file, source).program);
  return found;
};
