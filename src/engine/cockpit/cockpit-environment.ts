import type { Millis } from '../../domain/base/fault.ts';
import { withoutForeignDrills } from '../../domain/facts/journal.ts';
import type { HistoryPurpose, HistoryRange } from '../../domain/facts/reading.ts';
import { severityOfRunbook } from '../../domain/facts/severity.ts';
import type { Snapshot } from '../../domain/facts/snapshot.ts';
import { formatForward } from '../../domain/runbooks/port-forward.ts';
import { rankSuggestions } from '../../runs/runbooks/rank-suggestions.ts';
import { createSuggester } from '../../runs/runbooks/suggest.ts';
import type { RunbookSuggestion } from '../../store/cockpit.ts';
import type { Engine } from '../engine.ts';
import { createJournalTracker } from '../journal/journal-tracker.ts';
import { createLedgerJournal, withLedgerEntries } from '../journal/ledger-journal.ts';
import { readRecordedChanges, withRecordedChanges } from '../journal/recorded-changes.ts';
import { engineSentence } from '../situation.ts';
import { createNewsNotifier } from './attention/attention.ts';
import { type CockpitChecklists, createChecklists } from './checklists.ts';
import type { CockpitParts, OpenedEnvironment } from './environment/cockpit-parts.ts';
import { withOpenEnvironments } from './environment/environment-state.ts';
import {
  type createCopyFailureReporter,
  forwardProblem,
  withJournalChanges,
} from './environment/messages.ts';
import { readPrincipals } from './environment/principals.ts';
import { createAutomaticResets } from './runs/automatic-resets.ts';
import { isOnlyOnRows } from './runs/built-in-runbooks.ts';
import { createRunFlow, type RunFlow } from './runs/run-flow.ts';
import type { RunHistory } from './runs/run-history.ts';
import {
  genericSuggestions,
  runbookDangers,
  sameSuggestions,
  sameTrigger,
  warningLimit,
  withRunbookDanger,
} from './runs/runbook-dangers.ts';

interface EnvironmentParts {
  readonly parts: CockpitParts;
  readonly opened: OpenedEnvironment;
  /** The runs of the ledger. */
  readonly past: RunHistory;
  /** False: the cockpit has closed the environment, and nothing of it is shown any more. */
  isCurrent(): boolean;
  say(text: string, level?: 'ok' | 'unknown' | 'warn'): void;
  readonly reportCopies: ReturnType<typeof createCopyFailureReporter>;
  /** Reports an error of this work as an internal one. */
  guarded(work: Promise<void>): void;
}

/** The open environment of the cockpit, and everything that begins and ends with it. */
export interface CockpitEnvironment {
  readonly opened: OpenedEnvironment;
  readonly flow: RunFlow;
  readonly checklists: CockpitChecklists;
  /** Its generic actions, as suggestions. */
  readonly genericActions: readonly RunbookSuggestion[];
  /** Shows its suggestions, and reads its sources from now on. */
  start(): void;
  /** Opens the other environments of its system, which do not delay it. */
  openAcross(): Promise<void>;
  everySecond(): void;
  /** Adds new runs of the ledger to the journal. A ledger that cannot be read is reported by RUNS. */
  readLedger(): Promise<void>;
  resetsSaved(): void;
  /** Reads every scheduled feed now, also of the environments beside it. */
  pollNow(): void;
  readHistory(signal: string, range: Pick<HistoryRange, 'from' | 'to'>, purpose: HistoryPurpose): void;
  /** Cancels the run in progress, and closes the environment and those beside it. */
  close(): Promise<void>;
}

/** Creates the environment of the cockpit from one that has just been opened. */
export const createCockpitEnvironment = (environment: EnvironmentParts): CockpitEnvironment => {
  const { parts, opened, past, isCurrent, say, guarded } = environment;
  const { cockpit, clock } = parts;
  const { engine, executor, portForwards, profile } = opened;
  const { runbooks } = profile;
  const own = opened.state ?? parts.state;
  const isSimulated = opened.simulator !== undefined;
  const flow = createRunFlow(parts, opened, say, past);
  const suggest = createSuggester(runbooks.filter((runbook) => !isOnlyOnRows(runbook)));
  const changes = createJournalTracker();
  const news = createNewsNotifier(parts.isNotifying);
  const dangers = runbookDangers(runbooks, engine.sources);
  const openedAt: Millis = clock.now();
  const ledger = createLedgerJournal(
    own.dir,
    { system: profile.system, env: profile.env, isSimulated },
    clock,
  );
  /** Ends reading what the sources recorded before. */
  const stopRecorded = new AbortController();
  let across: readonly Engine[] = [];

  /** Shows the port-forwards from now on. Returns a stop function. */
  const showForwards = (): (() => void) =>
    portForwards?.onChange(() => {
      const was = cockpit.getState().forwards ?? [];
      const forwards = portForwards.list();
      cockpit.setState({ forwards });
      const message = forwardProblem(was, forwards);
      if (message !== undefined) say(message, 'warn');
    }) ?? (() => {});
  const stopForwards = showForwards();
  const resets = createAutomaticResets({ cockpit, clock, executor, isDrill: isSimulated, say });
  const checklists = createChecklists({ ...parts, stateDir: own.dir, file: own.checklists, opened, say });

  /** Every runbook with its match state, in the order in which to consider them, for keys and rows. */
  const offer = (snapshot: Snapshot): void => {
    const history = engine.facts.getState().history;
    const judged = suggest(snapshot, clock.now(), (key) => history[key]);
    const { open, journal, changeCoverage: coverage, ...shown } = cockpit.getState();
    const { suggestions, trigger } = rankSuggestions(judged, {
      snapshot,
      dependencies: open?.dependencies ?? {},
      journal: withoutForeignDrills(journal, isSimulated),
      coverage,
      openedAt,
      now: clock.now(),
      limitOf: (id) => warningLimit(profile.signals, id),
      urgencyOf: (id) => severityOfRunbook(profile.severity, id)?.rank,
    });
    const offered = suggestions.map((suggestion) => withRunbookDanger(suggestion, dangers));
    if (!sameSuggestions(shown.suggestions, offered) || shown.areSuggestionsAwaited === true)
      cockpit.setState({ suggestions: offered, areSuggestionsAwaited: false });
    if (!sameTrigger(shown.trigger, trigger)) cockpit.setState({ trigger });
  };

  /** Adds what the sources recorded before the environment was opened. */
  const readRecorded = (): Promise<void> =>
    readRecordedChanges(engine.changeRecorders, clock, stopRecorded, (source, recorded, coverage) =>
      cockpit.setState(({ journal }) => ({
        journal: withRecordedChanges(journal, source, recorded),
        changeCoverage: coverage,
      })),
    );

  /** Adds the accounts and roles of the sources to the header. */
  const showPrincipals = (): Promise<void> =>
    readPrincipals(engine.sources.values(), clock, stopRecorded, (source, principal) =>
      cockpit.setState(({ open }) =>
        open === undefined
          ? {}
          : { open: { ...open, principals: { ...open.principals, [source]: principal } } },
      ),
    );

  return {
    opened,
    flow,
    checklists,
    genericActions: genericSuggestions(runbooks, dangers),
    start: () => {
      // Immediate, so that a key pressed within the first second already finds the runbooks for its row.
      offer(engine.snapshot());
      parts.switched(opened, []);
      engine.start();
      resets.reload();
      checklists.reload();
      checklists.reloadRuns();
      guarded(readRecorded());
      guarded(showPrincipals());
    },
    openAcross: async () => {
      const others = await opened.openAcross();
      if (!isCurrent()) return void (await Promise.all(others.map((othersEngine) => othersEngine.close())));
      across = others;
      cockpit.setState((s) => withOpenEnvironments(s, across));
      parts.switched(opened, across);
      for (const currentEngine of across) currentEngine.start();
    },
    everySecond: () => {
      resets.everySecond();
      checklists.everySecond();
      environment.reportCopies(opened.copies ?? [], flow.isBusy());
      const snapshot = engine.snapshot();
      offer(snapshot);
      cockpit.setState((s) => news(s, clock.now(), snapshot, () => engineSentence(opened, clock)));
      const changed = changes(snapshot);
      if (changed.length > 0) cockpit.setState((s) => withJournalChanges(s, changed));
    },
    readLedger: async () => {
      const entries = await ledger.read().catch(() => []);
      if (!isCurrent() || entries.length === 0) return;
      cockpit.setState(({ journal }) => ({ journal: withLedgerEntries(journal, entries) }));
    },
    resetsSaved: resets.reload,
    pollNow: () => {
      for (const currentEngine of [engine, ...across]) currentEngine.pollNow();
    },
    readHistory: (signal, range, purpose) => {
      for (const currentEngine of [engine, ...across]) currentEngine.readHistory(signal, range, purpose);
    },
    close: async () => {
      stopRecorded.abort(new DOMException('the environment was closed', 'AbortError'));
      stopForwards();
      const forwards = cockpit.getState().forwards ?? [];
      if (forwards.length > 0) say(`closed with the environment: ${forwards.map(formatForward).join(', ')}`);
      cockpit.setState({ forwards: [] });
      flow.cancel();
      await flow.settled();
      await flow.unwatch('the environment was closed');
      await resets.close();
      await checklists.close();
      cockpit.setState({ resets: [], ledgerProblem: undefined });
      await Promise.all([...across.map((acrossEngine) => acrossEngine.close()), opened.close()]);
    },
  };
};
