import type { Millis } from '../../domain/fault.ts';
import { withoutForeignDrills } from '../../domain/journal.ts';
import type { Danger } from '../../domain/operation.ts';
import { formatForward } from '../../domain/port-forward.ts';
import { severityOfRunbook } from '../../domain/severity.ts';
import type { Snapshot } from '../../domain/snapshot.ts';
import { rankSuggestions } from '../../runs/runbooks/rank-suggestions.ts';
import { createSuggester, type Suggester } from '../../runs/runbooks/suggest.ts';
import type { Commands } from '../../store/commands.ts';
import { activeRunText } from '../../store/run-view.ts';
import type { Engine } from '../engine.ts';
import { createJournalTracker } from '../journal/journal-tracker.ts';
import { createLedgerJournal, type LedgerJournal, withLedgerEntries } from '../journal/ledger-journal.ts';
import { readRecordedChanges, withRecordedChanges } from '../journal/recorded-changes.ts';
import { armingJournalEntry } from '../journal/run-entries.ts';
import { createAcknowledgements } from './acknowledgements.ts';
import { createNewsNotifier } from './attention.ts';
import { createAutomaticResets } from './automatic-resets.ts';
import { isOnlyOnRows } from './built-in-runbooks.ts';
import { type CockpitChecklists, createChecklists } from './checklists.ts';
import type { CockpitParts, OpenedEnvironment } from './cockpit-parts.ts';
import { createDeclaredIncidents } from './declared-incidents.ts';
import { createCockpitDrills } from './drills.ts';
import { environmentState, withOpenEnvironments } from './environment-state.ts';
import {
  createCopyFailureReporter,
  fileSavedText,
  forwardProblem,
  withJournalChanges,
  withJournalEntries,
  withMessage,
} from './messages.ts';
import { createObjectDescriber } from './object-describer.ts';
import { readPrincipals } from './principals.ts';
import { createProfileReloader } from './profile-reloader.ts';
import { createRunCommands } from './run-commands.ts';
import { createRunFlow, type RunFlow } from './run-flow.ts';
import { createRunHistory, runbookOfRun } from './run-history.ts';
import { createCockpitLogs } from './run-streams.ts';
import {
  genericSuggestions,
  runbookDangers,
  sameSuggestions,
  sameTrigger,
  warningLimit,
  withRunbookDanger,
} from './runbook-dangers.ts';
import { createSharedStateView } from './shared-state.ts';

interface ControllerState {
  readonly opened: OpenedEnvironment;
  readonly across: readonly Engine[];
  readonly flow: RunFlow;
  readonly suggest: Suggester;
  readonly changes: ReturnType<typeof createJournalTracker>;
  readonly news: ReturnType<typeof createNewsNotifier>;
  readonly dangers: ReadonlyMap<string, Danger>;
  readonly openedAt: Millis;
  /** Ends reading what the sources recorded before. */
  readonly stopRecorded: AbortController;
  /** The runs of all processes that share the ledger. */
  readonly ledger: LedgerJournal;
  /** Ends showing the port-forwards. */
  readonly stopForwards: () => void;
  readonly resets: ReturnType<typeof createAutomaticResets>;
  readonly checklists: CockpitChecklists;
}

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
  let present: ControllerState | undefined;
  /** Counts openings, so that a slow one that was overtaken is closed instead of shown. */
  let opening = 0;
  /** The last request, for another attempt after the profile has been fixed. */
  let requested: string | undefined;

  const say = (text: string, level: 'ok' | 'unknown' | 'warn' = 'ok'): void =>
    cockpit.setState((s) => withMessage(s, clock.now(), level, text));

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

  const tellCopies = createCopyFailureReporter(say);

  /** Every runbook with its match state, in the order in which to consider them, for keys and rows. */
  const offer = ({ opened, suggest, dangers, openedAt }: ControllerState, snapshot: Snapshot): void => {
    const { engine, profile } = opened;
    const history = engine.facts.getState().history;
    const judged = suggest(snapshot, clock.now(), (key) => history[key]);
    const { open, journal, changeCoverage: coverage, ...shown } = cockpit.getState();
    const { suggestions, trigger } = rankSuggestions(judged, {
      snapshot,
      dependencies: open?.dependencies ?? {},
      journal: withoutForeignDrills(journal, opened.simulator !== undefined),
      coverage,
      openedAt,
      now: clock.now(),
      limitOf: (id) => warningLimit(profile.signals, id),
      urgencyOf: (id) => severityOfRunbook(profile.severity, id)?.rank,
    });
    const offered = suggestions.map((one) => withRunbookDanger(one, dangers));
    if (!sameSuggestions(shown.suggestions, offered)) cockpit.setState({ suggestions: offered });
    if (!sameTrigger(shown.trigger, trigger)) cockpit.setState({ trigger });
  };

  const everySecond = (): void => {
    showArming();
    reopening.everySecond();
    drills.everySecond();
    team.everySecond();
    if (present === undefined) return;
    const { opened, changes, news, resets, checklists } = present;
    resets.everySecond();
    checklists.everySecond();
    tellCopies(opened.copies ?? [], present.flow.isBusy());
    const snapshot = opened.engine.snapshot();
    offer(present, snapshot);
    cockpit.setState((s) => news(s, clock.now(), snapshot));
    const reportedNow = changes(snapshot);
    if (reportedNow.length > 0) cockpit.setState((s) => withJournalChanges(s, reportedNow));
    incidents.everySecond();
  };
  const stopTicking = clock.every(1000, everySecond);

  const drills = createCockpitDrills(parts.drills, cockpit, () => present?.opened, say);
  const describing = createObjectDescriber(cockpit, clock, (id) => present?.opened.engine.sources.get(id));

  const state = () => present?.opened.state ?? parts.state;
  const past = createRunHistory(cockpit, state, clock, (run) => runbookOfRun(present?.opened, run));

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
    if (was === undefined) return;
    was.stopRecorded.abort(new DOMException('the environment was closed', 'AbortError'));
    was.stopForwards();
    const forwards = cockpit.getState().forwards ?? [];
    if (forwards.length > 0) say(`closed with the environment: ${forwards.map(formatForward).join(', ')}`);
    cockpit.setState({ forwards: [] });
    was.flow.cancel();
    await was.flow.settled();
    await was.flow.unwatch('the environment was closed');
    await was.resets.close();
    await was.checklists.close();
    cockpit.setState({ resets: [] });
    await Promise.all([...was.across.map((engine) => engine.close()), was.opened.close()]);
  };

  /**
   * Without an open environment the errors fill the screen. Otherwise the open one stays, and the first errors become
   * messages.
   */
  const refuse = (lines: readonly string[]): void => {
    if (present === undefined) cockpit.setState({ profileErrors: lines });
    else for (const line of lines.slice(0, 3)) say(line, 'warn');
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

  /** Shows the port-forwards of an environment from now on. Returns a stop function. */
  const showForwards = ({ portForwards }: OpenedEnvironment): (() => void) =>
    portForwards?.onChange(() => {
      const was = cockpit.getState().forwards ?? [];
      const forwards = portForwards.list();
      cockpit.setState({ forwards });
      const message = forwardProblem(was, forwards);
      if (message !== undefined) say(message, 'warn');
    }) ?? (() => {});

  const enter = async (opened: OpenedEnvironment, again: boolean): Promise<void> => {
    await closePresent();
    const own = opened.state ?? parts.state;
    const { system, env } = opened.profile;
    const scope = { system, env, isSimulated: opened.simulator !== undefined };
    const here: ControllerState = {
      opened,
      across: [],
      flow: createRunFlow(parts, opened, say, past),
      suggest: createSuggester(opened.profile.runbooks.filter((one) => !isOnlyOnRows(one))),
      changes: createJournalTracker(),
      news: createNewsNotifier(parts.isNotifying),
      dangers: runbookDangers(opened.profile.runbooks, opened.engine.sources),
      openedAt: clock.now(),
      stopRecorded: new AbortController(),
      ledger: createLedgerJournal(own.dir, scope, clock),
      stopForwards: showForwards(opened),
      resets: createAutomaticResets({
        cockpit,
        clock,
        executor: opened.executor,
        isDrill: opened.simulator !== undefined,
        say,
      }),
      checklists: createChecklists({ ...parts, stateDir: own.dir, file: own.checklists, opened, say }),
    };
    present = here;
    const genericActions = genericSuggestions(opened.profile.runbooks, here.dangers);
    drills.entered(opened);
    const isBlind = drills.isBlind();
    cockpit.setState(
      (s) => ({ ...environmentState(s, opened, clock.now(), again, isBlind), genericActions }),
      true,
    );
    acknowledging.open(opened);
    incidents.reload();
    // Immediate, so that a key pressed within the first second already finds the runbooks for its row.
    offer(here, opened.engine.snapshot());
    parts.switched(opened, []);
    opened.engine.start();
    here.resets.reload();
    here.checklists.reload();
    here.checklists.reloadRuns();
    guarded(readRecorded(here));
    guarded(showPrincipals(here));
    readLedgerJournal();
    await lookAcross(here);
  };

  /** Adds what the sources recorded before the environment was opened. */
  const readRecorded = ({ opened, stopRecorded }: ControllerState): Promise<void> =>
    readRecordedChanges(opened.engine.changeRecorders, clock, stopRecorded, (source, changes, coverage) =>
      cockpit.setState(({ journal }) => ({
        journal: withRecordedChanges(journal, source, changes),
        changeCoverage: coverage,
      })),
    );

  /** Adds the accounts and roles of the sources to the header. */
  const showPrincipals = ({ opened, stopRecorded }: ControllerState): Promise<void> =>
    readPrincipals(opened.engine.sources.values(), clock, stopRecorded, (source, principal) =>
      cockpit.setState(({ open }) =>
        open === undefined
          ? {}
          : { open: { ...open, principals: { ...open.principals, [source]: principal } } },
      ),
    );

  let ledgerWork: Promise<void> = Promise.resolve();
  /** Adds the runs of the ledger to the journal, one reading after the other. RUNS reports a ledger that cannot be read. */
  const readLedgerJournal = (): void => {
    const here = present;
    if (here === undefined) return;
    ledgerWork = ledgerWork.then(async () => {
      const entries = await here.ledger.read().catch(() => []);
      if (present?.ledger !== here.ledger || entries.length === 0) return;
      cockpit.setState(({ journal }) => ({ journal: withLedgerEntries(journal, entries) }));
    });
  };

  /** The other environments open after this one is shown, and do not delay it. */
  const lookAcross = async (here: ControllerState): Promise<void> => {
    const across = await here.opened.openAcross();
    if (present !== here) return void (await Promise.all(across.map((engine) => engine.close())));
    present = { ...here, across };
    cockpit.setState((s) => withOpenEnvironments(s, across));
    parts.switched(here.opened, across);
    for (const engine of across) engine.start();
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
    resetsSaved: () => present?.resets.reload(),
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
      present.opened.engine.pollNow();
      logs.discoverNow();
      for (const engine of present.across) engine.pollNow();
    },
    read: (feeds) => present?.opened.engine.pollNow(feeds),
    readHistory: (signal, range, purpose) => {
      if (present === undefined) return;
      for (const engine of [present.opened.engine, ...present.across])
        engine.readHistory(signal, range, purpose);
    },
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
      const closed = cockpit.getState().forwards?.find((one) => one.id === id);
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
