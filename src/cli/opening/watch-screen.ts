import type { StateStore } from '../../persistence/state-store.ts';
import type { SystemClock } from '../../platform/runtime/clock.ts';
import type { CockpitStore } from '../../store/cockpit.ts';
import type { FrameTap } from '../../ui/shell/recording/frame-tap.ts';
import type { GlobalOptions } from '../command/global-options.ts';

/** A cockpit whose screen is recorded or followed. */
export interface WatchedScreen {
  readonly cockpit: CockpitStore;
  readonly clock: SystemClock;
  readonly stateDir: string;
  readonly options: GlobalOptions;
  readonly frames: FrameTap;
  /** State that the open environment shares; undefined while none is open. */
  state(): StateStore | undefined;
  /** Calls the listener when another environment is open. Returns an unsubscribe function. */
  onSwitch(listener: () => void): () => void;
}

/** A recording or a publication in progress. */
export interface ScreenWatcher {
  /** Ends it, when the cockpit has ended. */
  close(): Promise<void>;
}

/** Begins to watch a screen, before its first frame or later. */
export type WatchScreen = (screen: WatchedScreen) => ScreenWatcher;
