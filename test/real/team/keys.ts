import { setTimeout as sleep } from 'node:timers/promises';
import type { PtyTerminal } from '../../../scripts/shot/pty-terminal.ts';
import { readMs } from '../../support/cockpit-verbs.ts';

export const escapeKey = '\u001b[27u';

/** The screen as one text: a sentence may go on in the next row of a card. */
const textOf = (screen: readonly string[]): string => screen.join(' ').replace(/[│║\s]+/g, ' ');

/** Waits until the screen shows a text. */
export const sees = (pty: PtyTerminal, text: RegExp, timeoutMs = 30_000): Promise<void> =>
  pty.until((screen) => text.test(textOf(screen)), `waiting for ${String(text)}`, timeoutMs);

/** Waits until the screen does not show a text. */
export const seesNot = (pty: PtyTerminal, text: RegExp): Promise<void> =>
  pty.until((screen) => !text.test(textOf(screen)), `waiting until ${String(text)} is gone`, 30_000);

/** Sends letters. Those that arrive together are a paste. */
export const type = (pty: PtyTerminal, text: string): void => {
  for (const letter of text) pty.press(letter);
};

/** Types a name that confirms something: letter by letter, because a paste does not confirm. */
export const typeName = async (pty: PtyTerminal, name: string): Promise<void> => {
  for (const [index, letter] of [...name].entries()) {
    pty.press(letter);
    await sees(pty, new RegExp(`${index + 1} of ${name.length}`));
  }
};

/** Opens a pane or gives a command by the command line. */
export const command = async (pty: PtyTerminal, name: string): Promise<void> => {
  pty.press(':');
  await sees(pty, /[╔╭][═─] [A-Z]{3}/);
  type(pty, name);
  await sees(pty, new RegExp(`${name}_`));
  pty.press('\r');
  await seesNot(pty, new RegExp(`${name}_`));
};

/** Answers a dialog. */
export const answer = async (pty: PtyTerminal, dialog: RegExp, text: string): Promise<void> => {
  await sees(pty, dialog);
  type(pty, text);
  await sees(pty, new RegExp(text));
  pty.press('\r');
};

/** Arms the environment with a reason. */
export const armTeam = async (pty: PtyTerminal, reason: string): Promise<void> => {
  pty.press('A');
  await sees(pty, /ARM (?:TEAM|PRODUCTION)/);
  type(pty, reason);
  await sees(pty, new RegExp(reason));
  pty.press('\r');
  await sees(pty, /ARMED .*\d+:\d\d left/);
};

/** Selects a runbook in the list of runbooks, as soon as it has this row, and opens the card. */
export const preview = async (pty: PtyTerminal, id = 'hold', row = /▸ . hold /): Promise<void> => {
  pty.press('R');
  await sees(pty, /Runbooks/);
  pty.press('/');
  type(pty, id);
  await sees(pty, new RegExp(`Runbooks +/${id}_`));
  await sees(pty, row, 90_000);
  pty.press('\r');
};

/** Waits until a card accepts its confirmation. */
export const readCard = (): Promise<void> => sleep(readMs);
