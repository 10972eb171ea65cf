import type { Fact } from '../domain/facts.ts';

/** A column of a pane: a text for each fact. What is a number belongs to the right. */
export interface PaneColumn<F extends Fact> {
  /** In capitals, as other panes have it: 'ACTIVE'. */
  readonly head: string;
  /** In terminal cells. */
  readonly width: number;
  readonly align?: 'right';
  /** Left out where the pane is narrower than this. */
  readonly hideBelow?: number;
  /** Pure. undefined and '' are drawn as absent. */
  text(fact: F): string | undefined;
}

/** How the pane of a kind differs from the one that is made of its fields. Level, name and age are there in any case. */
export interface PaneSpecOf<F extends Fact> {
  /** The kind that it shows. */
  readonly kind: string;
  /** 'NGINX' */
  readonly title: string;
  readonly columns: readonly PaneColumn<F>[];
  /** What is told of a row that is opened, line by line. Absent: every field. Pure. */
  details?(fact: F): readonly string[];
}

const registered = new Map<string, PaneSpecOf<Fact>>();

/**
 * Gives a kind a pane of its own, before the first environment is opened. Gives what takes it away again.
 * @throws {Error} when the kind has one already
 */
export const registerPane = <F extends Fact>(pane: PaneSpecOf<F>): (() => void) => {
  const { kind } = pane;
  if (registered.has(kind)) throw new Error(`kind "${kind}" has a pane already`);
  registered.set(kind, pane);
  return () => void registered.delete(kind);
};

/** The pane that was registered for a kind; undefined when there is none. */
export const registeredPane = (kind: string): PaneSpecOf<Fact> | undefined => registered.get(kind);
