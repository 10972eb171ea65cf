import type { StoreApi } from 'zustand/vanilla';
import type { Clock } from '../platform/clock.ts';
import type { ProcessTerminal } from '../platform/terminal/terminal.ts';
import type { CockpitState } from '../store/cockpit.ts';
import type { Commands } from '../store/commands.ts';
import type { FactsStore } from '../store/facts-store.ts';
import type { Past } from '../store/past/past.ts';
import type { Keep } from './features/layouts/memory.ts';
import type { Secrets } from './features/share/masks.ts';
import type { ColorDepth } from './theme/theme.ts';

/** What the screen is made from. */
export interface UiParts {
  readonly cockpit: StoreApi<CockpitState>;
  /** Facts of the open environment; undefined until one is open. */
  facts(): FactsStore | undefined;
  /** Facts of the other environments of its system, by environment. */
  across(): ReadonlyMap<string, FactsStore>;
  /** What was kept of earlier moments; undefined until it can be looked at. */
  past?(): Past | undefined;
  /** Told when the open environment has changed: `facts()` and `across()` are others from then on. */
  onOpen(listener: () => void): () => void;
  readonly commands: Commands;
  readonly clock: Clock;
  /** What the command line and the terminal say of how to draw; the user's settings are in `cockpit`. */
  readonly settings: {
    readonly ascii: boolean;
    readonly color: ColorDepth;
    /** The terminal has a light background. */
    readonly light?: boolean;
    /** tmux stands between this process and the terminal. */
    readonly tmux?: boolean;
    /** Frames go through Ink's own output: for readers of the screen, and to compare with. */
    readonly plainRows?: boolean;
    /** Others see this screen from its first frame on. */
    readonly shared?: boolean;
  };
  /** Masks the secrets that the process knows, in every mode. */
  readonly secrets?: Secrets;
  /** Where layouts and commands are kept; without it they are forgotten at the end. */
  readonly keep?: Keep;
  readonly stdout?: NodeJS.WriteStream;
  readonly stdin?: NodeJS.ReadStream;
  /** Without it, signals and ctrl-z do nothing here. */
  readonly host?: ProcessTerminal;
}
