import type { Fault, Millis } from '../../../domain/fault.ts';
import type { Finding, Pane } from '../../panes/pane.ts';
import { watchedPanes } from '../../panes/watched.ts';
import { lostSince } from '../../text/faults.ts';
import type { EnvView, View } from '../../view.ts';
import { sourceOf } from './about.ts';

/** A finding with the pane that it was found in. */
export interface Found {
  readonly pane: Pane;
  readonly finding: Finding;
}

/** A source that cannot be seen, and how many rows are not known because of it. */
export interface Blind {
  readonly fault: Fault;
  readonly since: Millis;
  readonly hides: number;
  /** The first of the panes that it leaves without rows. */
  readonly pane?: Pane;
}

export interface Gathered {
  readonly found: readonly Found[];
  readonly blind: readonly Blind[];
}

const paneBlindedBy = ({ facts }: EnvView, { source }: Fault): Pane | undefined => {
  const { feeds, frame } = facts;
  const kinds = [
    ...Object.values(feeds).flatMap(({ feed }) => (feed.source === source ? [feed.kind] : [])),
    ...(frame.sources[source]?.kinds ?? []),
  ];
  return watchedPanes().find(({ kind }) => kind !== undefined && kinds.includes(kind));
};

/**
 * Everything that is wrong, of all panes, and what cannot be seen. A row that is unknown because its source cannot be
 * seen is counted with that source: one cause is one line.
 */
export const gather = (view: View): Gathered => {
  const { own } = view;
  if (own === undefined) return { found: [], blind: [] };
  const { faults } = own.snapshot;
  const lost = new Set(faults.map(({ source }) => source));
  const hidden = new Map<string, number>();
  const found = watchedPanes().flatMap((pane) =>
    pane.findings(view).flatMap((finding): readonly Found[] => {
      const source = finding.blindBy ?? sourceOf(finding.row.subject);
      if (finding.row.level !== 'unknown' || !lost.has(source)) return [{ pane, finding }];
      hidden.set(source, (hidden.get(source) ?? 0) + 1);
      return [];
    }),
  );
  const first = new Set<string>();
  const blind = faults.map((fault): Blind => {
    const pane = paneBlindedBy(own, fault);
    // What a source hides is told once, with the first that is said of it.
    const hides = first.has(fault.source) ? 0 : (hidden.get(fault.source) ?? 0);
    first.add(fault.source);
    return { fault, since: lostSince(fault, own.facts), hides, ...(pane === undefined ? {} : { pane }) };
  });
  return { found, blind };
};
