import { createStore, type StoreApi } from 'zustand/vanilla';
import type { Note } from '../domain/facts.ts';
import type { Fault, Millis } from '../domain/fault.ts';
import type { JournalEntry } from '../domain/journal.ts';
import type { Level } from '../domain/level.ts';
import type { MaskWords } from '../domain/mask/mask-words.ts';
import type { DescriptionState } from '../domain/object-description.ts';
import type { Danger } from '../domain/operation.ts';
import type {
  Contact,
  EscalationLevel,
  LogSettings,
  LogView,
  ProfileLink,
  ProfileReview,
  Tier,
} from '../domain/profile.ts';
import type { ExpiredLogin, Proposal } from '../domain/proposal.ts';
import type { RunEnding, RunEvent } from '../domain/run.ts';
import type { ParamValues, Runbook } from '../domain/runbook.ts';
import type { Settings } from '../domain/settings.ts';
import { defaultSettings } from '../domain/settings.ts';
import type { SeverityModel } from '../domain/severity.ts';
import type { LogsState } from '../logs/ring/logs-state.ts';

/** A run as the ledger has it, of this or an earlier session, of this or another process. */
export interface PastRun {
  readonly run: string;
  readonly runbook: string;
  readonly title: string;
  readonly system: string;
  readonly env: string;
  readonly who: string;
  readonly host: string;
  readonly params: ParamValues;
  /** Wall-clock ms of its first record. */
  readonly at: Millis;
  /** Wall-clock ms of its last; of one that goes on, the newest. */
  readonly lastAt: Millis;
  /** Wall-clock ms of its ending: notes and what was watched come after it. */
  readonly endedAt?: Millis;
  /** Absent: it goes on elsewhere, or its process died: `unended` says which. */
  readonly ending?: RunEnding;
  /** 'unknown': its process is one of another machine. */
  readonly unended?: 'going' | 'died' | 'unknown';
  readonly why: string;
  readonly relapsed: boolean;
  /** The operator's words, oldest first. */
  readonly notes?: readonly string[];
  readonly undoes?: string;
}

/** The run on screen. One at a time. */
export interface RunView {
  readonly runbook: Runbook;
  /** Tells it from another of its runbook; absent: nobody has to. */
  readonly nth?: number;
  readonly stage: 'params' | 'diagnosing' | 'planning' | 'proposed' | 'window' | 'running' | 'ended';
  readonly params: ParamValues;
  /** Choices of parameters that still need a value. `problem`: they could not be read. */
  readonly parameterPrompt?: {
    readonly name: string;
    readonly title: string;
    readonly choices?: readonly string[];
    /** What tells a choice from others, by its value. */
    readonly about?: Readonly<Record<string, string>>;
    /** Several of the choices are asked for, so many. */
    readonly several?: { readonly min: number; readonly max: number };
    readonly problem?: string;
  };
  /** What the diagnose steps brought, per step id. */
  readonly diagnosis: Readonly<
    Record<
      string,
      {
        readonly title: string;
        readonly lines: readonly string[];
        readonly faults: readonly Fault[];
        readonly done: boolean;
        /** When it was begun, and when it came to its end; absent: not known, as of a run of the ledger. */
        readonly since?: Millis;
        readonly endedAt?: Millis;
      }
    >
  >;
  readonly proposal?: Proposal;
  readonly events: readonly RunEvent[];
  /** A manual step that waits for its tick, or (`ask`) an abort point that waits for the word to go on. */
  readonly awaitingStep?: { readonly id: string; readonly title: string; readonly ask?: true };
  /** A login has expired; `argv` renews it. */
  readonly login?: ExpiredLogin;
  /** Its proofs stay watched until then; it has relapsed. */
  readonly watchedUntil?: Millis;
  readonly relapsed?: boolean;
  /** True: it is read from the ledger, and nothing of it goes on here. */
  readonly past?: boolean;
  /** Its process died before it could be ended. */
  readonly isOrphaned?: boolean;
  /** True when the card is closed but the run goes on. */
  readonly background: boolean;
}

export type CockpitStore = StoreApi<CockpitState>;

/** What the cockpit shows besides facts, before anything is open. Changed by the controller behind the keys. */
export const createCockpitStore = (): CockpitStore =>
  createStore<CockpitState>()(() => ({
    settings: defaultSettings,
    environments: [],
    arming: { readOnly: false },
    suggestions: [],
    endedRuns: [],
    messages: [],
    criticals: [],
    journal: [],
    notes: {},
  }));

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
  readonly links?: readonly ProfileLink[];
  /** Who is called after whom; absent: its profile does not say. */
  readonly escalation?: readonly EscalationLevel[];
  /** When its profile is looked over; absent: nothing is said of it. */
  readonly review?: ProfileReview;
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

export interface ArmingState {
  /** The tier or the profile asks for arming before anything changes. */
  readonly readOnly: boolean;
  readonly armedUntil?: Millis;
  readonly reason?: string;
  /** How long arming lasts. */
  readonly forMs?: Millis;
}

/** A runbook with what the facts say of it now. */
export interface RunbookSuggestion {
  readonly runbook: Runbook;
  /** 'unknown': cannot tell; `why` says what is not known. 'never': it has no `when`. */
  readonly fits: 'yes' | 'no' | 'unknown' | 'never';
  readonly why: string;
  /** The danger of its worst step, where the operations tell it. */
  readonly danger?: Danger;
}

interface CockpitMessage {
  readonly at: Millis;
  readonly level: Level;
  readonly text: string;
}

/** A row or a signal that has become critical. */
export interface CriticalEvent {
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
  readonly isPickingEnvironment?: boolean;
  /** Why nothing is open: the profile's complaints, line by line. */
  readonly profileErrors?: readonly string[];
  readonly arming: ArmingState;
  readonly suggestions: readonly RunbookSuggestion[];
  readonly run?: RunView;
  /** Runs ended in this session, newest first, bounded; `u` undoes the newest that can be. */
  readonly endedRuns: readonly RunView[];
  /** The runs of the ledger, newest first, bounded; absent until somebody has asked for them. */
  readonly runs?: readonly PastRun[];
  /** Why they could not be read. */
  readonly runsError?: string;
  /** Newest last, bounded. */
  readonly messages: readonly CockpitMessage[];
  /** What has become critical, newest last, bounded: it rings. */
  readonly criticals: readonly CriticalEvent[];
  /** What changed in the open environment, oldest first, bounded. */
  readonly journal: readonly JournalEntry[];
  readonly notes: Readonly<Record<string, readonly Note[]>>;
  /** The text that was asked for last, until it is put away. */
  readonly description?: DescriptionState | undefined;
  /** Lines of the open environment; absent until somebody has asked for them. */
  readonly logs?: LogsState | undefined;
}
