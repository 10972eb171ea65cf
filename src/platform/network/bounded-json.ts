import { nextTurn } from '../runtime/async.ts';
import { TooLargeError, WireError } from '../runtime/wire-error.ts';
import { type JsonContainer, type JsonPartParser, JsonParts } from './json-parts.ts';

/**
 * Values of one document: one for each 16 bytes of the largest body. The largest answers of honest servers have fewer
 * (`test/platform/network/honest-sizes.long.test.ts`).
 */
const maxValues = 500_000;
/** Members of one object that is parsed in parts: each doubling of its table takes as long as all before it. */
const maxMembers = 100_000;
/** Objects and lists within each other: what reads the values recurses. */
const maxDepth = 256;
/** Characters that are parsed at once, in about a millisecond. A shorter text is parsed only where its value is used. */
const defaultPartChars = 64 * 1024;

const quote = 0x22;
const backslash = 0x5c;
const comma = 0x2c;
const openList = 0x5b;
const closeList = 0x5d;
const openMap = 0x7b;
const closeMap = 0x7d;
const blank = 0x20;

const requireAtMost = (most: number, count: number, what: string): void => {
  if (count > most) throw new TooLargeError(`${most} ${what}`);
};

/** True if an odd number of backslashes precedes `end`, of which none is before `from`. */
const isEscapedAt = (part: string, from: number, end: number): boolean => {
  let first = end;
  while (first > from && part.charCodeAt(first - 1) === backslash) first -= 1;
  return (end - first) % 2 === 1;
};

/**
 * Reads a JSON text that arrives in parts. A text with more values or more depth than anything that opsdeck reads is refused as soon as
 * it is known, so that the rest is neither read nor parsed. A long text is parsed part by part as it arrives, so that nothing else waits
 * for it. A text that is not JSON passes.
 */
export class JsonReader {
  #isJson: boolean | undefined;
  #values = 0;
  #inText = false;
  #isEscaped = false;
  /** Position of the next character that arrives. */
  #position = 0;
  /** The containers that are open, and behind them closed ones that are used again. */
  readonly #containers: JsonContainer[] = [];
  #depth = 0;
  readonly #parts: JsonParts;
  readonly #partChars: number;

  constructor(parser: JsonPartParser, partChars: number = defaultPartChars) {
    this.#parts = new JsonParts(parser);
    this.#partChars = partChars;
  }

  /** Throws a `malformed` WireError beyond the limits. */
  take(part: string): void {
    const first = this.#isJson === undefined ? part.trimStart().charCodeAt(0) : Number.NaN;
    if (!Number.isNaN(first)) this.#isJson = first === openMap || first === openList;
    if (this.#isJson === false) return;
    this.#parts.add(part);
    this.#scan(part);
    this.#position += part.length;
    requireAtMost(maxValues, this.#values, 'values');
  }

  /** The value after the last part; undefined for a text that is to be parsed as a whole. */
  end(): { readonly value: unknown } | 'broken' | undefined {
    return this.#parts.end();
  }

  /** Strings are skipped by search: a long one costs hardly more than a short one. */
  #scan(part: string): void {
    let index = 0;
    while (index < part.length)
      if (this.#inText) index = this.#afterText(part, index);
      else {
        const code = part.charCodeAt(index);
        if (code > blank) this.#mark(code, this.#position + index);
        index += 1;
      }
  }

  /** The index after the string that goes on at `start`, or the length of the part if it does not end in it. */
  #afterText(part: string, start: number): number {
    let from = this.#isEscaped ? start + 1 : start;
    this.#isEscaped = false;
    for (;;) {
      const end = part.indexOf('"', from);
      if (end === -1) {
        this.#isEscaped = isEscapedAt(part, from, part.length);
        return part.length;
      }
      if (!isEscapedAt(part, from, end)) {
        this.#inText = false;
        return end + 1;
      }
      from = end + 1;
    }
  }

  #mark(code: number, position: number): void {
    if (code === quote) this.#inText = true;
    else if (code === comma) this.#separate(position);
    else if (code === openMap || code === openList) this.#enter(code === openList, position);
    else if (code === closeMap || code === closeList) this.#leave(code === closeList, position);
  }

  #separate(time: number): void {
    this.#values += 1;
    const container = this.#containers[this.#depth - 1];
    if (container === undefined) {
      this.#parts.fail();
      return;
    }
    container.members += 1;
    if (!container.isList) requireAtMost(maxMembers, container.members, 'members of an object');
    if (container.made === undefined) container.commaAt = time;
    else this.#parts.separate(container, container.made, time);
    if (time - this.#parts.parsedTo >= this.#partChars)
      this.#parts.parse(this.#containers.slice(0, this.#depth), time);
  }

  #enter(isList: boolean, time: number): void {
    this.#values += 1;
    if (this.#depth >= maxDepth)
      throw new WireError(
        'malformed',
        `the response is nested deeper than ${maxDepth} levels, so opsdeck stopped reading`,
      );
    const container = this.#containers[this.#depth];
    this.#depth += 1;
    if (container === undefined)
      this.#containers.push({
        isList,
        openedAt: time,
        commaAt: undefined,
        from: time + 1,
        made: undefined,
        members: 0,
      });
    else {
      container.isList = isList;
      container.openedAt = time;
      container.commaAt = undefined;
      container.from = time + 1;
      container.made = undefined;
      container.members = 0;
    }
  }

  #leave(isList: boolean, position: number): void {
    const container = this.#containers[this.#depth - 1];
    this.#depth = Math.max(0, this.#depth - 1);
    if (container?.isList !== isList) this.#parts.fail();
    else if (container.made !== undefined)
      this.#parts.close(container, container.made, this.#containers[this.#depth - 1], position);
  }
}

const asWritten: JsonPartParser = {
  parse: (text) => JSON.parse(text),
  merged: () => {},
  attached: () => {},
};

const readValue = (reader: JsonReader, text: string): unknown => {
  const end = reader.end();
  if (end === 'broken')
    throw new SyntaxError('the text is not JSON: check the address, and proxies in between');
  return end === undefined ? JSON.parse(text) : end.value;
};

/** Parses a whole JSON text within the same limits. Throws WireError, or a SyntaxError. */
export const parseBoundedJson = (text: string): unknown => {
  const reader = new JsonReader(asWritten);
  reader.take(text);
  return readValue(reader, text);
};

/** Like `parseBoundedJson`, in several turns of the event loop if the text is long. */
export const parseJsonInTurns = async (text: string): Promise<unknown> => {
  const reader = new JsonReader(asWritten);
  for (let from = 0; from < text.length; from += defaultPartChars) {
    if (from > 0) await nextTurn();
    reader.take(text.slice(from, from + defaultPartChars));
  }
  return readValue(reader, text);
};
