import type { Reading } from '../domain/described.ts';
import type { EscalationRung } from '../domain/escalation.ts';
import type { Note } from '../domain/facts.ts';
import type { Millis } from '../domain/fault.ts';
import type { JournalEntry } from '../domain/journal.ts';
import type { Level } from '../domain/level.ts';
import type { MaskWords } from '../domain/mask/words.ts';
import type { Danger } from '../domain/operation.ts';
import type { Contact, Link, LogSettings, LogView, Tier } from '../domain/profile.ts';
import type { Review } from '../domain/review.ts';
import type { Runbook } from '../domain/runbook.ts';
import type { Settings } from '../domain/settings.ts';
import type { SeverityModel } from '../domain/severity.ts';
import type { LogsState } from '../logs/ring/state.ts';
import type { PastRun, RunView } from './run-types.ts';

/** An environment that can be opened. */
export interface EnvironmentRef {
  readonly system: string;
  readonly env: string;
  readonly title: string;
  readonly tier: Tier;
  /** The profile that it is opened from; absent: not known. */
  readonly file?: string;
}

export interface OpenEnvironment extends EnvironmentRef {
  readonly color?: string;
  /** Where it is, in few words, for the header: a host, a cluster. Its title stands there otherwise. */
  readonly where?: string;
  /** Served by the embedded world: said in the header. */
  readonly embedded: boolean;
  /** Incidents of the embedded world that can be rehearsed here, and the one going on. */
  readonly incidents: readonly string[];
  readonly incident?: string;
  readonly across: readonly string[];
  /** What its profile, and those of the environments beside it, say for share mode. */
  readonly words?: readonly MaskWords[];
  /** Whom to call and where to look, as the profile says. */
  readonly contacts?: readonly Contact[];
  readonly links?: readonly Link[];
  /** Who is called after whom; absent: its profile does not say. */
  readonly escalation?: readonly EscalationRung[];
  /** When its profile is looked over; absent: nothing is said of it. */
  readonly review?: Review;
  /** The IANA zone of its days; absent: that of this machine. */
  readonly zone?: string;
  /** How urgent what is wrong is; absent: its profile does not say. */
  readonly severity?: SeverityModel;
  /** Ids of the sources that can tell more of a workload than its row; absent: not known. */
  readonly describes?: readonly string[];
  /** What its profile says renews the logins of its sources, by id; absent: nothing. */
  readonly logins?: Readonly<Record<string, readonly string[]>>;
  /** Ids of the sources that have streams of lines; absent: none. */
  readonly tails?: readonly string[];
  /** The log views of its profile. */
  readonly logViews?: readonly LogView[];
  /** What its profile masks and leaves in an anonymised export of lines. */
  readonly anonymise?: LogSettings['anonymise'];
}

export interface Arming {
  /** The tier or the profile asks for arming before anything changes. */
  readonly readOnly: boolean;
  readonly armedUntil?: Millis;
  readonly reason?: string;
  /** How long arming lasts. */
  readonly forMs?: Millis;
}

/** A runbook with what the facts say of it now. */
export interface Suggestion {
  readonly runbook: Runbook;
  /** 'unknown': cannot tell; `why` says what is not known. 'never': it has no `when`. */
  readonly fits: 'yes' | 'no' | 'unknown' | 'never';
  readonly why: string;
  /** The danger of its worst step, where the operations tell it. */
  readonly danger?: Danger;
}

export interface Message {
  readonly at: Millis;
  readonly level: Level;
  readonly text: string;
}

/** A row or a signal that has become critical. */
export interface Critical {
  readonly at: Millis;
  readonly key: string;
  /** What it is: 'breakers billing-0 · psp'. */
  readonly text: string;
}

/** What the cockpit shows besides facts. */
export interface CockpitState {
  /** What the user sets for themselves; changes when their config.yaml does. */
  readonly settings: Settings;
  readonly environments: readonly EnvironmentRef[];
  readonly open?: OpenEnvironment;
  /** Several environments fit and none is the default: the screen has to ask which. */
  readonly picking?: boolean;
  /** Why nothing is open: the profile's complaints, line by line. */
  readonly refused?: readonly string[];
  readonly arming: Arming;
  readonly suggestions: readonly Suggestion[];
  readonly run?: RunView;
  /** Runs ended in this session, newest first, bounded; `u` undoes the newest that can be. */
  readonly ended: readonly RunView[];
  /** The runs of the ledger, newest first, bounded; absent until somebody has asked for them. */
  readonly runs?: readonly PastRun[];
  /** Why they could not be read. */
  readonly runsTrouble?: string;
  /** Newest last, bounded. */
  readonly messages: readonly Message[];
  /** What has become critical, newest last, bounded: it rings. */
  readonly criticals: readonly Critical[];
  /** What changed in the open environment, oldest first, bounded. */
  readonly journal: readonly JournalEntry[];
  readonly notes: Readonly<Record<string, readonly Note[]>>;
  /** The text that was asked for last, until it is put away. */
  readonly reading?: Reading | undefined;
  /** Lines of the open environment; absent until somebody has asked for them. */
  readonly logs?: LogsState | undefined;
}
