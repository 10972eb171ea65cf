import { defined } from '../../../domain/base/defined.ts';
import type { Fault } from '../../../domain/base/fault.ts';
import { levelRank } from '../../../domain/facts/level.ts';
import type { Severity } from '../../../domain/facts/severity.ts';
import type { PossibleStart, StateStart } from '../../../domain/facts/state-start.ts';
import type { Acknowledgement } from '../../../domain/incidents/acknowledgement.ts';
import type { WaitingApproval } from '../../../domain/runs/approval.ts';
import type { ShownReset } from '../../../domain/runs/pending-reset.ts';
import { compareText } from '../../../domain/text/compare-text.ts';
import { sameFailure } from '../../../situation/source-finding.ts';
import { missingDependencies, parentEntityOf } from '../../../situation/subject.ts';
import { lossStart } from '../../../store/loss-start.ts';
import type { RunbookSuggestion } from '../../../store/runbook-suggestion.ts';
import type { PaneRegistry } from '../../shell/contract/features.ts';
import type { Pane, PaneProblem } from '../../shell/contract/pane.ts';
import type { PaneRow, RowSubject } from '../../shell/contract/pane-row.ts';
import type { EnvironmentView, RenderContext } from '../../shell/contract/render-context.ts';
import { pendingLevel } from '../../shell/panes/ranking.ts';
import { urgencyRank } from '../../shell/panes/severity.ts';

/** The source of the row. */
export const subjectSource = (subject: RowSubject | undefined): string => {
  if (subject === undefined) return '';
  return subject.kind === 'signal' ? subject.signal.source : subject.fact.source;
};

/** A finding and its pane. */
export interface PaneFinding {
  readonly pane: Pane;
  readonly finding: PaneProblem;
}

/** A source without data since its start, and the number of rows that are unknown because of it. */
export interface BlindSource extends StateStart {
  /** The first of its failed reads. */
  readonly fault: Fault;
  /** Number of its other reads that failed in the same way: they are one line. */
  readonly otherReads: number;
  readonly hiddenRows: number;
  /** The first pane that lacks rows because of it. */
  readonly pane?: Pane;
}

interface CollectedFindings {
  readonly found: readonly PaneFinding[];
  readonly blind: readonly BlindSource[];
}

const paneBlindedBy = (
  panes: PaneRegistry,
  { facts }: EnvironmentView,
  { source }: Fault,
): Pane | undefined => {
  const { feeds, frame } = facts;
  const kinds = [
    ...Object.values(feeds).flatMap(({ feed }) => (feed.source === source ? [feed.kind] : [])),
    ...(frame.sources[source]?.kinds ?? []),
  ];
  return panes.ofEnvironment().find(({ kind }) => kind !== undefined && kinds.includes(kind));
};

/**
 * Collects the findings of all panes and the sources without data. A row that is unknown because of its source counts
 * with that source, so that one cause is one line.
 */
export const collectFindings = (view: RenderContext): CollectedFindings => {
  const { own } = view;
  if (own === undefined) return { found: [], blind: [] };
  const { faults } = own.snapshot;
  const lost = new Set(faults.map(({ source }) => source));
  const hidden = new Map<string, number>();
  const found = view.features.panes.ofEnvironment().flatMap((pane) =>
    pane.problems(view).flatMap((finding): readonly PaneFinding[] => {
      const source = finding.blindSource ?? subjectSource(finding.row.subject);
      if (finding.row.level !== 'unknown' || !lost.has(source)) return [{ pane, finding }];
      hidden.set(source, (hidden.get(source) ?? 0) + 1);
      return [];
    }),
  );
  const first = new Set<string>();
  const blind = [...Map.groupBy(faults, sameFailure).values()].flatMap((failed): readonly BlindSource[] => {
    const [fault] = failed;
    if (fault === undefined) return [];
    const pane = paneBlindedBy(view.features.panes, own, fault);
    // Count hidden rows once per source, with its first fault.
    const hides = first.has(fault.source) ? 0 : (hidden.get(fault.source) ?? 0);
    first.add(fault.source);
    return [
      {
        fault,
        otherReads: failed.length - 1,
        ...lossStart(fault, own.facts),
        hiddenRows: hides,
        ...defined({ pane }),
      },
    ];
  });
  return { found, blind };
};

interface Extras {
  readonly severity?: Severity;
  /** Absent: not acknowledged. */
  readonly acknowledged?: Acknowledgement;
}

/** A row of a pane that has a problem. */
export type RowFinding = PaneRow &
  Extras &
  PaneFinding & {
    readonly is: 'finding';
    /** The other findings that this row stands for, or heads: they say the same of the same object. */
    readonly alike?: {
      readonly others: readonly RowFinding[];
      /** The earliest start of all of them. */
      readonly start: PossibleStart;
      /** Positions of the parts of its problem that all have in common. */
      readonly common: ReadonlySet<number>;
      readonly isOpen: boolean;
    };
  };

export type FindingRow =
  | RowFinding
  | (PaneRow &
      Extras &
      (
        | ({ readonly is: 'blind' } & BlindSource)
        /** The run of another person that waits for approval. */
        | { readonly is: 'approval'; readonly request: WaitingApproval }
        /** The reset of a temporary change that waits for a person. */
        | { readonly is: 'reset'; readonly reset: ShownReset }
        | { readonly is: 'runbook'; readonly suggestion: RunbookSuggestion }
        /** The line below a cause that stands for its consequences. */
        | {
            readonly is: 'fold';
            readonly cause: FindingRow;
            readonly members: readonly FindingRow[];
            readonly isOpen: boolean;
          }
      ));

/** The identity of a row of a pane as a finding, stable across readings and restarts. */
export const paneFindingKey = ({ id }: Pane, { key }: PaneRow): string => `${id} ${key}`;

/** The identity of the faults of one kind of a source; their messages change. */
export const sourceFindingKey = ({ source, kind }: Fault): string => `blind ${source} ${kind}`;

/** The identity under which a row is acknowledged; undefined for a row that is no finding. */
export const acknowledgedKey = (row: FindingRow): string | undefined => {
  if (row.is === 'finding') return paneFindingKey(row.pane, row.finding.row);
  return row.is === 'blind' ? sourceFindingKey(row.fault) : undefined;
};

/** Pending findings rank between WARN and UNKNOWN, as in the header. */
const aboutToBe = 1.5;

/** The rank of a row's level; a larger one is worse. */
export const badness = (row: FindingRow): number => {
  if (row.level !== 'ok') return levelRank[row.level];
  return pendingLevel(row) === undefined ? 0 : aboutToBe;
};

/** The start of the problem; without a time if it is unknown or the row is no finding. */
export const problemStart = (row: FindingRow): PossibleStart => {
  if (row.is === 'finding') return row.alike?.isOpen === false ? row.alike.start : row.finding;
  return row.is === 'blind' ? row : {};
};

/** The time at which the problem was first seen; undefined if it is unknown or the row is no finding. */
export const problemSince = (row: FindingRow): number | undefined => problemStart(row).since;

interface Counts {
  /** Number of findings per parent. */
  readonly about: ReadonlyMap<string, number>;
  /** Number of findings of other parents that depend on each parent. */
  readonly needing: ReadonlyMap<string, number>;
}

const countsOf = (rows: readonly FindingRow[]): Counts => {
  const about = new Map<string, number>();
  const needing = new Map<string, number>();
  const count = (counts: Map<string, number>, thing: string): void => {
    if (thing !== '') counts.set(thing, (counts.get(thing) ?? 0) + 1);
  };
  for (const { subject } of rows) {
    const thing = parentEntityOf(subject);
    count(about, thing);
    for (const needed of missingDependencies(subject)) if (needed !== thing) count(needing, needed);
  }
  return { about, needing };
};

/**
 * Ranks findings by severity, then level, acknowledged ones after the others of their level, then the number of dependent findings (a broker before the services whose
 * breakers and health checks name it), then findings per parent, grouped by parent, then most recent, then name.
 * Recent changes explain an alert more often than old ones.
 */
export const rankFindings = (rows: readonly FindingRow[]): readonly FindingRow[] => {
  const { about, needing } = countsOf(rows);
  const keyed = rows.map((row) => {
    const thing = parentEntityOf(row.subject);
    return {
      row,
      thing,
      urgent: urgencyRank(row.severity, row.level),
      bad: badness(row),
      acknowledged: Number(row.acknowledged !== undefined),
      since: problemSince(row) ?? 0,
      needed: needing.get(thing) ?? 0,
      about: about.get(thing) ?? 1,
    };
  });
  return keyed
    .toSorted(
      (a, b) =>
        a.urgent - b.urgent ||
        b.bad - a.bad ||
        a.acknowledged - b.acknowledged ||
        b.needed - a.needed ||
        b.about - a.about ||
        (a.about > 1 ? compareText(a.thing, b.thing) : 0) ||
        b.since - a.since ||
        compareText(a.row.label, b.row.label),
    )
    .map(({ row }) => row);
};
