import type { DescriptionFormat } from '../domain/object-description.ts';
import type { ShownTarget } from '../domain/proposal.ts';
import type { LoginResult } from '../domain/run.ts';
import type { Workload } from '../kinds/workloads/fact.ts';
import type { LogCommands } from '../logs/ring/logs-state.ts';

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
    shown?: readonly ShownTarget[],
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
  loggedIn(answer: LoginResult): void;
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
  describe(subject: Workload, how: DescriptionFormat): void;
  /** Puts that text away, and asks no longer when it has not come yet. */
  stopDescribing(): void;
  /** Starts or ends an incident in the embedded world; undefined ends it. */
  rehearse(incident: string | undefined): void;
  /** Writes a new private file into the current directory, piece by piece where it comes in pieces; a message says where, or why not. */
  save(name: string, text: string | Iterable<string>): void;
  readonly logs: LogCommands;
  quit(): void;
}
