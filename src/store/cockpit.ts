import type { DescribeHow, Reading } from '../domain/described.ts';
import type { Note, Workload } from '../domain/facts.ts';
import type { Fault, Millis } from '../domain/fault.ts';
import type { JournalEntry } from '../domain/journal.ts';
import type { Level } from '../domain/level.ts';
import type { MaskWords } from '../domain/mask/words.ts';
import type { Danger } from '../domain/operation.ts';
import type { ParamValues } from '../domain/param-value.ts';
import type { Contact, Link, LogSettings, LogView, Tier } from '../domain/profile.ts';
import type { Ending, ExpiredLogin, LoginAnswer, Proposal, RunEvent, Shown } from '../domain/run.ts';
import type { Runbook } from '../domain/runbook.ts';
import type { Settings } from '../domain/settings.ts';
import type { LogCommands } from './logs/commands.ts';
import type { LogsState } from './logs/state.ts';

/** An environment that can be opened. */
export interface EnvironmentRef {
  readonly system: string;
  readonly env: string;
  readonly title: string;
  readonly tier: Tier;
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
  readonly ending?: Ending;
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
  readonly asking?: {
    readonly name: string;
    readonly title: string;
    readonly choices?: readonly string[];
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
  readonly ticking?: { readonly id: string; readonly title: string; readonly ask?: true };
  /** A login has expired; `argv` renews it. */
  readonly login?: ExpiredLogin;
  /** Its proofs stay watched until then; it has relapsed. */
  readonly watchedUntil?: Millis;
  readonly relapsed?: boolean;
  /** True: it is read from the ledger, and nothing of it goes on here. */
  readonly past?: boolean;
  /** True when the card is closed but the run goes on. */
  readonly background: boolean;
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

/** What the screen may ask for. Handed to `ui` by `main`; everything that changes the outside goes through the executor behind it. */
export interface Commands {
  /** Reads everything that is shown, now. */
  askNow(): void;
  /** Reads feeds that are read only when somebody asks. */
  read(feeds: readonly string[]): void;
  /** Opens another environment ('env' or 'system/env'). */
  openEnvironment(name: string): void;
  arm(reason: string): void;
  disarm(): void;
  /** Starts a runbook: asks for missing parameters, diagnoses, plans, and puts a card up. */
  propose(
    runbook: string,
    params: Readonly<Record<string, string | readonly string[]>>,
    shown?: readonly Shown[],
  ): void;
  /** Plans the card's run again, breaking a freeze or quiet hours for this reason. */
  override(reason: string): void;
  /** Plans a run of the ledger again, with the same parameters. */
  rerun(run: string): void;
  /** Reads the runs of the ledger. */
  readRuns(): void;
  /** Puts a run of the ledger on the card, as it was written down. */
  showRun(run: string): void;
  /** Writes the operator's words into the ledger, with the run. */
  note(run: string, text: string): void;
  /** What came of renewing a login that a run waits for. */
  loggedIn(answer: LoginAnswer): void;
  /** A value for the parameter that the card asks for. */
  give(name: string, value: string | readonly string[]): void;
  /** Yes to the card. `typed` carries what was typed where a name is asked. */
  confirm(answer: { readonly typed?: string; readonly pasted: boolean }): void;
  /** No to the card. */
  decline(): void;
  /** Stops what runs, or the cancel window. */
  cancel(): void;
  tick(done: boolean): void;
  /** Puts the run's card away (it goes on) or back. */
  background(hidden: boolean): void;
  /** Proposes the undo of an ended run. */
  undo(run: string): void;
  /** Asks the source of a workload for a text about it: what comes is `CockpitState.reading`. */
  describe(subject: Workload, how: DescribeHow): void;
  /** Puts that text away, and asks no longer when it has not come yet. */
  stopDescribing(): void;
  /** Starts or ends an incident in the embedded world; undefined ends it. */
  rehearse(incident: string | undefined): void;
  /** Writes a new private file into the current directory, piece by piece where it comes in pieces; a message says where, or why not. */
  save(name: string, text: string | Iterable<string>): void;
  readonly logs: LogCommands;
  quit(): void;
}
