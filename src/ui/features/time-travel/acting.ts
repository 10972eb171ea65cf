import { inPast } from '../../../runs/policy/past.ts';
import type { Commands } from '../../../store/commands.ts';
import type { View } from '../../view.ts';
import { momentText } from './words.ts';

/** Why nothing can be changed while an earlier moment is looked at, or undefined. */
export const whyNotActing = ({ past }: Pick<View, 'past'>): string | undefined =>
  past === undefined
    ? undefined
    : `you are looking at ${momentText(past.at ?? past.wanted, past.live.now + past.live.wallOffset)}: . goes back to live`;

/**
 * The commands that keys have while an earlier moment is looked at: what the policy does not allow there is refused,
 * whichever key gives it. What goes on already can be followed, ticked and cancelled.
 */
export const commandsInPast = (commands: Commands, refuse: () => void, goLive: () => void): Commands =>
  new Proxy(commands, {
    get: (all, name) => {
      const rule = inPast(String(name));
      const command = Reflect.get(all, name);
      if (rule === 'allowed') return command;
      if (rule === 'refused') return refuse;
      return (...given: readonly unknown[]): void => {
        goLive();
        Reflect.apply(command, all, given);
      };
    },
  });
