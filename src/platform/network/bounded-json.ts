import { WireError } from '../runtime/wire-error.ts';

/** Values of one document: parsing them takes some 20 ms, in which nothing else happens. */
const maxValues = 400_000;
/** Objects and lists within each other: what reads the values recurses. */
const maxDepth = 256;

const [quote, backslash, comma] = [0x22, 0x5c, 0x2c];
const [openList, closeList, openMap, closeMap] = [0x5b, 0x5d, 0x7b, 0x7d];
const blank = 0x20;

const requireDepth = (depth: number): void => {
  if (depth > maxDepth)
    throw new WireError(
      'malformed',
      `the response is nested deeper than ${maxDepth} levels; reading stopped`,
    );
};

/** True if an odd number of backslashes precedes `end`, of which none is before `from`. */
const isEscapedAt = (part: string, from: number, end: number): boolean => {
  let first = end;
  while (first > from && part.charCodeAt(first - 1) === backslash) first -= 1;
  return (end - first) % 2 === 1;
};

/** Counts the values of a JSON text. Strings are skipped by search: a long one costs hardly more than a short one. */
class JsonCounter {
  #values = 0;
  #depth = 0;
  #inText = false;
  #isEscaped = false;

  take(part: string): void {
    let index = 0;
    while (index < part.length)
      if (this.#inText) index = this.#afterText(part, index);
      else {
        const code = part.charCodeAt(index);
        if (code > blank) this.#mark(code);
        index += 1;
      }
    if (this.#values > maxValues)
      throw new WireError('malformed', `the response is larger than ${maxValues} values; reading stopped`);
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

  #mark(code: number): void {
    if (code === quote) this.#inText = true;
    else if (code === comma) this.#values += 1;
    else if (code === openMap || code === openList) {
      this.#values += 1;
      this.#depth += 1;
      requireDepth(this.#depth);
    } else if (code === closeMap || code === closeList) this.#depth -= 1;
  }
}

/**
 * Creates a check for a JSON text that arrives in parts. It throws a `malformed` WireError as soon as the text has more values or more
 * depth than anything that opsdeck reads, so that the rest is neither read nor parsed. A text that is not JSON passes.
 */
export const createJsonGuard = (): ((part: string) => void) => {
  const counter = new JsonCounter();
  let isJson: boolean | undefined;
  return (part) => {
    const first = isJson === undefined ? part.trimStart().charCodeAt(0) : Number.NaN;
    if (!Number.isNaN(first)) isJson = first === openMap || first === openList;
    if (isJson === true) counter.take(part);
  };
};

/** Parses a whole JSON text within the same limits. Throws WireError, or a SyntaxError. */
export const parseBoundedJson = (text: string): unknown => {
  createJsonGuard()(text);
  return JSON.parse(text);
};
