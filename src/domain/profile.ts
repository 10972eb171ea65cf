import type { Derivation } from '../expressions/calc/derivation.ts';
import { formatDuration } from './duration.ts';
import type { Fault, Millis } from './fault.ts';
import type { AuditCopy, AuthorityLevel, Guard } from './guard.ts';
import type { Limits } from './level.ts';
import type { LogLevel } from './log-level.ts';
import type { Position } from './position.ts';
import type { Runbook } from './runbook.ts';
import type { SeverityModel } from './severity.ts';
import type { Threshold } from './threshold.ts';

/** One rung of the ladder of people: who is called after whom. Who may do what is another ladder (`Rung`). */
export interface EscalationLevel {
  readonly id: string;
  readonly title: string;
  /** The id of whom to call; absent: the profile names nobody. */
  readonly contact?: string;
  /** How soon they answer; '' where nothing is said. */
  readonly respond: string;
  /** What they may decide, in words. */
  readonly authority: string;
  /** When it is their turn, in words. */
  readonly when: string;
  /** So long after the rung below was called it is their turn. */
  readonly afterMs?: Millis;
  readonly covers: readonly string[];
}

const bySeverity = (model: SeverityModel | undefined): string =>
  (model?.severities ?? [])
    .filter(({ escalate }) => escalate !== '' && !/^(?:none|never)$/i.test(escalate))
    .map(({ id, escalate }) => `${id} ${/^\d/.test(escalate) ? 'after ' : ''}${escalate}`)
    .join(' · ');

/** When it is a rung's turn: 'first', '30m after On-call engineer', 'P0 immediately · P1 after 30m'; '' where nobody says. */
export const escalationTurn = (
  ladder: readonly EscalationLevel[],
  index: number,
  severity: SeverityModel | undefined,
): string => {
  const rung = ladder[index];
  const below = ladder[index - 1];
  if (rung === undefined) return '';
  if (rung.when !== '') return rung.when;
  if (below === undefined) return 'first';
  return rung.afterMs === undefined
    ? bySeverity(severity)
    : `${formatDuration(rung.afterMs)} after ${below.title}`;
};

/** What stands where a number or an address is still to be written. */
export const isUnfilledContact = (reach: string): boolean =>
  /x{3}/i.test(reach) || /^(?:|not set|tbd|todo|none|n\/a|[?–-]+)$/i.test(reach.trim());

/** When somebody looks over what the profile was written from, and who. */
export interface ProfileReview {
  /** '' where nobody is named. */
  readonly owner: string;
  /** 'monthly'; '' where nothing is said. */
  readonly every: string;
  /** The day of the next one, 'YYYY-MM-DD'; absent: none is planned. */
  readonly next?: string;
  readonly covers: readonly string[];
}

/** The day that a moment is in, 'YYYY-MM-DD'; without a zone that of this machine. */
const dayOf = (at: Millis, zone: string | undefined): string =>
  new Intl.DateTimeFormat('en-CA', {
    year: 'numeric',
    month: '2-digit',
    day: '2-digit',
    ...(zone === undefined ? {} : { timeZone: zone }),
  }).format(at);

/** How many days ago the review was due; negative: it is to come. Undefined: none is planned. */
export const daysSinceReviewDue = (
  { next }: ProfileReview,
  now: Millis,
  zone: string | undefined,
): number | undefined =>
  next === undefined ? undefined : Math.round((Date.parse(dayOf(now, zone)) - Date.parse(next)) / 86_400_000);

/** Who decides: opsdeck by itself, somebody with what opsdeck shows, somebody alone. */
export const checklistItemModes = ['auto', 'assist', 'human'] as const;
export type ChecklistItemMode = (typeof checklistItemModes)[number];

/** One thing to check. */
interface ChecklistItem {
  readonly id: string;
  readonly title: string;
  readonly mode: ChecklistItemMode;
  /** An expression: it is fulfilled while this is true. */
  readonly that?: string;
  /** `source.feed` or `source.operation` of danger read, whose answer is shown. */
  readonly use?: string;
  readonly with?: Readonly<Record<string, unknown>>;
  /** The author's word that an operation without a danger of its own only reads. */
  readonly danger?: 'read';
  /** What to look at, in words. */
  readonly show?: string;
  /** The runbook that does it. */
  readonly runbook?: string;
  readonly covers: readonly string[];
}

/** A list to go through. */
export interface Checklist {
  readonly id: string;
  readonly title: string;
  /** When it is due, in words. */
  readonly when: string;
  /** The runbook that it belongs to. */
  readonly runbook?: string;
  readonly items: readonly ChecklistItem[];
  readonly covers: readonly string[];
}

export type Tier = 'local' | 'dev' | 'staging' | 'production';

/** The way to a source that is not reached straight. `port` is a port at its end; absent for programs and files. */
export type ViaSpec =
  | {
      /** Another source of the profile, one that leads on. */
      readonly source: string;
      /** What to reach through it: 'deployment/bus', 'pod/bus-0', 'app=bus', a container's name. */
      readonly target: string;
      readonly port?: number;
      /** In which container of a pod programs are run and files are read. Absent: its only one. */
      readonly container?: string;
    }
  | {
      /** A host for the OpenSSH client: its own name, user@host, or an alias of the ssh config. */
      readonly ssh: string;
      /** Whose port it is, as that host sees it. Absent: its own. */
      readonly host?: string;
      readonly port?: number;
      /** Another ssh config than the user's; relative to the profile. */
      readonly config?: string;
    };

/** A source as the profile names it. `config` is what its module's schema made of it. */
export interface SourceEntry {
  readonly id: string;
  readonly type: string;
  readonly config: unknown;
  readonly via?: ViaSpec;
  /** The tier of what it leads to, where that is another than the environment's. */
  readonly tier?: Tier;
  /** What renews its login when it has expired: an argv, or words for a person. */
  readonly login?: readonly string[] | string;
  readonly position: Position;
  readonly covers?: readonly string[];
  /** Set when a reference has no value: this source is off, everything else goes on. */
  readonly problem?: Fault;
}

export interface SignalSpec {
  readonly id: string;
  readonly title: string;
  /** '' for a calculation over other signals. */
  readonly source: string;
  readonly read: Readonly<Record<string, unknown>>;
  /** Set when no source is asked for it: it is worked out from other signals, or from facts. */
  readonly derived?: Derivation;
  readonly unit: string;
  readonly threshold: Threshold;
  readonly covers: readonly string[];
  readonly position: Position;
  readonly problem?: Fault;
}

/** A named set of filters: a runbook's grep. */
export interface LogView {
  readonly name: string;
  readonly title?: string;
  /** Regular expressions: one of them has to match, if there is one. */
  readonly include: readonly string[];
  /** None of these may match. */
  readonly exclude: readonly string[];
  readonly ignoreCase?: boolean;
  readonly level?: LogLevel;
  /** Of which streams; absent: of those that are shown. */
  readonly of?: readonly { readonly source: string; readonly of?: string }[];
  readonly covers?: readonly string[];
}

/** What the profile says of its logs besides views. */
export interface LogSettings {
  /** The sources that are tailed when nobody says which; absent: all that have streams. */
  readonly sources?: readonly string[];
  /** Patterns that tell a level where a line does not name it in a known way. */
  readonly levels: { readonly [L in LogLevel]?: string };
  /** How much is kept on the screen's side. */
  readonly keep: { readonly lines: number; readonly bytes: number };
  /** The zone of times that name none. */
  readonly zone: 'utc' | 'local';
  /** Which whitespace-separated field of a line is its type, counted from 1, for grouping. */
  readonly typeField?: number;
  /** What an anonymised export masks and leaves, beyond what it finds by itself. */
  readonly anonymise?: { readonly names: readonly string[]; readonly keep: readonly string[] };
}

export interface Contact {
  readonly id: string;
  readonly name: string;
  readonly role: string;
  /** '' where the profile says no way. */
  readonly reach: string;
  readonly covers?: readonly string[];
}

export interface ProfileLink {
  readonly id: string;
  readonly title: string;
  /** Either an address or a file. */
  readonly url?: string;
  readonly file?: string;
  /** How it is reached. */
  readonly note?: string;
  readonly covers?: readonly string[];
}

/** Words for share mode: masked wherever they stand alone, or never. */
export interface ShareNames {
  readonly names: readonly string[];
  readonly allow: readonly string[];
}

/** One environment of one system, whole: extends merged, vars put in, references resolved. */
export interface Profile {
  readonly system: string;
  readonly env: string;
  readonly title: string;
  readonly tier: Tier;
  readonly color?: string;
  readonly file: string;
  readonly across: readonly string[];
  /** Set for a rehearsal profile: the system of the embedded world that serves it. */
  readonly world?: { readonly system: string };
  /** The plugins that it asks for, by name. Absent: none. */
  readonly plugins?: readonly string[];
  readonly sources: readonly SourceEntry[];
  readonly signals: readonly SignalSpec[];
  readonly limits: Limits;
  readonly logViews: readonly LogView[];
  /** Absent: everything by default. */
  readonly logs?: LogSettings;
  readonly runbooks: readonly Runbook[];
  readonly contacts: readonly Contact[];
  readonly links: readonly ProfileLink[];
  /** Who is called after whom, the first to be called first. Absent: nothing is said. */
  readonly escalation?: readonly EscalationLevel[];
  /** Absent: none. */
  readonly checklists?: readonly Checklist[];
  /** Absent: nothing is said of it. */
  readonly review?: ProfileReview;
  /** The IANA zone of its days. Absent: that of this machine. */
  readonly zone?: string;
  readonly guard: Guard;
  /** The authority ladder, lowest first. Absent: everybody may do everything that the gates let through. */
  readonly authority?: readonly AuthorityLevel[];
  /** How urgent what is wrong is, in the words of this system. Absent: it has none. */
  readonly severity?: SeverityModel;
  /** Absent: none. */
  readonly auditCopies?: readonly AuditCopy[];
  /** What share mode masks, and leaves, beyond what it finds by itself. Absent: nothing. */
  readonly share?: ShareNames;
}
