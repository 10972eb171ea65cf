import type { Millis } from '../../../domain/base/fault.ts';
import type { UiStore } from '../contract/model.ts';
import { liveContext, type RenderContext } from '../contract/render-context.ts';
import { withChanges, withoutChanges, withoutFlash } from '../contract/row-changes.ts';
import { orderHeldMs, resortedHintMs } from '../contract/row-order.ts';
import { currentForm } from '../layout/layout.ts';
import { createLevelTracker } from './level-tracker.ts';

/** Time for which a changed row flashes. */
const flashMs: Millis = 600;

interface RowWatchParts {
  readonly model: UiStore;
  readonly clock: { now(): Millis; sleep(ms: Millis, signal?: AbortSignal): Promise<void> };
  /** Draws the screen soon. */
  redraw(): void;
}

/** Watches the rows from one drawing of data to the next. */
interface RowWatch {
  /** Called with the context of new data. True if the state of the screen has changed: it must be read again. */
  observe(view: RenderContext): boolean;
  stop(): void;
}

/** True if the rows of the held pane are in another order without the hold. */
const isSortedOtherwise = (view: RenderContext): boolean => {
  const { orderHold } = view.ui;
  if (orderHold === undefined) return false;
  const pane = view.features.panes.byId(orderHold.pane);
  const form = currentForm(view, pane);
  const sorted = pane.displayedRows({ ...view, ui: { ...view.ui, orderHold: undefined } }, form);
  return pane.displayedRows(view, form).some(({ key }, index) => key !== sorted[index]?.key);
};

/**
 * Creates the watch of row levels and row order. Both are state of the screen and change only here, with new data or with the
 * clock tick, so that panes stay memoized: a flash is two changes of the state, not an animation.
 */
export const createRowWatch = ({ model, clock, redraw }: RowWatchParts): RowWatch => {
  const stopped = new AbortController();
  let levelsOf: ReturnType<typeof createLevelTracker> | undefined;
  let place: string | undefined;

  const endFlash = async (): Promise<void> => {
    await clock.sleep(flashMs, stopped.signal);
    if (stopped.signal.aborted) return;
    model.setState(({ changes }) => ({ changes: withoutFlash(changes, clock.now(), flashMs) }));
    redraw();
  };

  const observeLevels = (view: RenderContext): void => {
    const { own, cockpit } = liveContext(view);
    if (own === undefined) return;
    const { frame } = own.facts;
    const here = `${frame.system}/${frame.env}`;
    if (here !== place) {
      place = here;
      levelsOf = createLevelTracker(view.features.panes);
      model.setState({ changes: {}, orderHold: undefined, resorted: undefined });
    }
    levelsOf ??= createLevelTracker(view.features.panes);
    const { changed, settled } = levelsOf(own.snapshot);
    if (changed.length === 0 && settled.length === 0) return;
    const flashes = cockpit.settings.motion === 'on';
    const { changes } = model.getState();
    const next = withChanges(withoutChanges(changes, settled), changed, clock.now(), flashes);
    if (next === changes) return;
    model.setState({ changes: next });
    if (flashes && changed.length > 0) void endFlash();
  };

  const observeOrder = (view: RenderContext): void => {
    const now = clock.now();
    const { orderHold, resorted } = model.getState();
    if (orderHold !== undefined && now - orderHold.at >= orderHeldMs) {
      const hint = isSortedOtherwise({ ...view, ui: { ...view.ui, orderHold } });
      model.setState({
        orderHold: undefined,
        ...(hint ? { resorted: { pane: orderHold.pane, at: now } } : {}),
      });
    } else if (resorted !== undefined && now - resorted.at >= resortedHintMs)
      model.setState({ resorted: undefined });
  };

  return {
    observe: (view) => {
      const before = model.getState();
      observeLevels(view);
      observeOrder(view);
      return model.getState() !== before;
    },
    stop: () => stopped.abort(),
  };
};
