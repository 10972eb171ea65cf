import { expect, test } from 'vitest';
import { commandInPast } from '../../../../src/runs/policy/past.ts';
import type { Commands } from '../../../../src/store/commands.ts';
import { withReadOnlyCommands } from '../../../../src/ui/features/time-travel/past-context.ts';

/** What was called: a command, 'refused', or 'live' for a return to the present. */
const stage = (...names: readonly string[]) => {
  const called: string[] = [];
  const note = (name: string) => () => {
    called.push(name);
  };
  const given = Object.fromEntries(names.map((name) => [name, note(name)]));
  const commands = withReadOnlyCommands(given as unknown as Commands, note('refused'), note('live'));
  return { called, commands };
};

test.each(['arm', 'propose', 'override', 'rerun', 'confirm', 'undo', 'rehearse'] as const)(
  '%s begins a change: it is refused',
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
] as const)('%s begins none: it is given', (name) => {
  const { called, commands } = stage(name);
  (commands[name] as () => void)();
  expect(called).toEqual([name]);
});

test('opening an environment leaves the earlier moment before', () => {
  const { called, commands } = stage('openEnvironment');
  commands.openEnvironment('staging');
  expect(called).toEqual(['live', 'openEnvironment']);
});

test('a command that is not declared harmless is refused', () => {
  expect(commandInPast('deleteEverything')).toBe('refused');
  const { called, commands } = stage('deleteEverything');
  (commands as unknown as { deleteEverything(): void }).deleteEverything();
  expect(called).toEqual(['refused']);
});
