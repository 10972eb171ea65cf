import fc from 'fast-check';
import { expect } from 'vitest';
import { features } from '../../src/ui/app/features.ts';
import { bindingGroups } from '../../src/ui/shell/keys/resolve-bindings.ts';
import { openCockpitIn, type SimulatedCockpit } from '../simulation/cockpit.ts';
import { openWorkspace } from '../simulation/workspace.ts';
import { arm, chooseRunbook, confirm } from '../support/cockpit-verbs.ts';
import { factor, family } from './support/attack.ts';

/** The bytes that a terminal sends for named keys. */
const named: Readonly<Record<string, string>> = {
  esc: '\u001b',
  enter: '\r',
  tab: '\t',
  space: ' ',
  up: '\u001b[A',
  down: '\u001b[B',
  left: '\u001b[D',
  right: '\u001b[C',
  backspace: '\u007f',
  'page-down': '\u001b[6~',
  'page-up': '\u001b[5~',
};
const bound = bindingGroups(features).flatMap(({ bindings }) => bindings.flatMap(({ keys }) => keys));
const bytesOf = (key: string): string | undefined => {
  if (key === 'A') return undefined; // Arming with a reason is the decision of a person.
  const control = /^ctrl-([a-z])$/.exec(key)?.[1];
  if (control !== undefined) return String.fromCharCode(control.charCodeAt(0) - 96);
  return named[key] ?? (key.length === 1 ? key : undefined);
};
const quits = ['q', '\u0003', '\u001a', '\u001c'];
const bytes = [...new Set(bound.flatMap((key) => bytesOf(key) ?? []))].filter(
  (quit) => !quits.includes(quit),
);
const commands = [
  ':run restore-broker\r',
  ':run close-breaker name=broker\r',
  'R\r\r\r',
  ':undo\r',
  'x\r\r',
  'C\r\r',
];

const anyKeys = fc.array(
  fc.oneof(
    { weight: 12, arbitrary: fc.constantFrom(...bytes) },
    { weight: 4, arbitrary: fc.constant('\r') },
    { weight: 1, arbitrary: fc.constantFrom(...commands) },
  ),
  { minLength: 30 * Math.min(1, factor), maxLength: 60 * Math.min(1, factor) },
);

/** Typical first keys of an operator. */
type Begin = (cockpit: SimulatedCockpit) => Promise<void>;

const unarmed: Begin = (cockpit) => cockpit.sees(/read-only/);

/** Arms production and confirms a preview, as if the gates had accepted the keys. */
const armedAndConfirmed: Begin = async (cockpit) => {
  await arm(cockpit, 'INC-7');
  await chooseRunbook(cockpit, 'restore-broker');
  await confirm(cockpit);
  await cockpit.sees(/Sending in \d s/);
  await cockpit.simulation.wait(5500);
};

family('random keys', ({ attack }) => {
  attack('in an unarmed production cockpit no key, palette entry or command sends a changing request', {
    rounds: 1,
    inputs: anyKeys,
    defense: unarmed,
    sabotaged: armedAndConfirmed,
    notices: /expected \[ '\w+ /,
    holds: async (keys, begin) => {
      // Some keys save files: in a directory that is removed afterwards.
      await using workspace = openWorkspace();
      const args = ['--env', 'demo/production', '--rehearse', 'dependency-down'];
      await using cockpit = await openCockpitIn(workspace, args);
      await cockpit.sees(/✗ (?:OPEN +bus-0|.* in bus-0 .*OPEN)/);
      await begin(cockpit);
      for (const [nth, key] of keys.entries()) {
        cockpit.pty.press(key);
        if (nth % 10 === 9) await cockpit.simulation.wait(300);
      }
      await cockpit.simulation.wait(5500);
      const changes = cockpit.simulation.simulators.flatMap((simulator) => simulator.changes());
      expect(changes.map(({ line }) => line)).toEqual([]);
      return keys.length;
    },
    cpuLimitMs: 120_000,
  });
});
