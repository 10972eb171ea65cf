import { stripControls } from '../text/controls.ts';
import { secretPlaceholder } from './secret-fields.ts';
import { keyBegin, keyEnd } from './secret-recognizer.ts';

/** Takes the place of a line of a private key. */
export const keyPlaceholder = `${secretPlaceholder} (private key)`;

/** The shortest text that every first and last line of a private key contains: PEM, OpenPGP, SSH. */
export const keyMark = 'PRIVATE KEY';

/**
 * Lines after which a key has ended, also without its last line. A key of 16,384 bits has 192. A first line without a key
 * must not have an effect forever.
 */
const mostLines = 256;

/** Base64 up to the end of a line, or of a text in JSON: also the short last line of a key, and the checksum of OpenPGP. */
const base64Line = /^(?:[A-Za-z0-9+/]+={0,2}|=[A-Za-z0-9+/]{4})\s*(?:$|["\\])/;
/** Base64 anywhere in a line. No word of a log line is as long. */
const base64Run = /[A-Za-z0-9+/]{48}/;

/** The private keys in a stream of lines: each line of a key is one call. */
export interface KeyBlock {
  /** Returns whether the next line may belong to a key. */
  readonly isOpen: boolean;
  /**
   * Takes the next line. Returns it unchanged, or the text that replaces it; undefined for the lines of a key after its
   * first one.
   */
  line(text: string): string | undefined;
}

/**
 * Creates the state of one stream. Between the first and the last line of a key only lines in base64 are masked, so that
 * whoever writes a first line hides no other lines.
 */
export const createKeyBlock = (): KeyBlock => {
  let left = 0;
  /** The length of what precedes a line, such as a time or the name of a pod. */
  let lead = 0;
  return {
    get isOpen() {
      return left > 0;
    },
    line: (text) => {
      const plain = stripControls(text);
      if (left === 0 && !plain.includes(keyMark)) return text;
      const begin = keyBegin.exec(plain);
      if (begin !== null) {
        const rest = plain.slice(begin.index);
        const end = keyEnd.exec(rest);
        lead = begin.index;
        left = end === null ? mostLines : 0;
        const after = end === null ? '' : rest.slice(end.index + end[0].length);
        return `${plain.slice(0, lead)}${keyPlaceholder}${after}`;
      }
      if (left === 0) return text;
      left--;
      if (keyEnd.test(plain)) {
        left = 0;
        return undefined;
      }
      const isKey =
        base64Run.test(plain) || base64Line.test(plain.trim()) || base64Line.test(plain.slice(lead));
      return isKey ? undefined : text;
    },
  };
};

/** Masks the keys in a text of one or more lines. Undefined: all of its lines belong to a key that began before. */
export const maskKeyLines = (text: string, key: KeyBlock): string | undefined => {
  const kept = text.split('\n').flatMap((line) => key.line(line) ?? []);
  return kept.length === 0 ? undefined : kept.join('\n');
};
