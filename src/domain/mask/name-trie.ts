import { type CaseFoldedText, foldCase, foldWithOffsets } from './case-folding.ts';
import type { SensitiveKind, SensitiveSpan } from './recognizers.ts';

interface Node {
  readonly next: Map<string, Node>;
  is?: SensitiveKind;
  /** A plain word ('db'), which matches only as a separate word. */
  plain?: boolean;
}

/** Set of known names, for searching texts. Grows during a session. */
interface NameTrie {
  /** Adds a name; true when it is new. Single letters, numbers and texts of over 1,024 letters are ignored. */
  add(name: string, is: SensitiveKind): boolean;
  /**
   * Returns all names in a text, the longest at each position; at word boundaries, ignoring case and Unicode form
   * (`foldCase`).
   */
  find(text: string): readonly SensitiveSpan[];
  readonly size: number;
}

const shortest = 2;
/** Names and secrets are shorter. Texts of others, of any length, take neither memory nor time here: each place may be compared with one. */
const longest = 1024;
const inWord = /[\p{L}\p{N}_]/u;
const joined = /[\p{L}\p{N}_.-]/u;

const ends = (text: string, index: number, plain: boolean): boolean => {
  const next = text[index];
  if (next === undefined) return true;
  if (!plain) return !inWord.test(next);
  // A period at the end of a sentence is a boundary.
  return !joined.test(next) || (next === '.' && !inWord.test(text[index + 1] ?? ' '));
};

/**
 * Creates a trie: one pass over the text, however many names there are. A name with a dash, a dot or a digit also
 * matches inside a longer one ('node-3' in 'kube-proxy-node-3'); a plain word does not.
 */
export const createNameTrie = (): NameTrie => {
  const root: Node = { next: new Map() };
  let size = 0;

  const canBegin = (text: string, folded: CaseFoldedText, index: number): boolean => {
    if (!root.next.has(folded.text[index] ?? '') || !folded.isEdge(index)) return false;
    const start = folded.start(index);
    return start === 0 || !inWord.test(text[start - 1] ?? '');
  };

  const longestAt = (text: string, folded: CaseFoldedText, from: number): SensitiveSpan | undefined => {
    let node: Node | undefined = root;
    let span: SensitiveSpan | undefined;
    const start = folded.start(from);
    for (let index = from; node !== undefined; index++) {
      if (node.is !== undefined && folded.isEdge(index)) {
        const to = folded.end(index - 1);
        const isPlain = node.plain === true;
        if (ends(text, to, isPlain) && !(isPlain && start > 0 && joined.test(text[start - 1] ?? '')))
          span = { from: start, to, is: node.is };
      }
      if (index >= folded.text.length) break;
      node = node.next.get(folded.text[index] ?? '');
    }
    return span;
  };

  return {
    add: (name, is) => {
      if (name.length < shortest || name.length > longest || /^[\d\s.:-]+$/.test(name)) return false;
      let node = root;
      // By code units, as in the search.
      for (const letter of foldCase(name).split('')) {
        const next: Node = node.next.get(letter) ?? { next: new Map() };
        node.next.set(letter, next);
        node = next;
      }
      if (node === root || node.is !== undefined) return false;
      node.is = is;
      node.plain = !/[\d.\s_-]/.test(name);
      size++;
      return true;
    },
    find: (text) => {
      if (size === 0) return [];
      const folded = foldWithOffsets(text);
      const all: SensitiveSpan[] = [];
      for (let index = 0; index < folded.text.length; index++) {
        const span = canBegin(text, folded, index) ? longestAt(text, folded, index) : undefined;
        if (span === undefined) continue;
        all.push(span);
        while (folded.start(index + 1) < span.to) index++;
      }
      return all;
    },
    get size() {
      return size;
    },
  };
};
