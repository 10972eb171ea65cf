import type { Commands } from '../../../store/commands.ts';
import type { View } from '../../view.ts';
import { momentText } from './words.ts';

/** Why nothing can be changed while an earlier moment is looked at, or undefined. */
export const whyNotActing = ({ past }: Pick<View, 'past'>): string | undefined =>
  past === undefined
    ? undefined
    : `you are looking at ${momentText(past.at ?? past.wanted, past.live.now + past.live.wallOffset)}: . goes back to live`;

/**
 * The commands that keys have while an earlier moment is looked at: none that begins a change is obeyed, whichever key
 * gives it. What goes on already can be followed, ticked and cancelled.
 */
export const commandsInPast = (commands: Commands, refuse: () => void, goLive: () => void): Commands => ({
  ...commands,
  arm: refuse,
  propose: refuse,
  confirm: refuse,
  undo: refuse,
  override: refuse,
  rerun: refuse,
  rehearse: refuse,
  openEnvironment: (name) => {
    goLive();
    commands.openEnvironment(name);
  },
});
