import type { ChecklistMark } from '../domain/checklists/record.ts';
import type { DrillSignal } from '../domain/drills/drill.ts';
import type { DescribedObject, DescriptionFormat } from '../domain/facts/object-description.ts';
import type { HistoryPurpose, HistoryRange } from '../domain/facts/reading.ts';
import type { AcknowledgedFinding, AcknowledgementEnd } from '../domain/incidents/acknowledgement.ts';
import type { IncidentEvent, SentAction } from '../domain/incidents/incident-event.ts';
import type { ParamOrigins } from '../domain/runbooks/runbook.ts';
import type { ShownTarget } from '../domain/runs/proposal.ts';
import type { LoginResult } from '../domain/runs/run.ts';
import type { LogCommands } from '../logs/ring/logs-state.ts';

/** Reads, and what environment is read and how. */
interface EnvironmentCommands {
  /** Reads all displayed feeds now. */
  askNow(): void;
  /** Reads feeds that are read only on request. */
  read(feeds: readonly string[]): void;
  /**
   * Reads earlier values of a signal in all displayed environments, where its source has a history. 'compared' replaces
   * the values of the last comparison.
   */
  readHistory(signal: string, range: Pick<HistoryRange, 'from' | 'to'>, purpose: HistoryPurpose): void;
  /** Opens another environment ('env' or 'system/env'). */
  openEnvironment(name: string): void;
  /** Requests a description of a workload from its source; the result is `CockpitState.description`. */
  describe(subject: DescribedObject, how: DescriptionFormat): void;
  /** Reads the runbook page of an address that an alert links; the result is `CockpitState.description`. */
  openRunbookPage(address: string): void;
  /** Drafts a profile from that page into a new directory. Nothing in it can run before a review. */
  draftRunbookPage(address: string): void;
  /** Closes the description and cancels the request if it is still running. */
  stopDescribing(): void;
}

/** Whether this session may act. */
interface PermissionCommands {
  arm(reason: string): void;
  disarm(): void;
  /**
   * Opens the environment again so that its runs may act while its state database is unavailable, for a reason that the ledger
   * records. Without a reason: ends that.
   */
  breakGlass(reason: string | undefined): void;
}

/** The run on the card, and those of the ledger. */
interface RunCommands {
  /** Starts a runbook: prompts for missing parameters, diagnoses, plans, and shows the preview card. */
  propose(
    runbook: string,
    params: Readonly<Record<string, string | readonly string[]>>,
    shown?: readonly ShownTarget[],
    /** Where the values came from; absent: the row that the runbook was started on. */
    origins?: ParamOrigins,
  ): void;
  /**
   * Opens the field of a parameter of the planned run; without a name, the list of its parameters. A new value voids
   * the plan. After the confirmation it cancels the run instead.
   */
  changeParam(name?: string): void;
  /** Reads the choices of the asked parameter again, after they could not be read. */
  readChoices(): void;
  /** Plans the run on the card again and overrides its failed checks for this reason, where they allow it. */
  override(reason: string): void;
  /** Plans a run from the ledger again with the same parameters. */
  rerun(run: string): void;
  /** Reads the runs from the ledger. */
  readRuns(): void;
  /** Shows a run from the ledger on the card. */
  showRun(run: string): void;
  /** Adds the operator's note on a run to the ledger. */
  note(run: string, text: string): void;
  /** Reports the result of a login renewal that a run waits for. */
  loggedIn(answer: LoginResult): void;
  /** Supplies a value for the parameter that the card prompts for. */
  give(name: string, value: string | readonly string[]): void;
  /** Confirms the card. `typed`: the text typed where a name is required. */
  confirm(answer: { readonly typed?: string; readonly pasted: boolean }): void;
  /** Declines the card. */
  decline(): void;
  /** Cancels the current run or the cancel window. */
  cancel(): void;
  tick(done: boolean): void;
  /** Hides the run's card (the run continues) or shows it again. */
  background(hidden: boolean): void;
  /** Closes an open port-forward and its connections. */
  closeForward(id: string): void;
  /** Proposes the undo of an ended run. */
  undo(run: string): void;
  /** Proposes the reset of a temporary change that waits for a person. */
  reset(run: string, step: string): void;
}

/** Requests of other persons, and what they see of this one. */
interface TeamCommands {
  /** Shows a run of another person that waits for approval; without an id, the oldest one. */
  openApproval(run?: string): void;
  /** Approves the shown plan by its typed names. Sends nothing. */
  approveRun(typed: readonly string[]): void;
  /** Refuses the shown run. */
  refuseRun(why: string): void;
  /** Tells the team which pane has the focus, by its title. */
  reportPane(title: string): void;
}

/** Declared incidents. */
interface IncidentCommands {
  /** Declares an incident with the severity that the present findings suggest. */
  declareIncident(title: string): void;
  /** Adds to the record of a declared incident. Where the profile names a channel, an update is then previewed for it. */
  addToIncident(id: string, event: IncidentEvent): void;
  /** Previews the run that sends something about an incident to another service. */
  sendIncident(id: string, action: SentAction): void;
  /** Previews the run that files an issue for each follow-up. `about`: the incident or the run that they follow. */
  fileFollowUps(about: string, titles: readonly string[]): void;
  /** Keeps a file with an incident, and refers to it in the timeline. `title`: what it shows. */
  captureForIncident(id: string, name: string, text: string, title: string): void;
}

/** Acknowledgements of findings. */
interface AcknowledgementCommands {
  /** Acknowledges findings, with a note or ''. Changes nothing outside. */
  acknowledge(findings: readonly AcknowledgedFinding[], note: string): void;
  /** Withdraws the acknowledgements of these findings. */
  withdrawAcknowledgements(findings: readonly string[]): void;
  /** Ends acknowledgements whose finding is gone or has become worse. */
  endAcknowledgements(ended: readonly { readonly finding: string; readonly end: AcknowledgementEnd }[]): void;
}

/** Checklists. */
interface ChecklistCommands {
  /** Records a person's mark on an item of a checklist. Changes nothing outside. `note`: '' for none. */
  markChecklistItem(list: string, item: string, mark: ChecklistMark, note: string): void;
  /** Saves the open environment, which was discovered, as a profile. */
  saveProfile(): void;
  /** Ends the current occurrence of a checklist, whatever is open. */
  endChecklist(list: string): void;
  /** Reads the data that an item shows (`use`), and shows it below the item. Changes nothing. */
  readChecklistItem(list: string, item: string): void;
}

/** Scenarios of the simulator, and the drill on them. */
interface DrillCommands {
  /** Starts a scenario in the simulator; undefined ends the active one. */
  rehearse(incident: string | undefined): void;
  /** Reports what the operator did in the running drill; without one, nothing happens. */
  drill(signal: DrillSignal): void;
}

/**
 * Commands of the UI, by what they are about. `main` passes them to `ui`; every change to the outside goes through the executor
 * behind them.
 */
export interface Commands
  extends EnvironmentCommands,
    PermissionCommands,
    RunCommands,
    TeamCommands,
    IncidentCommands,
    AcknowledgementCommands,
    ChecklistCommands,
    DrillCommands {
  /**
   * Writes a new private file to the current directory, in chunks if the text is iterable. A message reports
   * the path or the error.
   */
  save(name: string, text: string | Iterable<string>): void;
  readonly logs: LogCommands;
  quit(): void;
}
