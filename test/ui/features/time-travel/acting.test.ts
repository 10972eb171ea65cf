import { expect, test } from 'vitest';
import { commandInPast } from '../../../../src/runs/policy/past.ts';
import type { Commands } from '../../../../src/store/commands.ts';
import { withReadOnlyCommands } from '../../../../src/ui/shell/state/past-context.ts';

/** Records the calls: a command, 'refused', or 'live' for a return to the present. */
const stage = (...names: readonly string[]) => {
  const called: string[] = [];
  const note = (name: string) => () => {
    called.push(name);
  };
  const given = Object.fromEntries(names.map((name) => [name, note(name)]));
  const commands = withReadOnlyCommands(given as unknown as Commands, note('refused'), note('live'));
  return { called, commands };
};

test.each(['arm', 'breakGlass', 'propose', 'override', 'rerun', 'confirm', 'undo', 'rehearse'] as const)(
  '%s is refused: it can start a change',
  (name) => {
    const { called, commands } = stage(name);
    (commands[name] as () => void)();
    expect(called).toEqual(['refused']);
  },
);

test.each([
  'askNow',
  'read',
  'disarm',
  'readRuns',
  'showRun',
  'note',
  'loggedIn',
  'give',
  'decline',
  'cancel',
  'tick',
  'background',
  'describe',
  'stopDescribing',
  'save',
  'quit',
] as const)('%s is allowed: it cannot start a change', (name) => {
  const { called, commands } = stage(name);
  (commands[name] as () => void)();
  expect(called).toEqual([name]);
});

test('opening another environment returns to the present first', () => {
  const { called, commands } = stage('openEnvironment');
  commands.openEnvironment('staging');
  expect(called).toEqual(['live', 'openEnvironment']);
});

test('refuses a command that is not declared harmless', () => {
  expect(commandInPast('deleteEverything')).toBe('refused');
  const { called, commands } = stage('deleteEverything');
  (commands as unknown as { deleteEverything(): void }).deleteEverything();
  expect(called).toEqual(['refused']);
});
