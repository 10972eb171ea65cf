import { type CaseFoldedText, foldCase, foldWithOffsets } from './case-folding.ts';
import type { SensitiveKind, SensitiveSpan } from './recognizers.ts';

interface Node {
  readonly next: Map<string, Node>;
  is?: SensitiveKind;
  /** A plain word ('db'), which counts only where nothing is joined to it. */
  plain?: boolean;
}

/** Names that are known for certain, found wherever they stand. Grows while a session learns. */
interface NameTrie {
  /** True when it is news. Names of one letter, and numbers, are never taken. */
  add(name: string, is: SensitiveKind): boolean;
  /** Every one of them in a text, the longest where several begin; on word boundaries, in any case and form of letters (`foldText`). */
  find(text: string): readonly SensitiveSpan[];
  readonly size: number;
}

const shortest = 2;
const inWord = /[\p{L}\p{N}_]/u;
const joined = /[\p{L}\p{N}_.-]/u;

const ends = (text: string, at: number, plain: boolean): boolean => {
  const next = text[at];
  if (next === undefined) return true;
  if (!plain) return !inWord.test(next);
  // A full stop at the end of a sentence joins nothing.
  return !joined.test(next) || (next === '.' && !inWord.test(text[at + 1] ?? ' '));
};

/**
 * The names as a tree of letters: a text is gone through once, however many names there are. A name with a dash, a dot
 * or a digit is found inside a longer one as well ('node-3' in 'kube-proxy-node-3'), a plain word is not.
 */
export const createNameTrie = (): NameTrie => {
  const root: Node = { next: new Map() };
  let size = 0;

  const canBegin = (text: string, folded: CaseFoldedText, at: number): boolean => {
    if (!root.next.has(folded.text[at] ?? '') || !folded.isEdge(at)) return false;
    const start = folded.start(at);
    return start === 0 || !inWord.test(text[start - 1] ?? '');
  };

  const longestAt = (text: string, folded: CaseFoldedText, from: number): SensitiveSpan | undefined => {
    let node: Node | undefined = root;
    let found: SensitiveSpan | undefined;
    const start = folded.start(from);
    for (let at = from; node !== undefined; at++) {
      if (node.is !== undefined && folded.isEdge(at)) {
        const to = folded.end(at - 1);
        const isPlain = node.plain === true;
        if (ends(text, to, isPlain) && !(isPlain && start > 0 && joined.test(text[start - 1] ?? '')))
          found = { from: start, to, is: node.is };
      }
      if (at >= folded.text.length) break;
      node = node.next.get(folded.text[at] ?? '');
    }
    return found;
  };

  return {
    add: (name, is) => {
      if (name.length < shortest || /^[\d\s.:-]+$/.test(name)) return false;
      let node = root;
      // By code units, as texts are gone through.
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
      for (let at = 0; at < folded.text.length; at++) {
        const found = canBegin(text, folded, at) ? longestAt(text, folded, at) : undefined;
        if (found === undefined) continue;
        all.push(found);
        while (folded.start(at + 1) < found.to) at++;
      }
      return all;
    },
    get size() {
      return size;
    },
  };
};
