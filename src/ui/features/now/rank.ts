import type { FactKind } from '../../../domain/facts.ts';
import type { Fault, Millis } from '../../../domain/fault.ts';
import { rank } from '../../../domain/level.ts';
import type { Severity } from '../../../domain/severity.ts';
import type { Kind } from '../../../kinds/define-kind.ts';
import { kindOf } from '../../../kinds/registry.ts';
import type { Suggestion } from '../../../store/cockpit.ts';
import type { Finding, Pane } from '../../panes/pane.ts';
import type { PaneRow, Subject } from '../../panes/row.ts';
import { urgency } from '../../panes/severity.ts';
import { watchedPanes } from '../../panes/watched.ts';
import { pendingOf } from '../../panes/worst-first.ts';
import { lostSince } from '../../text/faults.ts';
import type { EnvView, View } from '../../view.ts';

/**
 * The larger thing that a row belongs to: a service, a consumer group, what owns a pod. '' where nothing says so. Findings
 * of one thing are told together.
 */
const thingOf = (subject: Subject | undefined): string => {
  if (subject === undefined) return '';
  if (subject.kind === 'signal') return subject.signal.labels.service ?? '';
  const kind: Kind = kindOf<FactKind>(subject.kind);
  return kind.belongsTo?.(subject.fact) ?? '';
};

/** What a row says that it needs and does not get: what a breaker stands before, the parts of a service that are not up. */
const neededBy = (subject: Subject | undefined): readonly string[] => {
  if (subject === undefined || subject.kind === 'signal') return [];
  const kind: Kind = kindOf<FactKind>(subject.kind);
  return kind.needs?.(subject.fact) ?? [];
};

/** The source that gave the row. */
const sourceOf = (subject: Subject | undefined): string => {
  if (subject === undefined) return '';
  return subject.kind === 'signal' ? subject.signal.source : subject.fact.source;
};

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

interface Gathered {
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

/** One line of NOW. */
export type NowRow = PaneRow & { readonly severity?: Severity } & (
    | ({ readonly is: 'finding'; readonly runbook?: Suggestion } & Found)
    | ({ readonly is: 'blind' } & Blind)
    | { readonly is: 'runbook'; readonly suggestion: Suggestion }
  );

/** What is about to be raised stands between WARN and UNKNOWN, as in the header. */
const aboutToBe = 1.5;

const badness = (row: NowRow): number => {
  if (row.level !== 'ok') return rank[row.level];
  return pendingOf(row) === undefined ? 0 : aboutToBe;
};

const sinceOf = (row: NowRow): number => {
  if (row.is === 'finding') return row.finding.since ?? 0;
  return row.is === 'blind' ? row.since : 0;
};

const byText = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

interface Counts {
  /** Findings about each thing. */
  readonly about: ReadonlyMap<string, number>;
  /** Findings of other things that name each thing as what they need. */
  readonly needing: ReadonlyMap<string, number>;
}

const countsOf = (rows: readonly NowRow[]): Counts => {
  const [about, needing] = [new Map<string, number>(), new Map<string, number>()];
  const count = (counts: Map<string, number>, thing: string): void => {
    if (thing !== '') counts.set(thing, (counts.get(thing) ?? 0) + 1);
  };
  for (const { subject } of rows) {
    const thing = thingOf(subject);
    count(about, thing);
    for (const needed of neededBy(subject)) if (needed !== thing) count(needing, needed);
  }
  return { about, needing };
};

/**
 * What is most urgent first, as the profile's severities say; where they say nothing, and among what is equally urgent, worst
 * first. Of what is equally bad first what most other findings need: the broker before the services whose breakers
 * and health checks name it. Then what most findings are about, those of one thing together. Then what has been so for
 * the shortest time: what is new explains a call sooner than what has been so for days. Then by name.
 */
export const inRank = (rows: readonly NowRow[]): readonly NowRow[] => {
  const { about, needing } = countsOf(rows);
  const keyed = rows.map((row) => {
    const thing = thingOf(row.subject);
    return {
      row,
      thing,
      urgent: urgency(row.severity, row.level),
      bad: badness(row),
      since: sinceOf(row),
      needed: needing.get(thing) ?? 0,
      about: about.get(thing) ?? 1,
    };
  });
  return keyed
    .toSorted(
      (a, b) =>
        a.urgent - b.urgent ||
        b.bad - a.bad ||
        b.needed - a.needed ||
        b.about - a.about ||
        (a.about > 1 ? byText(a.thing, b.thing) : 0) ||
        b.since - a.since ||
        byText(a.row.label, b.row.label),
    )
    .map(({ row }) => row);
};
