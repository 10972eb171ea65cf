import type { Millis } from '../../domain/base/fault.ts';
import { withoutForeignDrills } from '../../domain/facts/journal.ts';
import type { HistoryPurpose, HistoryRange } from '../../domain/facts/reading.ts';
import { severityOfRunbook } from '../../domain/facts/severity.ts';
import type { Snapshot } from '../../domain/facts/snapshot.ts';
import { formatForward } from '../../domain/runbooks/port-forward.ts';
import { rankSuggestions } from '../../runs/runbooks/rank-suggestions.ts';
import { createSuggester } from '../../runs/runbooks/suggest.ts';
import { objectsUnderChange } from '../../store/objects-under-change.ts';
import type { RunbookSuggestion } from '../../store/runbook-suggestion.ts';
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
import { createSuggestionHindrances } from './runs/suggestion-hindrances.ts';

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
  /** Adds new runs of the ledger to the journal. A ledger that cannot be read is reported by Runs. */
  readLedger(): Promise<void>;
  resetsSaved(): void;
  /** Reads every scheduled feed now, also of the environments beside it. */
  pollNow(): void;
  readHistory(signal: string, range: Pick<HistoryRange, 'from' | 'to'>, purpose: HistoryPurpose): void;
  /** Cancels the run in progress, and closes the environment and those beside it. */
  close(): Promise<void>;
}

class ShownEnvironment implements CockpitEnvironment {
  readonly opened: OpenedEnvironment;
  readonly #environment: EnvironmentParts;
  readonly #cockpit;
  readonly #clock;
  readonly #engine;
  readonly #executor;
  readonly #profile;
  readonly #own;
  readonly #isSimulated;
  readonly flow: CockpitEnvironment['flow'];
  readonly #suggest;
  readonly #hindrances;
  readonly #changes = createJournalTracker();
  readonly #news;
  readonly #dangers;
  readonly #openedAt: Millis;
  readonly #ledger;
  /** Ends reading what the sources recorded before. */
  readonly #stopRecorded = new AbortController();
  #across: readonly Engine[] = [];
  readonly #stopForwards;
  readonly #resets;
  readonly checklists: CockpitEnvironment['checklists'];
  readonly genericActions: CockpitEnvironment['genericActions'];
  readonly resetsSaved: CockpitEnvironment['resetsSaved'];

  constructor(environment: EnvironmentParts) {
    this.#environment = environment;
    this.opened = environment.opened;
    this.#cockpit = environment.parts.cockpit;
    this.#clock = environment.parts.clock;
    this.#engine = environment.opened.engine;
    this.#executor = environment.opened.executor;
    this.#profile = environment.opened.profile;
    this.#own = environment.opened.state ?? environment.parts.state;
    this.#isSimulated = environment.opened.simulator !== undefined;
    this.#hindrances = createSuggestionHindrances({
      executor: this.#executor,
      engine: this.#engine,
      dangerOf: (id) => this.#dangers.get(id),
      clock: this.#clock,
      changed: () => {
        if (environment.isCurrent()) this.#offer(this.#engine.snapshot());
      },
    });
    this.flow = createRunFlow(
      environment.parts,
      environment.opened,
      environment.say,
      environment.past,
      this.#hindrances,
    );
    this.#suggest = createSuggester(this.#profile.runbooks.filter((runbook) => !isOnlyOnRows(runbook)));
    this.#news = createNewsNotifier(environment.parts.isNotifying);
    this.#dangers = runbookDangers(this.#profile.runbooks, this.#engine.sources);
    this.#openedAt = this.#clock.now();
    this.#ledger = createLedgerJournal(
      this.#own.dir,
      { system: this.#profile.system, env: this.#profile.env, isSimulated: this.#isSimulated },
      this.#clock,
    );
    this.#stopForwards = this.#showForwards();
    this.#resets = createAutomaticResets({
      cockpit: this.#cockpit,
      clock: this.#clock,
      executor: this.#executor,
      isDrill: this.#isSimulated,
      say: environment.say,
    });
    this.checklists = createChecklists({
      ...environment.parts,
      stateDir: this.#own.dir,
      file: this.#own.checklists,
      approvals: this.#own.approvals,
      opened: environment.opened,
      say: environment.say,
    });
    this.genericActions = genericSuggestions(this.#profile.runbooks, this.#dangers);
    this.resetsSaved = this.#resets.reload;
  }

  start(): void {
    // Immediate, so that a key pressed within the first second already finds the runbooks for its row.
    this.#offer(this.#engine.snapshot());
    this.#environment.parts.switched(this.opened, []);
    this.#engine.start();
    this.#resets.reload();
    this.checklists.reload();
    this.checklists.reloadRuns();
    this.#environment.guarded(this.#readRecorded());
    this.#environment.guarded(this.#showPrincipals());
  }

  async openAcross(): Promise<void> {
    const others = await this.opened.openAcross();
    if (!this.#environment.isCurrent())
      return void (await Promise.all(others.map((othersEngine) => othersEngine.close())));
    this.#across = others;
    this.#cockpit.setState((s) => withOpenEnvironments(s, this.#across));
    this.#environment.parts.switched(this.opened, this.#across);
    for (const currentEngine of this.#across) currentEngine.start();
  }

  everySecond(): void {
    this.#resets.everySecond();
    this.checklists.everySecond();
    this.#environment.reportCopies(this.opened.copies ?? [], this.flow.isBusy());
    const snapshot = this.#engine.snapshot();
    this.#offer(snapshot);
    this.#cockpit.setState((s) =>
      this.#news(s, this.#clock.now(), snapshot, () => engineSentence(this.opened, this.#clock)),
    );
    const changed = this.#changes(snapshot);
    if (changed.length > 0) this.#cockpit.setState((s) => withJournalChanges(s, changed));
  }

  readonly readLedger: CockpitEnvironment['readLedger'] = async () => {
    const entries = await this.#ledger.read().catch(() => []);
    if (!this.#environment.isCurrent() || entries.length === 0) return;
    this.#cockpit.setState(({ journal }) => ({ journal: withLedgerEntries(journal, entries) }));
  };

  pollNow(): void {
    for (const currentEngine of [this.#engine, ...this.#across]) currentEngine.pollNow();
  }

  readHistory(signal: string, range: Pick<HistoryRange, 'from' | 'to'>, purpose: HistoryPurpose): void {
    for (const currentEngine of [this.#engine, ...this.#across])
      currentEngine.readHistory(signal, range, purpose);
  }

  async close(): Promise<void> {
    this.#stopRecorded.abort(new DOMException('the environment was closed', 'AbortError'));
    this.#stopForwards();
    const forwards = this.#cockpit.getState().forwards ?? [];
    if (forwards.length > 0)
      this.#environment.say(
        `Port-forwards closed with the environment: ${forwards.map(formatForward).join(', ')}`,
      );
    this.#cockpit.setState({ forwards: [] });
    this.flow.cancel();
    await this.flow.settled();
    await this.flow.unwatch('the environment was closed');
    await this.#hindrances.close();
    await this.#resets.close();
    await this.checklists.close();
    this.#cockpit.setState({ resets: [], ledgerProblem: undefined });
    await Promise.all([...this.#across.map((acrossEngine) => acrossEngine.close()), this.opened.close()]);
  }

  /** Shows the port-forwards from now on. Returns a stop function. */
  #showForwards(): () => void {
    const { portForwards } = this.opened;
    const show = (): void => {
      const was = this.#cockpit.getState().forwards ?? [];
      const forwards = portForwards?.list() ?? [];
      this.#cockpit.setState({ forwards });
      const message = forwardProblem(was, forwards);
      if (message !== undefined) this.#environment.say(message, 'warn');
    };
    return portForwards?.onChange(show) ?? (() => {});
  }

  /** Every runbook with its match state, in the order in which to consider them, for keys and rows. */
  #offer(snapshot: Snapshot): void {
    const history = this.#engine.facts.getState().history;
    const judged = this.#suggest(snapshot, this.#clock.now(), (key) => history[key]);
    const { open, journal, changeCoverage: coverage, ...shown } = this.#cockpit.getState();
    const dangerous = judged.map((suggestion) => withRunbookDanger(suggestion, this.#dangers));
    const ranked = rankSuggestions(dangerous, {
      snapshot,
      dependencies: open?.dependencies ?? {},
      journal: withoutForeignDrills(journal, this.#isSimulated),
      coverage,
      openedAt: this.#openedAt,
      now: this.#clock.now(),
      underChange: objectsUnderChange(shown.run),
      limitOf: (id) => warningLimit(this.#profile.signals, id),
      urgencyOf: (id) => severityOfRunbook(this.#profile.severity, id)?.rank,
      hindranceOf: (runbook) => this.#hindrances.hindranceOf(runbook, snapshot),
      foundNext: this.#hindrances.foundNext(this.#clock.now()),
    });
    const { suggestions: offered, trigger } = ranked;
    if (!sameSuggestions(shown.suggestions, offered) || shown.areSuggestionsAwaited === true)
      this.#cockpit.setState({ suggestions: offered, areSuggestionsAwaited: false });
    if (!sameTrigger(shown.trigger, trigger)) this.#cockpit.setState({ trigger });
    this.#hindrances.follow(ranked, snapshot, this.flow.isBusy());
  }

  /** Adds what the sources recorded before the environment was opened. */
  #readRecorded(): Promise<void> {
    return readRecordedChanges(
      this.#engine.changeRecorders,
      this.#clock,
      this.#stopRecorded,
      (source, recorded, coverage) =>
        this.#cockpit.setState(({ journal }) => ({
          journal: withRecordedChanges(journal, source, recorded),
          changeCoverage: coverage,
        })),
    );
  }

  /** Adds the accounts and roles of the sources to the header. */
  #showPrincipals(): Promise<void> {
    return readPrincipals(
      this.#engine.sources.values(),
      this.#clock,
      this.#stopRecorded,
      (source, principal) =>
        this.#cockpit.setState(({ open }) =>
          open === undefined
            ? {}
            : { open: { ...open, principals: { ...open.principals, [source]: principal } } },
        ),
    );
  }
}

/** Creates the environment of the cockpit from one that has just been opened. */
export const createCockpitEnvironment = (environment: EnvironmentParts): CockpitEnvironment =>
  new ShownEnvironment(environment);
