import type { FlatLabels } from './page.ts';
import type { PageCursor } from './page-cursor.ts';
import { closeBrace, comma, continuesLabel, equals, quote, readQuoted, startsLabel } from './page-cursor.ts';

const nameLabel = '__name__';
/** Above any exporter's number; names are compared pairwise. */
const maxLabels = 256;
const unclosedProblem = 'the labels are not closed with }';

/**
 * Reads label sets. A line usually begins like the previous one, up to the first different label: that prefix is reused
 * without parsing.
 */
export class LabelReader {
  /** Metric name that was quoted among the labels (`{"my.metric", a="b"}`); otherwise ''. */
  metric = '';
  /** Names and values of the current set, written over those of the previous set. */
  private readonly parts: string[] = [];
  /** End of each label, from the start of the line. */
  private readonly ends: number[] = [];
  private count = 0;
  /** Number of labels of the previous set that can be reused. */
  private before = 0;

  /**
   * Reads the label set at the cursor (on its opening brace) and moves past the closing one. The line shares `shared`
   * leading characters with the line of the previous set. After a problem the result is meaningless.
   */
  read(cursor: PageCursor, shared: number): FlatLabels {
    this.metric = '';
    this.count = 0;
    while (this.count < this.before && (this.ends[this.count] ?? 0) <= shared) this.count += 1;
    const last = this.ends[this.count - 1];
    this.before = 0;
    if (last === undefined) {
      cursor.position += 1;
      cursor.skipBlanks();
    } else {
      cursor.position = cursor.lineStart + last;
      this.skipSeparator(cursor);
    }
    while (cursor.problem === '' && cursor.currentCode() !== closeBrace) {
      this.readLabel(cursor);
      if (cursor.problem === '') this.skipSeparator(cursor);
    }
    cursor.position += 1;
    if (cursor.problem === '') this.before = this.count;
    return this.parts.slice(0, 2 * this.count);
  }

  /** Resets after a line without labels: the next line cannot reuse any. */
  reset(): void {
    this.before = 0;
  }

  /** Skips the comma or the closing brace after a label. */
  private skipSeparator(cursor: PageCursor): void {
    cursor.skipBlanks();
    if (cursor.currentCode() === comma) {
      cursor.position += 1;
      cursor.skipBlanks();
    } else if (cursor.currentCode() !== closeBrace)
      cursor.problem = cursor.atEnd() ? unclosedProblem : 'a comma is missing between two labels';
  }

  private readLabel(cursor: PageCursor): void {
    const isQuoted = cursor.currentCode() === quote;
    const name = isQuoted ? readQuoted(cursor) : readLabelName(cursor);
    if (cursor.problem !== '') return;
    cursor.skipBlanks();
    if (cursor.currentCode() === equals) this.readValue(cursor, name);
    else if (!isQuoted) cursor.problem = `label ${name} has no value`;
    else if (this.metric !== '' || name === '')
      cursor.problem = 'the metric name stands twice, before and inside { }';
    else this.metric = name;
  }

  private readValue(cursor: PageCursor, name: string): void {
    cursor.position += 1;
    cursor.skipBlanks();
    if (cursor.currentCode() !== quote) {
      cursor.problem = `the value of label ${name} is not quoted`;
      return;
    }
    const value = readQuoted(cursor);
    if (this.count >= maxLabels) cursor.problem = `more than ${maxLabels} labels`;
    if (this.isDuplicate(name)) cursor.problem = `duplicate label ${name}`;
    if (name === nameLabel) cursor.problem = `${nameLabel} is not allowed as a label name`;
    this.parts[2 * this.count] = name;
    this.parts[2 * this.count + 1] = value;
    this.ends[this.count] = cursor.position - cursor.lineStart;
    this.count += 1;
  }

  private isDuplicate(name: string): boolean {
    for (let index = 0; index < 2 * this.count; index += 2) if (this.parts[index] === name) return true;
    return false;
  }
}

/** Reads an unquoted name at the cursor and moves past it. */
const readLabelName = (cursor: PageCursor): string => {
  const start = cursor.position;
  if (startsLabel(cursor.currentCode())) cursor.position += 1;
  else cursor.problem = cursor.atEnd() ? unclosedProblem : 'a label has no name';
  while (cursor.position > start && cursor.position < cursor.end && continuesLabel(cursor.currentCode()))
    cursor.position += 1;
  return cursor.text.slice(start, cursor.position);
};
