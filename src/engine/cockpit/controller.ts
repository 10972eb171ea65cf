import { defined } from '../../domain/base/defined.ts';
import { formatForward } from '../../domain/runbooks/port-forward.ts';
import { errorMessage } from '../../domain/text/error-message.ts';
import type { Commands } from '../../store/commands.ts';
import { activeRunText } from '../../store/run-view.ts';
import { armingJournalEntry } from '../journal/run-entries.ts';
import { type CockpitEnvironment, createCockpitEnvironment } from './cockpit-environment.ts';
import { createCockpitDrills } from './drills.ts';
import type { CockpitParts, OpenedEnvironment, RejectedProfile } from './environment/cockpit-parts.ts';
import { environmentState } from './environment/environment-state.ts';
import {
  createCopyFailureReporter,
  fileSavedText,
  sayProfileErrors,
  withJournalEntries,
  withMessage,
} from './environment/messages.ts';
import { createAcknowledgements } from './incidents/acknowledgements.ts';
import { createDeclaredIncidents } from './incidents/declared-incidents.ts';
import { createObjectDescriber } from './object-describer.ts';
import { createProfileReloader } from './profile-reloader.ts';
import { createRunbookPageCommands } from './runbook-page-commands.ts';
import { createRunCommands } from './runs/run-commands.ts';
import { createRunHistory, runbookOfRun } from './runs/run-history.ts';
import { createCockpitLogs } from './runs/run-streams.ts';
import { createSharedStateView } from './team/shared-state.ts';

export interface CockpitController extends Commands {
  /** Opens the environment given on the command line (or the default, or lets the picker ask). */
  first(name: string | undefined): Promise<void>;
  /** Handles changed files of the open profile. */
  profileSaved(): void;
  /** Handles acknowledgements that were stored, possibly by another cockpit. */
  acknowledgementsSaved(): void;
  /** Handles records of checklists, possibly by another process. */
  checklistsSaved(): void;
  /** Handles new records of the ledger, possibly by another process. */
  ledgerWritten(): void;
  /** Handles changed pending resets, possibly by another process. */
  resetsSaved(): void;
  close(): Promise<void>;
}

/** The open environment and the parts around it. */
class OpenCockpit {
  readonly #parts: CockpitParts;
  #present: CockpitEnvironment | undefined;
  /** Counts openings, so that a slow one that was overtaken is closed instead of shown. */
  #opening = 0;
  /** The last request, for another attempt after the profile has been fixed. */
  #requested: string | undefined;
  readonly #reportCopies;
  readonly #stopTicking;
  readonly #drills;
  readonly #describing;
  readonly #pages;
  readonly #past;
  readonly #logs;
  readonly #team;
  readonly #acknowledging;
  readonly #incidents;
  #ledgerWork: Promise<void> = Promise.resolve();
  readonly #runs;
  readonly #reopening;

  constructor(parts: CockpitParts) {
    this.#parts = parts;
    this.#reportCopies = createCopyFailureReporter(this.#say);
    this.#stopTicking = parts.clock.every(1000, this.#everySecond);
    this.#drills = createCockpitDrills(parts.drills, parts.cockpit, () => this.#present?.opened, this.#say);
    this.#describing = createObjectDescriber(parts.cockpit, parts.clock, (id) =>
      this.#present?.opened.engine.sources.get(id),
    );
    this.#pages = createRunbookPageCommands({
      cockpit: parts.cockpit,
      opened: () => this.#present?.opened,
      describing: this.#describing,
      say: this.#say,
      guarded: this.#guarded,
    });
    this.#past = createRunHistory(
      ...([parts.cockpit, this.#state, parts.clock] as const),
      (run) => runbookOfRun(this.#present?.opened, run),
      () => this.#present?.opened.who?.user,
    );
    this.#logs = createCockpitLogs(
      parts.cockpit,
      parts.clock,
      () => this.#present?.opened,
      this.#past.eventsOf,
      this.#say,
    );
    const kept = {
      cockpit: parts.cockpit,
      clock: parts.clock,
      opened: () => this.#present?.opened,
      say: this.#say,
    };
    this.#team = createSharedStateView(kept);
    this.#acknowledging = createAcknowledgements({
      ...kept,
      file: () => this.#state().acknowledgements,
    });
    this.#incidents = createDeclaredIncidents({
      ...kept,
      state: this.#state,
      begin: (...how) => this.#guarded(this.#present?.flow.begin(...how)),
    });
    this.#runs = createRunCommands(parts.cockpit, () => this.#present, this.#past, this.#say, this.#guarded);
    this.#reopening = createProfileReloader({
      ...parts,
      current: () => this.#present?.opened,
      enter: (opened) => this.#enter(opened, true),
      readAgain: () => this.#openNamed(this.#requested),
      say: this.#say,
    });
  }

  /** The commands of every part, and those of the whole. */
  commands(): CockpitController {
    return {
      ...this.#runs,
      ...this.#incidents.commands,
      ...this.#team.commands,
      ...this.#pages.commands,
      first: this.#openNamed,
      profileSaved: this.#reopening.saved,
      acknowledgementsSaved: this.#acknowledging.reload,
      checklistsSaved: () => this.#present?.checklists.reload(),
      ledgerWritten: () => {
        this.#readLedgerJournal();
        this.#incidents.ledgerWritten();
        this.#team.ledgerWritten();
        this.#guarded(this.#past.refresh());
        this.#present?.checklists.reloadRuns();
      },
      resetsSaved: () => this.#present?.resetsSaved(),
      close: async () => {
        this.#opening++;
        this.#stopTicking();
        await this.#acknowledging.settled();
        await this.#incidents.settled();
        await this.#ledgerWork;
        await this.#closePresent();
      },
      markChecklistItem: (...mark) => this.#present?.checklists.markChecklistItem(...mark),
      endChecklist: (list) => this.#present?.checklists.endChecklist(list),
      readChecklistItem: (...item) => this.#present?.checklists.readChecklistItem(...item),
      acknowledge: this.#acknowledging.acknowledge,
      endAcknowledgements: this.#acknowledging.endAcknowledgements,
      withdrawAcknowledgements: this.#acknowledging.withdrawAcknowledgements,
      askNow: () => {
        if (this.#present === undefined) return this.#guarded(this.#openNamed(this.#requested));
        this.#present.pollNow();
        this.#logs.discoverNow();
      },
      read: (feeds) => this.#present?.opened.engine.pollNow(feeds),
      readHistory: (...request) => this.#present?.readHistory(...request),
      openEnvironment: (name) => {
        if (this.#present?.flow.isBusy() === true) return this.#say(activeRunText, 'warn');
        this.#guarded(this.#openNamed(name));
      },
      breakGlass: this.#reopening.breakGlass,
      arm: (reason) => {
        const refused = this.#present?.opened.arming.arm(reason);
        if (typeof refused === 'string') this.#say(refused, 'warn');
        this.#showArming();
      },
      disarm: () => {
        this.#present?.opened.arming.disarm();
        this.#showArming();
      },
      closeForward: (id) => {
        const closed = this.#parts.cockpit.getState().forwards?.find((forward) => forward.id === id);
        if (closed === undefined) return;
        this.#say(`closed ${formatForward(closed)}`);
        this.#guarded(this.#present?.opened.portForwards?.close(id));
      },
      describe: (subject, how) => this.#guarded(this.#describing.begin(subject, how)),
      stopDescribing: this.#describing.stop,
      rehearse: this.#drills.rehearse,
      drill: this.#drills.drill,
      save: (name, text) =>
        this.#guarded(this.#parts.save(name, text).then((saved) => this.#say(...fileSavedText(saved)))),
      saveProfile: () => this.#guarded(this.#saveProfile()),
      logs: this.#logs,
      quit: this.#parts.quit,
    };
  }

  readonly #openNamed = async (name: string | undefined): Promise<void> => {
    const turn = ++this.#opening;
    this.#requested = name;
    const chosen = await this.#parts.choose(name);
    if ('several' in chosen)
      return this.#parts.cockpit.setState(
        ({ profileErrors: _, isNothingHere: __, ...rest }) => ({ ...rest, isPickingEnvironment: true }),
        true,
      );
    if ('refused' in chosen) return this.#refuse(chosen);
    const opened = await this.#parts.open(chosen.one);
    if ('refused' in opened) return turn === this.#opening ? this.#refuse(opened) : undefined;
    if (turn !== this.#opening) return opened.close();
    await this.#enter(opened, false);
  };

  readonly #say = (text: string, level: 'ok' | 'unknown' | 'warn' = 'ok', keptEnd?: string): void =>
    this.#parts.cockpit.setState((s) => withMessage(s, this.#parts.clock.now(), level, text, keptEnd));

  #showArming(): void {
    if (this.#present === undefined) return;
    const was = this.#parts.cockpit.getState().arming;
    const arming = this.#present.opened.arming.state(this.#parts.clock.now());
    if (was.armedUntil !== undefined && arming.armedUntil === undefined)
      this.#say('disarmed: the environment is read-only again');
    const entry = armingJournalEntry(this.#present.opened.profile.env, was, arming, this.#parts.clock.now());
    if (entry !== undefined) this.#parts.cockpit.setState((s) => withJournalEntries(s, [entry]));
    if (was.armedUntil !== arming.armedUntil || was.readOnly !== arming.readOnly)
      this.#parts.cockpit.setState({ arming });
  }

  readonly #everySecond = (): void => {
    this.#showArming();
    this.#reopening.everySecond();
    this.#drills.everySecond();
    this.#team.everySecond();
    if (this.#present === undefined) return;
    this.#present.everySecond();
    this.#incidents.everySecond();
  };

  readonly #state = () => this.#present?.opened.state ?? this.#parts.state;

  async #closePresent(): Promise<void> {
    const was = this.#present;
    this.#present = undefined;
    this.#describing.stop();
    await this.#logs.end();
    await was?.close();
  }

  /**
   * Without an open environment the errors fill the screen. Otherwise the open one stays, and the errors become messages.
   */
  #refuse({ refused: lines, isNothingHere }: RejectedProfile): void {
    if (this.#present === undefined)
      this.#parts.cockpit.setState(
        ({ isNothingHere: _, ...rest }) => ({
          ...rest,
          profileErrors: lines,
          ...defined({ isNothingHere }),
        }),
        true,
      );
    else sayProfileErrors(lines, this.#say);
  }

  async #saveProfile(): Promise<void> {
    const save = this.#present?.opened.saveProfile;
    if (save === undefined) return this.#say('this environment has a profile already', 'warn');
    await save().then(this.#say, (error: unknown) =>
      this.#say(`the profile was not saved: ${errorMessage(error)}`, 'warn'),
    );
  }

  async #enter(opened: OpenedEnvironment, again: boolean): Promise<void> {
    await this.#closePresent();
    const here: CockpitEnvironment = createCockpitEnvironment({
      parts: this.#parts,
      opened,
      past: this.#past,
      isCurrent: () => this.#present === here,
      say: this.#say,
      reportCopies: this.#reportCopies,
      guarded: this.#guarded,
    });
    this.#present = here;
    const { genericActions } = here;
    this.#drills.entered(opened);
    const isBlind = this.#drills.isBlind();
    this.#parts.cockpit.setState(
      (s) => ({ ...environmentState(s, opened, this.#parts.clock.now(), again, isBlind), genericActions }),
      true,
    );
    this.#acknowledging.open(opened);
    this.#incidents.reload();
    this.#pages.list();
    here.start();
    this.#readLedgerJournal();
    const beside = here.openAcross();
    // The next change of the profile does not wait for them.
    if (again) this.#guarded(beside);
    else await beside;
  }

  /** Adds the runs of the ledger to the journal, one reading after the other. */
  #readLedgerJournal(): void {
    const here = this.#present;
    if (here === undefined) return;
    this.#ledgerWork = this.#ledgerWork.then(here.readLedger);
  }

  readonly #guarded = (work: Promise<void> | undefined): void => {
    work?.catch((error: unknown) => this.#say(`internal error: ${String(error)}`, 'unknown'));
  };
}

/**
 * The commands behind the cockpit's keys. Holds the open environment; everything shown goes through the store.
 */
export const createCockpitController = (parts: CockpitParts): CockpitController =>
  new OpenCockpit(parts).commands();
