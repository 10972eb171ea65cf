import type { ParamValues } from '../../../domain/param-value.ts';
import type { Hand } from '../../panes/pane.ts';
import { outgoing } from '../export/outgoing.ts';
import { shellLine } from '../export/shell-line.ts';

/** A run that can be asked for once more. */
export interface Rerunnable {
  readonly runbook: string;
  readonly system: string;
  readonly env: string;
  readonly params: ParamValues;
}

/**
 * The line that runs it without the screen. Names to confirm, a reason to arm and ticks are not in it: whoever pastes it
 * answers the gates anew.
 */
const runCommand = (
  { runbook, system, env, params }: Rerunnable,
  /** Of an environment that the embedded world serves: without it the line would reach the real one. */
  rehearsing?: { readonly incident?: string },
): string => {
  const given = Object.entries(params).flatMap(([name, value]) =>
    (typeof value === 'object' ? value : [value]).flatMap((one) => ['--param', `${name}=${String(one)}`]),
  );
  const world =
    rehearsing === undefined ? [] : [`--rehearse${rehearsing.incident ? `=${rehearsing.incident}` : ''}`];
  return shellLine(['opsdeck', 'run', runbook, '--env', `${system}/${env}`, ...world, ...given]);
};

/** Sends it to the clipboard, and says what it lacks; what cannot be told by a line is not copied. */
export const copyCommand = (hand: Hand, run: Rerunnable) => {
  const { open } = hand.view.cockpit;
  const line = runCommand(run, open?.embedded === true ? open : undefined);
  const text = outgoing(hand.view, line);
  if (text !== line)
    return hand.say(
      hand.view.pen.shared
        ? 'not copied: a command with aliases would run nothing; s ends share mode'
        : 'not copied: its parameters hold a secret, or what is no text',
    );
  hand.copy(text);
  hand.say('copied; --confirm NAME and --arm "why" are left for you to add');
};
