import { createStore, type StoreApi } from 'zustand/vanilla';
import type { Fault, Millis } from '../domain/base/fault.ts';
import type { DrillProgress } from '../domain/drills/drill-record.ts';
import type { Note } from '../domain/facts/facts.ts';
import type { ChangeCoverage, JournalEntry } from '../domain/facts/journal.ts';
import type { DescriptionFormat, DescriptionState } from '../domain/facts/object-description.ts';
import type { FeedKind } from '../domain/facts/reading.ts';
import type { SeverityModel } from '../domain/facts/severity.ts';
import type { Acknowledgements } from '../domain/incidents/acknowledgement.ts';
import type { DeclaredIncident } from '../domain/incidents/declared-incident.ts';
import type { IncidentResponse } from '../domain/incidents/incident-response.ts';
import type { IncidentStatus } from '../domain/incidents/incident-status.ts';
import type { MaskWords } from '../domain/mask/mask-words.ts';
import type { Dependencies } from '../domain/profile/dependencies.ts';
import type { LikelyTrigger } from '../domain/profile/likely-trigger.ts';
import type {
  Contact,
  EscalationLevel,
  LogSettings,
  LogView,
  Profile,
  ProfileLink,
  ProfileReview,
  Tier,
} from '../domain/profile/profile.ts';
import { defaultSettings, type Settings } from '../domain/profile/settings.ts';
import type { Danger } from '../domain/runbooks/operation.ts';
import type { PortForward } from '../domain/runbooks/port-forward.ts';
import type { ParamOrigins, ParamValues, Runbook } from '../domain/runbooks/runbook.ts';
import type { RunbookPages } from '../domain/runbooks/runbook-page.ts';
import type { WaitingApproval } from '../domain/runs/approval.ts';
import type { ShownReset } from '../domain/runs/pending-reset.ts';
import type { ExpiredLogin, Proposal, SystemAccount } from '../domain/runs/proposal.ts';
import type { EndingReason, RunEnding, RunEvent } from '../domain/runs/run.ts';
import type { PresentCockpit } from '../domain/team/presence.ts';
import type { AvailableChoices } from '../expressions/choices.ts';
import type { LogsState } from '../logs/ring/logs-state.ts';
import type { ChecklistSlice } from './checklist-state.ts';
import type { CockpitMessage, CriticalEvent } from './messages.ts';
import type { RunbookSuggestion } from './runbook-suggestion.ts';

/** A run as recorded in the ledger, from this or another session or process. */
export interface PastRun {
  readonly run: string;
  readonly runbook: string;
  readonly title: string;
  readonly system: string;
  readonly env: string;
  readonly who: string;
  readonly host: string;
  /** The accounts as which the systems knew its login. Absent: none is recorded. */
  readonly accounts?: readonly SystemAccount[];
  readonly params: ParamValues;
  /** Wall-clock ms of its first record. */
  readonly at: Millis;
  /** Wall-clock ms of its last record; of its newest one while it is running. */
  readonly lastAt: Millis;
  /** Wall-clock ms of its first action. Absent: there was none. */
  readonly actedAt?: Millis;
  /** The dangers of its steps that have begun. Absent: none has. */
  readonly begun?: readonly Danger[];
  /** Wall-clock ms of its end. Notes and watch results may follow. */
  readonly endedAt?: Millis;
  /** Absent: it is running elsewhere or was interrupted; see `unended`. */
  readonly ending?: RunEnding;
  readonly reason?: EndingReason;
  /** 'unknown': its process ran on another machine. */
  readonly unended?: 'going' | 'died' | 'unknown';
  readonly why: string;
  readonly relapsed: boolean;
  /** Names of its targets; absent: it has no plan. */
  readonly targets?: readonly string[];
  /** True: it recorded state that an undo can restore. */
  readonly canUndo?: true;
  /** The newest status of the incident around it; absent: none was recorded. */
  readonly incident?: IncidentStatus;
  /** The operator's notes, oldest first. */
  readonly notes?: readonly string[];
  readonly undoes?: string;
  /** Why its records do not show that this user ran it here: nothing follows from them. Absent: they do, or it is not known. */
  readonly foreign?: string;
  /** True: it acted on a simulator, also where its environment has the name of a real one. */
  readonly drill?: true;
}

/** The run on screen; one at a time. */
export interface RunView {
  readonly runbook: Runbook;
  /** Sequence number that distinguishes runs of one runbook; absent when no distinction is needed. */
  readonly nth?: number;
  /** 'approving': the run of another person, shown to be approved or refused. */
  readonly stage:
    | 'params'
    | 'diagnosing'
    | 'planning'
    | 'proposed'
    | 'window'
    | 'running'
    | 'ended'
    | 'approving';
  /** The request that is shown to be answered. `problem`: why the last answer was not recorded. */
  readonly approval?: { readonly request: WaitingApproval; readonly problem?: string };
  readonly params: ParamValues;
  /** Where the values came from; absent when unknown, as for a run from the ledger. */
  readonly origins?: ParamOrigins;
  /** The parameter that still needs a value, with its choices. `problem`: why the choices could not be read. */
  readonly parameterPrompt?: Partial<AvailableChoices> & {
    readonly name: string;
    readonly title: string;
    /** True while its choices are being read from a source. */
    readonly loading?: true;
    /** Allowed number of values for a parameter that takes several. */
    readonly several?: { readonly min: number; readonly max: number };
    readonly problem?: string;
    /** True: several targets are well, and no evidence names one, so that none is selected. */
    readonly isUndecided?: true;
    /** True: the only target is well, and the evidence of the suggestion names other objects. */
    readonly isUnnamed?: true;
    /** The number that the runbook recommends, or one more than now: an empty field stands for it. */
    readonly recommended?: string;
    /** The value in effect of what the parameter sets. Absent: the runbook does not read it. */
    readonly present?: PresentValue;
    /** The current value, when a parameter of the planned run is changed. */
    readonly value?: string | readonly string[];
    /** True: the choices are the parameters of the planned run, and the answer is the one to change. */
    readonly picks?: true;
  };
  /** Number of times that a parameter was about to change: text typed to confirm the plan before is void. */
  readonly changes?: number;
  /** Output of the diagnose steps, by step id. */
  readonly diagnosis: Readonly<
    Record<
      string,
      {
        readonly title: string;
        readonly lines: readonly string[];
        readonly faults: readonly Fault[];
        readonly done: boolean;
        /** Start and end time of the step; absent when unknown, as for a run from the ledger. */
        readonly since?: Millis;
        readonly endedAt?: Millis;
      }
    >
  >;
  readonly proposal?: Proposal;
  readonly events: readonly RunEvent[];
  /**
   * A manual step that waits to be marked as done or, with `ask`, an abort point that waits for confirmation.
   */
  readonly awaitingStep?: { readonly id: string; readonly title: string; readonly ask?: true };
  /** An expired login; `argv` renews it. */
  readonly login?: ExpiredLogin;
  /** End of the period in which its verification is repeated; `relapsed`: a check has failed since. */
  readonly watchedUntil?: Millis;
  readonly relapsed?: boolean;
  /** True when the run was read from the ledger and is not running here. */
  readonly past?: boolean;
  /** True while it is in progress in another process: its events are read from the ledger as they are recorded. */
  readonly isElsewhere?: true;
  /** True when its process died before the run ended. */
  readonly isOrphaned?: boolean;
  /** True when the card is closed while the run continues. */
  readonly background: boolean;
}

/** The value in effect of what a parameter sets. `why`: it could not be read. */
export type PresentValue =
  | { readonly is: 'known'; readonly text: string }
  | { readonly is: 'loading' }
  | { readonly is: 'unknown'; readonly why: string };

export type CockpitStore = StoreApi<CockpitState>;

/**
 * Creates the cockpit's state besides facts, before an environment is open. The controller behind the keys
 * updates it.
 */
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
    acknowledged: {},
    notes: {},
  }));

/** An environment that can be opened. */
export interface EnvironmentRef {
  readonly system: string;
  readonly env: string;
  readonly title: string;
  readonly tier: Tier;
  /** Path of its profile; absent when unknown. */
  readonly file?: string;
}

/** A system that was found and that the account may not read. */
export interface UnreadPlace {
  /** 'Prometheus of the cluster' */
  readonly what: string;
  readonly why: string;
  /** The kinds of facts that the system would provide. */
  readonly gives: readonly FeedKind[];
}

export interface OpenEnvironment extends EnvironmentRef {
  /** The operator, as in the ledger: 'ana@desk-3'. Absent: unknown. */
  readonly operator?: string;
  readonly color?: string;
  /** Short location for the header, such as a host or a cluster. Default: the title. */
  readonly where?: string;
  /** Account and role of the credentials by source, for the header: '*9012/ops'. Absent: not read, or none. */
  readonly principals?: Readonly<Record<string, string>>;
  /** True: made of what this machine has, without a profile. */
  readonly isDiscovered?: true;
  /** Of a list over several environments: the one of each source. Absent: it is one environment. */
  readonly environmentBySource?: Readonly<Record<string, string>>;
  /** Of what this machine has: the systems that were found and cannot be read. Absent: none. */
  readonly unreadPlaces?: readonly UnreadPlace[];
  /** True while the state database of the team is unavailable: nothing can be changed. */
  readonly isStateUnavailable?: true;
  /** True: a database has the state, which several machines share. */
  readonly isStateShared?: true;
  /** True while runs may act without the state database, for a reason. */
  readonly isBreakGlass?: true;
  /** True when the simulator serves it; shown in the header. */
  readonly embedded: boolean;
  /** Scenarios of the simulator that can be practiced here, and the active one. */
  readonly incidents: readonly string[];
  readonly incident?: string;
  readonly across: readonly string[];
  /** Mask words for share mode from its profile and from neighboring environments. */
  readonly words?: readonly MaskWords[];
  /** Contacts and links from the profile. */
  readonly contacts?: readonly Contact[];
  readonly links?: readonly ProfileLink[];
  /** The pages of its runbook folders, and addresses that may be requested; absent: none, or not listed yet. */
  readonly runbookPages?: RunbookPages;
  /** Escalation path; absent: not in the profile. */
  readonly escalation?: readonly EscalationLevel[];
  /** The sources that declared incidents are reported to; absent: not in the profile. */
  readonly incidentResponse?: IncidentResponse;
  /** The source in which the issues of follow-ups are filed; absent: none. */
  readonly followUpTracker?: string;
  /** Review date of the profile; absent: not in the profile. */
  readonly review?: ProfileReview;
  /** IANA time zone of its calendar days; absent: the zone of this machine. */
  readonly zone?: string;
  /** Severity model; absent: not in the profile. */
  readonly severity?: SeverityModel;
  /** Known dependencies, from the profile and its sources; absent: none. */
  readonly dependencies?: Dependencies;
  /** The facts that the situation sentence tells, by name of the object; absent: the observed ones. */
  readonly sentences?: Readonly<Record<string, string>>;
  /** Ids of the sources that can describe a workload in more detail than its row; absent: unknown. */
  readonly describes?: readonly string[];
  /** Formats in which they do, by source id, where these are not the usual ones. */
  readonly describesAs?: Readonly<Record<string, readonly DescriptionFormat[]>>;
  /** Namespaces that a source reads, by source id: ["*"] for all, [] for the one of its context; absent: it has none. */
  readonly namespaces?: Readonly<Record<string, readonly string[]>>;
  /** Commands from the profile that renew a source's login, by source id; absent: none. */
  readonly logins?: Readonly<Record<string, readonly string[]>>;
  /** Ids of the sources that have log streams; absent: none. */
  readonly tails?: readonly string[];
  /** Log views of the profile. */
  readonly logViews?: readonly LogView[];
  /** The verbs of the generic actions that the environment permits; absent: all. */
  readonly permittedActions?: readonly string[];
  /** Where the profile has the settings that may refuse a run. */
  readonly settingPositions?: NonNullable<Profile['settingPositions']>;
  /** Settings of the profile for masking in an anonymized log export. */
  readonly anonymise?: LogSettings['anonymise'];
}

export interface ArmingState {
  /** True when the tier or the profile requires arming before any change. */
  readonly readOnly: boolean;
  readonly armedUntil?: Millis;
  readonly reason?: string;
  /** Duration of arming in ms. */
  readonly forMs?: Millis;
}

/** The open environment, and which others can be opened. */
interface EnvironmentSlice {
  /** The user's settings; updated when config.yaml changes. */
  readonly settings: Settings;
  readonly environments: readonly EnvironmentRef[];
  readonly open?: OpenEnvironment;
  /** True when several environments match and none is the default, so that the user has to pick one. */
  readonly isPickingEnvironment?: boolean;
  /** The profile errors that prevent opening an environment, line by line. */
  readonly profileErrors?: readonly string[];
  /** True: `profileErrors` say what was looked for on this machine, and nothing was found. */
  readonly isNothingHere?: true;
  readonly arming: ArmingState;
  /** The open port-forwards of the environment, oldest first; absent: none. */
  readonly forwards?: readonly PortForward[];
  /** Logs of the open environment; absent until first requested. */
  readonly logs?: LogsState | undefined;
  /** The description requested last, until it is closed. */
  readonly description?: DescriptionState | undefined;
}

/** Runbooks that fit, and the change behind the problems. */
interface SuggestionSlice {
  /** Matching runbooks first, in the order in which to consider them. */
  readonly suggestions: readonly RunbookSuggestion[];
  /** True from the opening of an environment until its runbooks are checked for the first time. */
  readonly areSuggestionsAwaited?: boolean;
  /** The generic actions of the sources, which are offered on their rows. Absent: none. */
  readonly genericActions?: readonly RunbookSuggestion[];
  /** The change that likely triggered the present problems. */
  readonly trigger?: LikelyTrigger | undefined;
}

/** Runs, and the temporary changes that they made. */
interface RunSlice {
  readonly run?: RunView;
  /** Runs that ended in this session, newest first, bounded; `u` undoes the newest one that can be undone. */
  readonly endedRuns: readonly RunView[];
  /** Runs from the ledger, newest first, bounded; absent until first requested. */
  readonly runs?: readonly PastRun[];
  /** The error of the last ledger read. */
  readonly runsError?: string;
  /** The pending resets of temporary changes in the open environment, the next one first; absent: not yet read. */
  readonly resets?: readonly ShownReset[];
  /** Why the ledger is broken, as far as pending resets depend on it; absent: it is not. */
  readonly ledgerProblem?: string | undefined;
}

/** News of the open environment. */
interface ChangeSlice {
  /** Newest last, bounded. */
  readonly messages: readonly CockpitMessage[];
  /** Rows and signals that became critical, newest last, bounded; each one rings the bell. */
  readonly criticals: readonly CriticalEvent[];
  /** Changes in the open environment, oldest first, bounded. */
  readonly journal: readonly JournalEntry[];
  /** Completeness of the known changes before the start; absent: not yet requested. */
  readonly changeCoverage?: ChangeCoverage | undefined;
  readonly notes: Readonly<Record<string, readonly Note[]>>;
}

/** Acknowledged findings and declared incidents. */
interface IncidentSlice {
  /** Acknowledged findings of the open environment. */
  readonly acknowledged: Acknowledgements;
  /** The declared incidents of the open environment, oldest first; absent: not yet read. */
  readonly incidents?: readonly DeclaredIncident[];
}

/** Other persons, and what they see of this cockpit. */
interface TeamSlice {
  /** The cockpits that share the state of the team, this one included; absent: not known, or not shared. */
  readonly present?: readonly PresentCockpit[] | undefined;
  /** The runs of the open environment that wait for the approval of another person; absent: not read, or not shared. */
  readonly approvals?: readonly WaitingApproval[] | undefined;
  /** True while the screen is recorded. */
  readonly isRecording?: boolean;
  /** The users who follow this screen; absent: none. */
  readonly followers?: readonly string[];
}

/** The cockpit's state besides facts, by subject. */
export interface CockpitState
  extends EnvironmentSlice,
    SuggestionSlice,
    RunSlice,
    ChangeSlice,
    IncidentSlice,
    ChecklistSlice,
    TeamSlice {
  /** The drill of this session: the running one, or the last one with its score. Absent: there was none. */
  readonly drill?: DrillProgress;
}
