import type { StoreApi } from 'zustand/vanilla';
import type { Clock } from '../platform/clock.ts';
import type { CockpitState } from '../store/cockpit.ts';
import type { Commands } from '../store/commands.ts';
import { keepPlaceAcross } from './features/environments/switched.ts';
import { type Keep, rememberScreen } from './features/layouts/memory.ts';
import { openWhenSeen } from './features/logs/open-when-seen.ts';
import { readWhenSeen } from './features/runs/read-when-seen.ts';
import type { Model } from './model.ts';
import type { Hand } from './panes/pane.ts';
import { followMouse } from './terminal/mouse/on.ts';
import type { Redraw } from './terminal/redraw.ts';
import { hearMouse } from './terminal/terminal.ts';

interface ShellParts {
  readonly cockpit: StoreApi<CockpitState>;
  readonly clock: Clock;
  readonly commands: Pick<Commands, 'logs' | 'readRuns'>;
  readonly size: { readonly columns: number };
  readonly keep?: Keep;
  readonly model: Model;
  readonly stdout: NodeJS.WriteStream;
  readonly redraw: Redraw;
  handNow(): Hand;
}

/** What goes on around the panes by itself. */
export interface Shell {
  stop(): void;
  /** Resolves when what was set up is kept. */
  kept(): Promise<void>;
}

/** Follows switches to other environments and whether the mouse is heard, and keeps how the screen is set up. */
export const createShell = (parts: ShellParts): Shell => {
  const { cockpit, clock, commands, size, keep, model, stdout, redraw, handNow } = parts;
  const say = (text: string): void => {
    handNow().say(text);
    redraw.now();
  };
  const stops = [
    keepPlaceAcross({ cockpit, model, handNow }),
    followMouse(model, cockpit, (on) => hearMouse(stdout, on)),
    openWhenSeen({ cockpit, model, commands, size }),
    readWhenSeen({ cockpit, model, commands }),
  ];
  const memory = keep && rememberScreen({ model, cockpit, clock, keep, say });
  return {
    stop: () => {
      for (const stop of stops) stop();
    },
    kept: async () => memory?.stop(),
  };
};
