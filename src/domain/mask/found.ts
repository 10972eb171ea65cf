/** What kind of thing was found: its alias begins with this word. */
export type Kind = 'host' | 'ip' | 'user' | 'cluster' | 'name';

/** A piece of a text that gives something away: `from` to `to`, in code units. */
export interface Found {
  readonly from: number;
  readonly to: number;
  /** 'secret' has no alias: it vanishes. 'email' is a user whose alias still reads as an address. */
  readonly is: Kind | 'email' | 'secret';
}

/** Finds what gives something away in a text, from left to right. Pure. */
export type Recogniser = (text: string) => readonly Found[];

/** A recogniser of all matches of an expression (with the flags d and g): of its group `it`, or of the whole match. */
export const byPattern =
  (pattern: RegExp, is: Found['is'], fits: (text: string, match: RegExpExecArray) => boolean = () => true) =>
  (text: string): readonly Found[] =>
    [...text.matchAll(pattern)].flatMap((match): readonly Found[] => {
      const [from, to] = match.indices?.groups?.it ?? match.indices?.[0] ?? [0, 0];
      const piece = text.slice(from, to);
      return piece !== '' && fits(piece, match) ? [{ from, to, is }] : [];
    });
