import type { StoreApi } from 'zustand/vanilla';
import type { Millis } from '../../../domain/base/fault.ts';
import type { CockpitState } from '../../../store/cockpit.ts';
import type { TimeTravel } from '../../../store/past/decode-state.ts';
import type { PaneId } from '../../kit/components/cursor.ts';
import type { UiStore } from '../../shell/contract/model.ts';
import type { KeyContext } from '../../shell/contract/pane.ts';
import { liveContext, type RenderContext, wallNow } from '../../shell/contract/render-context.ts';
import { openEnvironmentName } from '../../shell/navigation/navigate.ts';
import { renderContextAt } from '../../shell/state/past-context.ts';

/** The titles compare the number of problems with that of this time ago. */
const comparedMs: Millis = 10 * 60_000;
const everyMs: Millis = 30_000;
/** The recorded history is read less often, because a snapshot of it has to be decoded. */
const historyEveryMs: Millis = 120_000;
/** A snapshot that is further from the wanted time is not compared. */
const toleranceMs: Millis = 60_000;

type Counts = Readonly<Record<PaneId, number>>;

interface Parts {
  readonly model: UiStore;
  readonly cockpit: StoreApi<CockpitState>;
  readonly clock: { now(): Millis; sleep(ms: Millis, signal?: AbortSignal): Promise<void> };
  /** Access to recorded history; undefined until it is available. */
  past?(): TimeTravel | undefined;
  currentContext(): KeyContext;
}

/** The number of problems per pane; undefined without facts. */
const countsOf = (view: RenderContext): Counts | undefined =>
  view.own === undefined
    ? undefined
    : Object.fromEntries(
        view.features.panes
          .all()
          .flatMap((pane) =>
            pane.problemCount === undefined || pane.kind === undefined
              ? []
              : [[pane.id, pane.problemCount(view)] as const],
          ),
      );

const same = (a: Counts | undefined, b: Counts | undefined): boolean =>
  JSON.stringify(a) === JSON.stringify(b);

/**
 * Counts the problems of every pane twice a minute and keeps those of ten minutes ago in the screen state, for the trend in
 * the titles. Until this session is ten minutes old they are read from the recorded history, if there is one. Returns the
 * function that stops it.
 */
export const recordProblems = ({ model, cockpit, clock, past, currentContext }: Parts): (() => void) => {
  const ended = new AbortController();
  let samples: readonly { readonly at: Millis; readonly counts: Counts }[] = [];
  let env = openEnvironmentName({ cockpit: cockpit.getState() });
  let historyReadAt = Number.NEGATIVE_INFINITY;

  const show = (before: Counts | undefined): void => {
    if (same(before, model.getState().problemsBefore)) return;
    model.setState(
      ({ problemsBefore: _, ...rest }) => (before === undefined ? rest : { ...rest, problemsBefore: before }),
      true,
    );
  };

  const fromHistory = (live: RenderContext): Counts | undefined => {
    const history = past?.();
    if (history === undefined || !live.hasHistory) return undefined;
    historyReadAt = clock.now();
    const wantedAmount = wallNow(live) - comparedMs;
    const then = renderContextAt(live, wantedAmount, history);
    const time = then.past?.at;
    return time === undefined || Math.abs(time - wantedAmount) > toleranceMs ? undefined : countsOf(then);
  };

  const sample = (): void => {
    const live = liveContext(currentContext().view);
    const now = clock.now();
    const counts = countsOf(live);
    if (counts === undefined) return;
    samples = [...samples.filter(({ at }) => at >= now - comparedMs - everyMs), { at: now, counts }];
    const then = samples.findLast(({ at }) => at <= now - comparedMs);
    if (then !== undefined) show(then.counts);
    else if (now - historyReadAt >= historyEveryMs) show(fromHistory(live));
  };

  const follow = (state: CockpitState): void => {
    const name = openEnvironmentName({ cockpit: state });
    if (name === env) return;
    env = name;
    samples = [];
    historyReadAt = Number.NEGATIVE_INFINITY;
    show(undefined);
  };

  const run = async (): Promise<void> => {
    while (!ended.signal.aborted) {
      sample();
      await clock.sleep(everyMs, ended.signal);
    }
  };
  const unfollow = cockpit.subscribe(follow);
  void run();
  return () => {
    unfollow();
    ended.abort();
  };
};
