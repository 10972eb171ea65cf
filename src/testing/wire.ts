import type { ManualClock } from './manual-clock.ts';
import type { Mood } from './moods.ts';
import type { Expected } from './rig.ts';

/** The way from a source to its server, on which a test sets the mood; it keeps the books. */
export interface Wire<M extends Mood> {
  /** The server's address, through this wire. */
  readonly url: string;
  /** Where the profile is, for a wire that is a directory. */
  readonly dir?: string;
  set(mood: M): Promise<void>;
  /** Back to what the server itself says. */
  heal(): Promise<void>;
  /** Denies the calls whose address matches, and no other. */
  denyOnly?(calls: RegExp): Promise<void>;
  /** From now on another system answers. */
  turnStranger?(): Promise<void>;
  methods(): ReadonlySet<string>;
  asked(): number;
  /** Resolves once this many requests have come since the wire was opened. */
  arrived(count: number): Promise<void>;
  /** Resolves once no connection is open. */
  drained(): Promise<void>;
  close(): Promise<void>;
}

/** A source type before one of its servers: what the promises are held to. */
export interface Stage<M extends Mood = Mood, W extends Wire<M> = Wire<M>> {
  readonly rig: Expected;
  /** The moods that this wire can be in; `down` is among them, and `hanging` where an answer can fail to come. */
  readonly moods: readonly M[];
  /** How a fault names the call that it is about. Default: as an HTTP request. */
  readonly call?: RegExp;
  /** Feeds that a mood does not touch. */
  untouched?(mood: M, feedId: string): boolean;
  /** True: nothing there says who it is. */
  readonly isAnonymous?: boolean;
  /** The source's clock; it stands until a test moves it. */
  clock(): ManualClock;
  open(): Promise<W>;
}

/** The mood of this name. Throws when the wire does not have it. */
export const moodNamed = <M extends Mood>({ moods }: { readonly moods: readonly M[] }, name: string): M => {
  const found = moods.find((mood) => mood.name === name);
  if (found === undefined) throw new Error(`this wire is never "${name}"`);
  return found;
};
