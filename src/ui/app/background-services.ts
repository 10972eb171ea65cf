import type { StoreApi } from 'zustand/vanilla';
import type { Clock } from '../../platform/runtime/clock.ts';
import type { CockpitState } from '../../store/cockpit.ts';
import type { Commands } from '../../store/commands.ts';
import type { TimeTravel } from '../../store/past/decode-state.ts';
import { showScoreWhenFree } from '../features/drill/score-card.ts';
import { persistScreenState } from '../features/layouts/screen-state-recorder.ts';
import { openStreamsWhenVisible } from '../features/logs/open-when-visible.ts';
import { readChartHistory } from '../features/matrix/chart/read-chart-history.ts';
import { endAcknowledgementsWhenOver } from '../features/now/acknowledgement-watch.ts';
import { refreshRunsWhenVisible } from '../features/runs/pane.ts';
import { offerTour } from '../features/tour/offer.ts';
import { followTour } from '../features/tour/tour.ts';
import { recordProblems } from '../features/trend/record-problems.ts';
import { persistViews } from '../features/views/persist-views.ts';
import { reportFocusedPane } from '../features/who/report-focus.ts';
import type { UiStore } from '../shell/contract/model.ts';
import type { KeyContext } from '../shell/contract/pane.ts';
import { restoreNavigationOnSwitch } from '../shell/navigation/navigate.ts';
import type { StateFiles } from '../shell/state/state-writer.ts';
import { setMouseReporting } from '../shell/terminal/modes.ts';
import { watchMouseSetting } from '../shell/terminal/mouse/mouse-setting.ts';
import type { RedrawScheduler } from '../shell/terminal/redraw-scheduler.ts';
import { features } from './features.ts';

interface ServiceParts {
  readonly cockpit: StoreApi<CockpitState>;
  readonly clock: Clock;
  readonly commands: Pick<
    Commands,
    'logs' | 'readRuns' | 'readHistory' | 'endAcknowledgements' | 'reportPane'
  >;
  readonly size: { readonly columns: number };
  readonly keep?: StateFiles;
  readonly model: UiStore;
  readonly stdout: NodeJS.WriteStream;
  readonly redraw: RedrawScheduler;
  past?(): TimeTravel | undefined;
  currentContext(): KeyContext;
}

/** Services that follow the state of the cockpit and the UI while it is open. */
interface BackgroundServices {
  stop(): void;
  /** Resolves when the screen state is saved. */
  kept(): Promise<void>;
}

/** Starts the background services: environment switches, mouse setting, log streams, runs and screen state. */
export const startBackgroundServices = (parts: ServiceParts): BackgroundServices => {
  const { cockpit, clock, commands, size, keep, model, stdout, redraw, currentContext } = parts;
  const say = (text: string): void => {
    currentContext().notify(text);
    redraw.now();
  };
  const stops = [
    restoreNavigationOnSwitch({ cockpit, model, currentContext }),
    watchMouseSetting(model, cockpit, (on) => setMouseReporting(stdout, on)),
    openStreamsWhenVisible({ cockpit, model, commands, size }),
    refreshRunsWhenVisible({ cockpit, model, commands }),
    readChartHistory({ model, commands, currentContext }),
    endAcknowledgementsWhenOver({ clock, cockpit, commands, currentContext }),
    followTour(model, cockpit),
    showScoreWhenFree(model, cockpit),
    ...(keep === undefined ? [] : [offerTour({ model, cockpit, keep, say })]),
    recordProblems(parts),
    reportFocusedPane({ panes: features.panes, model, commands }),
  ];
  const memories =
    keep === undefined
      ? []
      : [
          persistScreenState({ panes: features.panes, model, cockpit, clock, keep, say }),
          persistViews({ model, cockpit, clock, keep, say }),
        ];
  return {
    stop: () => {
      for (const stop of stops) stop();
    },
    kept: async () => void (await Promise.all(memories.map((memory) => memory.stop()))),
  };
};
