import type { SystemClock } from '../../platform/clock.ts';
import type { CockpitStore } from '../../store/cockpit.ts';
import type { FrameTap } from '../../ui/recording/frame-tap.ts';
import type { GlobalOptions } from '../global-options.ts';

/** A cockpit whose screen is recorded or followed. */
export interface WatchedScreen {
  readonly cockpit: CockpitStore;
  readonly clock: SystemClock;
  readonly stateDir: string;
  readonly options: GlobalOptions;
  readonly frames: FrameTap;
}

/** A recording or a publication in progress. */
export interface ScreenWatcher {
  /** Ends it, when the cockpit has ended. */
  close(): Promise<void>;
}

/** Begins to watch a screen, before its first frame or later. */
export type WatchScreen = (screen: WatchedScreen) => ScreenWatcher;
