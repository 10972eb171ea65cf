import type { Derivation } from '../../expressions/rows/derivation.ts';
import { defined } from '../base/defined.ts';
import type { Fault, Millis } from '../base/fault.ts';
import type { ChecklistItemMode } from '../checklists/modes/item-mode.ts';
import type { Limits } from '../facts/level.ts';
import type { LogLevel } from '../facts/log-level.ts';
import type { SeverityModel } from '../facts/severity.ts';
import type { Threshold } from '../facts/threshold.ts';
import type { IncidentResponse } from '../incidents/incident-response.ts';
import type { AuditCopy, AuthorityLevel, Guard } from '../runbooks/guard.ts';
import type { ExpectedResult, Runbook } from '../runbooks/runbook.ts';
import type { RunbookPlace } from '../runbooks/runbook-page.ts';
import { formatDuration } from '../text/duration.ts';
import type { Position } from '../text/position.ts';
import type { ChecklistSchedule } from './schedule.ts';

/**
 * One step of the escalation path: the order in which people are called. Permissions are separate (`AuthorityLevel`).
 */
export interface EscalationLevel {
  readonly id: string;
  readonly title: string;
  /** ID of the contact. Absent: the profile names none. */
  readonly contact?: string;
  /** Response time; '' when unset. */
  readonly respond: string;
  /** Their decision authority, as text. */
  readonly authority: string;
  /** The condition for calling them, as text. */
  readonly when: string;
  /** Delay after the previous step was called. */
  readonly afterMs?: Millis;
  readonly covers: readonly string[];
}

const bySeverity = (model: SeverityModel | undefined): string =>
  (model?.severities ?? [])
    .filter(({ escalate }) => escalate !== '' && !/^(?:none|never)$/i.test(escalate))
    .map(({ id, escalate }) => `${id} ${/^\d/.test(escalate) ? 'after ' : ''}${escalate}`)
    .join(' · ');

/**
 * Returns when a step is due: 'first', '30m after On-call engineer', 'P0 immediately · P1 after 30m'; '' when unset.
 */
export const escalationTurn = (
  levels: readonly EscalationLevel[],
  index: number,
  severity: SeverityModel | undefined,
): string => {
  const level = levels[index];
  const below = levels[index - 1];
  if (level === undefined) return '';
  if (level.when !== '') return level.when;
  if (below === undefined) return 'first';
  return level.afterMs === undefined
    ? bySeverity(severity)
    : `${formatDuration(level.afterMs)} after ${below.title}`;
};

/** Returns whether a contact still has a placeholder instead of a number or an address. */
export const isUnfilledContact = (reach: string): boolean =>
  /x{3}/i.test(reach) || /^(?:|not set|tbd|todo|none|n\/a|[?–-]+)$/i.test(reach.trim());

/** Review schedule of the documents behind the profile, with the owner. */
export interface ProfileReview {
  /** '' when no owner is named. */
  readonly owner: string;
  /** 'monthly'; '' when unset. */
  readonly every: string;
  /** Date of the next review, 'YYYY-MM-DD'. Absent: none is planned. */
  readonly next?: string;
  readonly covers: readonly string[];
}

/** Returns the date of a time, 'YYYY-MM-DD'; without a zone in that of this machine. */
const dayOf = (time: Millis, zone: string | undefined): string =>
  new Intl.DateTimeFormat('en-CA', {
    year: 'numeric',
    month: '2-digit',
    day: '2-digit',
    ...defined({ timeZone: zone }),
  }).format(time);

/** Returns the days since the review was due; negative: days until it is due. Undefined: none is planned. */
export const daysSinceReviewDue = (
  { next }: ProfileReview,
  now: Millis,
  zone: string | undefined,
): number | undefined =>
  next === undefined ? undefined : Math.round((Date.parse(dayOf(now, zone)) - Date.parse(next)) / 86_400_000);

/** One item of a checklist. */
export interface ChecklistItem {
  readonly id: string;
  readonly title: string;
  readonly mode: ChecklistItemMode;
  /** An expression: the item is fulfilled while it is true. */
  readonly that?: string;
  /** `source.feed` or `source.operation` of danger read; its response is shown. */
  readonly use?: string;
  readonly with?: Readonly<Record<string, unknown>>;
  /** The result of an operation in `use` with which an auto item is done. */
  readonly expect?: ExpectedResult;
  /** Declares that an operation without a declared danger is read-only. */
  readonly danger?: 'read';
  /** Instructions for the reader. */
  readonly show?: string;
  /** The runbook for this item. */
  readonly runbook?: string;
  readonly covers: readonly string[];
}

/** A checklist. */
export interface Checklist {
  readonly id: string;
  readonly title: string;
  /** The due condition, as text. */
  readonly when: string;
  /** Absent: on demand; an occurrence begins with the first tick. */
  readonly schedule?: ChecklistSchedule;
  /** The runbook it belongs to. */
  readonly runbook?: string;
  /** Runbooks that name it: they start only when no item is open. Absent: none. */
  readonly gates?: readonly string[];
  readonly items: readonly ChecklistItem[];
  readonly covers: readonly string[];
}

export type Tier = 'local' | 'dev' | 'staging' | 'production';

/** The tunnel to a source that is not reached directly. `port`: remote port; absent for programs and files. */
export type ViaSpec =
  | {
      /** Another source of the profile that can tunnel. */
      readonly source: string;
      /** Object to connect through: 'deployment/bus', 'pod/bus-0', 'app=bus', a container name. */
      readonly target: string;
      readonly port?: number;
      /** The container of a pod in which programs run and files are read. Absent: its only one. */
      readonly container?: string;
    }
  | {
      /** A host for the OpenSSH client: a host name, user@host, or an alias of the ssh config. */
      readonly ssh: string;
      /** Host of the remote port, as seen from the ssh host. Absent: the ssh host itself. */
      readonly host?: string;
      readonly port?: number;
      /** Alternative ssh config file; relative to the profile. */
      readonly config?: string;
    };

/** A source of the profile. `config` is the output of its module's schema. */
export interface SourceEntry {
  readonly id: string;
  readonly type: string;
  readonly config: unknown;
  readonly via?: ViaSpec;
  /** Tier of the system behind it, when it differs from the environment's. */
  readonly tier?: Tier;
  /** Renewal of its expired login: an argv, or instructions for a person. */
  readonly login?: readonly string[] | string;
  readonly position: Position;
  readonly covers?: readonly string[];
  /** Set when a reference has no value: this source is disabled; the others work. */
  readonly problem?: Fault;
}

export interface SignalSpec {
  readonly id: string;
  readonly title: string;
  /** '' for a calculation over other signals. */
  readonly source: string;
  readonly read: Readonly<Record<string, unknown>>;
  /** Set when no source reads it: it is derived from other signals, or from facts. */
  readonly derived?: Derivation;
  readonly unit: string;
  readonly threshold: Threshold;
  readonly covers: readonly string[];
  readonly position: Position;
  /** Where `warn` and `crit` are written. Absent: the signal has no limits. */
  readonly limitPositions?: { readonly warn?: Position; readonly crit?: Position };
  readonly problem?: Fault;
  /** By what its server computes its value, if its rows or series cannot be read: 'count(*)'. */
  readonly hiddenBy?: string;
}

/** A named set of log filters, such as the grep of a runbook. */
export interface LogView {
  readonly name: string;
  readonly title?: string;
  /** Regular expressions, at least one of which must match; empty: all lines. */
  readonly include: readonly string[];
  /** Regular expressions that must not match. */
  readonly exclude: readonly string[];
  readonly ignoreCase?: boolean;
  readonly level?: LogLevel;
  /** Streams of the view. Absent: the shown streams. */
  readonly of?: readonly { readonly source: string; readonly of?: string }[];
  readonly covers?: readonly string[];
}

/** Keys of JSON lines, in order of priority, which are tried before the known ones. 'a.b' is also `b` in the object `a`. */
export interface LogKeys {
  readonly time?: readonly string[];
  readonly level?: readonly string[];
  readonly message?: readonly string[];
  readonly logger?: readonly string[];
}

/** Log settings of the profile besides views. */
export interface LogSettings {
  /** Sources tailed by default. Absent: all that have streams. */
  readonly sources?: readonly string[];
  /** Patterns for the level of lines without a known level format. */
  readonly levels: { readonly [L in LogLevel]?: string };
  /** Keys of time, level, message and logger in JSON lines. Absent: the known ones. */
  readonly keys?: LogKeys;
  /** Streams of a source that Logs follows at once, at least 1. Absent: 50. */
  readonly follow?: number;
  /** Buffer limits. */
  readonly keep: { readonly lines: number; readonly bytes: number };
  /** Time zone of timestamps without one. */
  readonly zone: 'utc' | 'local';
  /** Their time zone by its name, such as Europe/Berlin, instead of `zone`. */
  readonly timeZone?: string;
  /** The whitespace-separated field of a line that is its type, counted from 1, for grouping. */
  readonly typeField?: number;
  /** Words that an anonymized export masks and leaves, beyond what it detects. */
  readonly anonymise?: { readonly names: readonly string[]; readonly keep: readonly string[] };
}

export interface Contact {
  readonly id: string;
  readonly name: string;
  readonly role: string;
  /** '' when the profile sets no address. */
  readonly reach: string;
  readonly covers?: readonly string[];
}

export interface ProfileLink {
  readonly id: string;
  readonly title: string;
  /** Either a URL or a file. */
  readonly url?: string;
  readonly file?: string;
  /** Instructions for access. */
  readonly note?: string;
  readonly covers?: readonly string[];
}

/**
 * Whether its cockpits share readings. `own`: each polls by itself. `shared`: those of sources without credentials. `all`: also
 * those of sources with credentials, between cockpits that have the same ones.
 */
export type ReadingSharing = 'own' | 'shared' | 'all';

/** The database that the machines of a team share. `problem`: its reference has no value, so nothing may be changed. */
export type StateDatabaseSpec =
  | {
      /** postgres://USER@HOST:PORT/DATABASE */
      readonly url: string;
      readonly password?: string;
      /** Time after which the locks of a process that does not answer can be taken over. */
      readonly leaseMs: Millis;
      readonly readings: ReadingSharing;
    }
  | { readonly problem: string };

/** Words for share mode: always masked as whole words, or never. */
export interface ShareNames {
  readonly names: readonly string[];
  readonly allow: readonly string[];
}

/** One complete environment of a system: bases merged, vars inserted, references resolved. */
export interface Profile {
  readonly system: string;
  readonly env: string;
  readonly title: string;
  readonly tier: Tier;
  readonly color?: string;
  readonly file: string;
  readonly across: readonly string[];
  /** Of a list over several environments: the one of each source. Absent: they all belong to `env`. */
  readonly environmentBySource?: Readonly<Record<string, string>>;
  /** Set for a drill profile: the system whose simulator serves it. */
  readonly world?: { readonly system: string };
  /** Names of the plugins that it requests. Absent: none. */
  readonly plugins?: readonly string[];
  readonly sources: readonly SourceEntry[];
  readonly signals: readonly SignalSpec[];
  readonly limits: Limits;
  /** Where each of them is written, by 'KIND.KEY': 'lag.warn'. Absent: no limits. */
  readonly limitPositions?: Readonly<Record<string, Position>>;
  readonly logViews: readonly LogView[];
  /** Absent: default settings. */
  readonly logs?: LogSettings;
  readonly runbooks: readonly Runbook[];
  /** Where runbooks that alerts link are read. Absent: nowhere. */
  readonly runbookPlaces?: readonly RunbookPlace[];
  readonly contacts: readonly Contact[];
  readonly links: readonly ProfileLink[];
  /** Escalation path, first responder first. Absent: none. */
  readonly escalation?: readonly EscalationLevel[];
  /** Where declared incidents are reported. Absent: they are only recorded. */
  readonly incident?: IncidentResponse;
  /** Absent: none. */
  readonly checklists?: readonly Checklist[];
  /** Absent: no review schedule. */
  readonly review?: ProfileReview;
  /** IANA zone of its dates. Absent: that of this machine. */
  readonly zone?: string;
  readonly guard: Guard;
  /**
   * Where the settings that may refuse a run are written, by their path: 'tier', 'guard.actions', 'authority.lead'. A setting
   * that the profile does not have has none.
   */
  readonly settingPositions?: Readonly<Record<string, Position>>;
  /** Authority levels, lowest first. Absent: everyone may do whatever the gates allow. */
  readonly authority?: readonly AuthorityLevel[];
  /** The severities of this system. Absent: it has none. */
  readonly severity?: SeverityModel;
  /** Dependencies of each object, by name: services, consumer groups, workloads, signals, sources. Absent: unknown. */
  readonly dependencies?: Readonly<Record<string, readonly string[]>>;
  /** The facts that the situation sentence tells, by name of the object, in place of the observed ones. Absent: none. */
  readonly sentence?: Readonly<Record<string, string>>;
  /** Absent: none. */
  readonly auditCopies?: readonly AuditCopy[];
  /** Absent: the state of a machine is its own. */
  readonly state?: StateDatabaseSpec;
  /** Words that share mode masks and leaves, beyond what it detects. Absent: none. */
  readonly share?: ShareNames;
}
