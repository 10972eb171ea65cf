import { formatForward } from '../../domain/runbooks/port-forward.ts';
import type { Commands } from '../../store/commands.ts';
import { activeRunText } from '../../store/run-view.ts';
import { armingJournalEntry } from '../journal/run-entries.ts';
import { type CockpitEnvironment, createCockpitEnvironment } from './cockpit-environment.ts';
import { createCockpitDrills } from './drills.ts';
import type { CockpitParts, OpenedEnvironment } from './environment/cockpit-parts.ts';
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

/**
 * The commands behind the cockpit's keys. Holds the open environment; everything shown goes through the store.
 */
export const createCockpitController = (parts: CockpitParts): CockpitController => {
  const { cockpit, clock } = parts;
  let present: CockpitEnvironment | undefined;
  /** Counts openings, so that a slow one that was overtaken is closed instead of shown. */
  let opening = 0;
  /** The last request, for another attempt after the profile has been fixed. */
  let requested: string | undefined;

  const say = (text: string, level: 'ok' | 'unknown' | 'warn' = 'ok', keptEnd?: string): void =>
    cockpit.setState((s) => withMessage(s, clock.now(), level, text, keptEnd));

  const showArming = (): void => {
    if (present === undefined) return;
    const was = cockpit.getState().arming;
    const arming = present.opened.arming.state(clock.now());
    if (was.armedUntil !== undefined && arming.armedUntil === undefined) say('disarmed: read-only again');
    const entry = armingJournalEntry(present.opened.profile.env, was, arming, clock.now());
    if (entry !== undefined) cockpit.setState((s) => withJournalEntries(s, [entry]));
    if (was.armedUntil !== arming.armedUntil || was.readOnly !== arming.readOnly)
      cockpit.setState({ arming });
  };

  const reportCopies = createCopyFailureReporter(say);

  const everySecond = (): void => {
    showArming();
    reopening.everySecond();
    drills.everySecond();
    team.everySecond();
    if (present === undefined) return;
    present.everySecond();
    incidents.everySecond();
  };
  const stopTicking = clock.every(1000, everySecond);

  const drills = createCockpitDrills(parts.drills, cockpit, () => present?.opened, say);
  const describing = createObjectDescriber(cockpit, clock, (id) => present?.opened.engine.sources.get(id));

  const state = () => present?.opened.state ?? parts.state;
  const past = createRunHistory(
    ...([cockpit, state, clock] as const),
    (run) => runbookOfRun(present?.opened, run),
    () => present?.opened.who?.user,
  );

  const logs = createCockpitLogs(cockpit, clock, () => present?.opened, past.eventsOf, say);

  const kept = { cockpit, clock, opened: () => present?.opened, say };
  const team = createSharedStateView(kept);
  const acknowledging = createAcknowledgements({ ...kept, file: () => state().acknowledgements });
  const incidents = createDeclaredIncidents({
    ...kept,
    state,
    begin: (...how) => guarded(present?.flow.begin(...how)),
  });

  const closePresent = async (): Promise<void> => {
    const was = present;
    present = undefined;
    describing.stop();
    await logs.end();
    await was?.close();
  };

  /**
   * Without an open environment the errors fill the screen. Otherwise the open one stays, and the errors become messages.
   */
  const refuse = (lines: readonly string[]): void => {
    if (present === undefined) cockpit.setState({ profileErrors: lines });
    else sayProfileErrors(lines, say);
  };

  const openOne = async (name: string | undefined): Promise<void> => {
    const turn = ++opening;
    requested = name;
    const chosen = await parts.choose(name);
    if ('several' in chosen)
      return cockpit.setState(
        ({ profileErrors: _, ...rest }) => ({ ...rest, isPickingEnvironment: true }),
        true,
      );
    if ('refused' in chosen) return refuse(chosen.refused);
    const opened = await parts.open(chosen.one);
    if ('refused' in opened) return turn === opening ? refuse(opened.refused) : undefined;
    if (turn !== opening) return opened.close();
    await enter(opened, false);
  };

  const enter = async (opened: OpenedEnvironment, again: boolean): Promise<void> => {
    await closePresent();
    const here: CockpitEnvironment = createCockpitEnvironment({
      parts,
      opened,
      past,
      isCurrent: () => present === here,
      say,
      reportCopies,
      guarded,
    });
    present = here;
    const { genericActions } = here;
    drills.entered(opened);
    const isBlind = drills.isBlind();
    cockpit.setState(
      (s) => ({ ...environmentState(s, opened, clock.now(), again, isBlind), genericActions }),
      true,
    );
    acknowledging.open(opened);
    incidents.reload();
    here.start();
    readLedgerJournal();
    const beside = here.openAcross();
    // The next change of the profile does not wait for them.
    if (again) guarded(beside);
    else await beside;
  };

  let ledgerWork: Promise<void> = Promise.resolve();
  /** Adds the runs of the ledger to the journal, one reading after the other. */
  const readLedgerJournal = (): void => {
    const here = present;
    if (here === undefined) return;
    ledgerWork = ledgerWork.then(here.readLedger);
  };

  const guarded = (work: Promise<void> | undefined): void => {
    work?.catch((error: unknown) => say(`internal error: ${String(error)}`, 'unknown'));
  };

  const runs = createRunCommands(cockpit, () => present, past, say, guarded);

  const reopening = createProfileReloader({
    ...parts,
    current: () => present?.opened,
    enter: (opened) => enter(opened, true),
    readAgain: () => openOne(requested),
    say,
  });

  return {
    ...runs,
    first: openOne,
    ...{ profileSaved: reopening.saved, breakGlass: reopening.breakGlass },
    acknowledgementsSaved: acknowledging.reload,
    checklistsSaved: () => present?.checklists.reload(),
    ledgerWritten: () => {
      readLedgerJournal();
      for (const one of [incidents, team]) one.ledgerWritten();
      guarded(past.refresh());
      present?.checklists.reloadRuns();
    },
    resetsSaved: () => present?.resetsSaved(),
    markChecklistItem: (...mark) => present?.checklists.markChecklistItem(...mark),
    endChecklist: (list) => present?.checklists.endChecklist(list),
    readChecklistItem: (...item) => present?.checklists.readChecklistItem(...item),
    ...{ acknowledge: acknowledging.acknowledge, endAcknowledgements: acknowledging.endAcknowledgements },
    withdrawAcknowledgements: acknowledging.withdrawAcknowledgements,
    ...incidents.commands,
    ...team.commands,
    close: async () => {
      opening++;
      stopTicking();
      await acknowledging.settled();
      await incidents.settled();
      await ledgerWork;
      await closePresent();
    },
    askNow: () => {
      if (present === undefined) return guarded(openOne(requested));
      present.pollNow();
      logs.discoverNow();
    },
    read: (feeds) => present?.opened.engine.pollNow(feeds),
    readHistory: (...request) => present?.readHistory(...request),
    openEnvironment: (name) => {
      if (present?.flow.isBusy() === true) return say(activeRunText, 'warn');
      guarded(openOne(name));
    },
    arm: (reason) => {
      const refused = present?.opened.arming.arm(reason);
      if (typeof refused === 'string') say(refused, 'warn');
      showArming();
    },
    disarm: () => {
      present?.opened.arming.disarm();
      showArming();
    },
    closeForward: (id) => {
      const closed = cockpit.getState().forwards?.find((forward) => forward.id === id);
      if (closed === undefined) return;
      say(`closed ${formatForward(closed)}`);
      guarded(present?.opened.portForwards?.close(id));
    },
    describe: (subject, how) => guarded(describing.begin(subject, how)),
    stopDescribing: describing.stop,
    rehearse: drills.rehearse,
    drill: drills.drill,
    save: (name, text) => guarded(parts.save(name, text).then((saved) => say(...fileSavedText(saved)))),
    logs,
    quit: parts.quit,
  };
};
