import type { FollowParts } from '../shell/contract/features.ts';
import { restoreNavigationOnSwitch } from '../shell/navigation/navigate.ts';
import { setMouseReporting } from '../shell/terminal/modes.ts';
import { watchMouseSetting } from '../shell/terminal/mouse/mouse-setting.ts';
import type { RedrawScheduler } from '../shell/terminal/redraw-scheduler.ts';
import { features } from './features.ts';

interface ServiceParts extends Omit<FollowParts, 'panes' | 'say'> {
  readonly stdout: NodeJS.WriteStream;
  readonly redraw: RedrawScheduler;
}

/** Services that follow the state of the cockpit and the UI while it is open. */
export interface BackgroundServices {
  stop(): void;
  /** Resolves when the screen state is saved. */
  kept(): Promise<void>;
}

/** Starts the background services: environment switches, mouse setting, and what the features follow and keep. */
export const startBackgroundServices = (parts: ServiceParts): BackgroundServices => {
  const { cockpit, keep, model, stdout, redraw, currentContext } = parts;
  const say = (text: string): void => {
    currentContext().notify(text);
    redraw.now();
  };
  const followed: FollowParts = { ...parts, panes: features.panes, say };
  const stops = [
    restoreNavigationOnSwitch({ cockpit, model, currentContext }),
    watchMouseSetting(model, cockpit, (on) => setMouseReporting(stdout, on)),
    ...features.follow(followed),
  ];
  const memories = keep === undefined ? [] : features.record({ ...followed, keep });
  return {
    stop: () => {
      for (const stop of stops) stop();
    },
    kept: async () => void (await Promise.all(memories.map((memory) => memory.stop()))),
  };
};
