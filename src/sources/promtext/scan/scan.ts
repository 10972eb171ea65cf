import { FamilyDescriptions } from './family-descriptions.ts';
import { LabelReader } from './label-reader.ts';
import type { MetricsPage, PageSeries } from './page.ts';
import { FlawList } from './page.ts';
import {
  continuesName,
  hashSign,
  isBlankCode,
  isDigitCode,
  openBrace,
  PageCursor,
  quote,
  startsName,
} from './page-cursor.ts';
import { readSample, type SampleReader } from './sample-line.ts';

interface ScanOptions {
  /** Keeps only samples of these names, and checks the others superficially. Absent: every sample. */
  readonly names?: ReadonlySet<string>;
  /** The page is OpenMetrics: timestamps are in seconds, and it ends with `# EOF`. */
  readonly openMetrics?: boolean;
}

/**
 * Parses a page in the Prometheus text format (0.0.4, and the quoted names of 1.0.0) or OpenMetrics 1.0. Works in one
 * pass, without splitting it into lines. Never throws: a malformed line is a flaw, and the others are parsed. An
 * unwanted sample is checked superficially (its start, and a number at its end).
 * Sources: Prometheus "Exposition formats", the OpenMetrics specification.
 */
export const scanPage = (text: string, options: ScanOptions = {}): MetricsPage => {
  const scanner = new Scanner(text, options);
  scanner.advance(text.length);
  return scanner.page();
};

/** Characters parsed within a few ms. */
const chunkLength = 250_000;

/** Parses a page in chunks; after each, `turn` yields to other work. */
export const scanPageInTurns = async (
  text: string,
  options: ScanOptions,
  turn: () => Promise<void>,
): Promise<MetricsPage> => {
  const scanner = new Scanner(text, options);
  while (!scanner.advance(chunkLength)) await turn();
  return scanner.page();
};

class Scanner {
  private readonly text: string;
  private readonly names: ReadonlySet<string> | undefined;
  private readonly cursor: PageCursor;
  private readonly reader: SampleReader;
  private readonly descriptions: FamilyDescriptions;
  private readonly series: PageSeries[] = [];
  private readonly flaws = new FlawList();
  private samples = 0;
  private line = 0;
  /** Start of the next line. */
  private next = 0;
  private isEnded = false;
  /** Name of the previous sample, usually also of this one, and whether it is wanted. */
  private name = '';
  private isWanted = false;
  /** Start of the previous sample, and the number of its characters that can be shared. */
  private previousStart = 0;
  private previousLength = 0;

  constructor(text: string, { names, openMetrics = false }: ScanOptions) {
    this.text = text;
    this.names = names;
    this.cursor = new PageCursor(text);
    this.reader = {
      cursor: this.cursor,
      labels: new LabelReader(),
      exemplarLabels: new LabelReader(),
      openMetrics,
    };
    this.descriptions = new FamilyDescriptions(names, openMetrics);
  }

  /** Parses the lines that begin within the next `length` characters; true at the end of the page. */
  advance(length: number): boolean {
    const { text, cursor } = this;
    const stop = Math.min(text.length, this.next + length);
    while (this.next < stop && !this.isEnded) {
      const end = text.indexOf('\n', this.next);
      this.line += 1;
      cursor.position = this.next;
      cursor.end = end < 0 ? text.length : end;
      cursor.problem = '';
      this.isEnded = this.readLine(end < 0);
      if (cursor.problem !== '') this.flaws.add(this.line, cursor.problem);
      this.next = cursor.end + 1;
    }
    return this.isEnded || this.next >= text.length;
  }

  /** Returns the parsed page. */
  page(): MetricsPage {
    if (this.isEnded && this.next < this.text.length)
      this.flaws.add(this.line + 1, 'there is text after # EOF, which must be the last line');
    if (!this.isEnded && this.reader.openMetrics && this.samples > 0)
      this.flaws.add(this.line, '# EOF is missing at the end: the page may be truncated');
    return {
      series: this.series,
      families: this.descriptions.families,
      sampleCount: this.samples,
      flaws: this.flaws.first,
      flawCount: this.flaws.count,
    };
  }

  /** Parses one line. True at the end of an OpenMetrics page. */
  private readLine(isCut: boolean): boolean {
    const { cursor } = this;
    cursor.skipBlanks();
    cursor.lineStart = cursor.position;
    if (cursor.atEnd()) return false;
    const isComment = cursor.currentCode() === hashSign;
    if (isCut && !(this.reader.openMetrics && this.text.endsWith('# EOF'))) cursor.problem = truncatedProblem;
    else if (isComment) {
      cursor.position += 1;
      return this.descriptions.read(cursor);
    } else this.readSampleLine();
    return false;
  }

  private readSampleLine(): void {
    const { cursor } = this;
    if (cursor.currentCode() === openBrace) this.addSample('', 0);
    else {
      const shared = cursor.sharedLength(this.previousStart, cursor.lineStart, this.previousLength);
      const isSameName = shared > this.name.length;
      if (isSameName) cursor.position += this.name.length;
      else if (!this.readName())
        cursor.problem = 'the line is not a sample: a metric name cannot begin like this';
      if (cursor.problem === '' && this.isWanted) this.addSample(this.name, isSameName ? shared : 0);
      else if (cursor.problem === '') this.skipSample();
    }
  }

  private addSample(name: string, shared: number): void {
    const { cursor, names } = this;
    const sample = readSample(this.reader, name, this.line, shared);
    this.previousStart = cursor.lineStart;
    this.previousLength = name === '' ? 0 : cursor.end - cursor.lineStart;
    if (sample === undefined) return;
    this.samples += 1;
    if (name !== '' || names?.has(sample.name) !== false) this.series.push(sample);
  }

  /** Reads the name at the cursor and moves past it; false when it is missing. */
  private readName(): boolean {
    const { cursor } = this;
    const { lineStart: start } = cursor;
    let index = startsName(cursor.currentCode()) ? start + 1 : start;
    while (index > start && continuesName(cursor.codeAt(index))) index += 1;
    const isName = index > start && (cursor.codeAt(index) === openBrace || isBlankCode(cursor.codeAt(index)));
    this.previousStart = start;
    this.previousLength = isName ? index + 1 - start : 0;
    if (!isName) return false;
    cursor.position = index;
    this.name = this.text.slice(start, index);
    this.isWanted = this.names?.has(this.name) !== false;
    return true;
  }

  /** Skips an unwanted sample, which must end like a number (or like NaN and Inf). */
  private skipSample(): void {
    const { cursor } = this;
    let last = cursor.end - 1;
    while (isBlankCode(cursor.codeAt(last))) last -= 1;
    const code = cursor.codeAt(last);
    if (last >= cursor.position && (isDigitCode(code) || numberWordEnds.includes(code))) this.samples += 1;
    else
      cursor.problem =
        code === quote
          ? 'unterminated quote'
          : 'the line is not a sample, because no number stands at the end';
  }
}

const truncatedProblem = 'the last line has no line end: the page may be truncated';

/** Last letters of NaN, Inf and Infinity, and a point: `1.` is a number. */
const numberWordEnds = [...'nNfFyY.'].map((letter) => letter.charCodeAt(0));
