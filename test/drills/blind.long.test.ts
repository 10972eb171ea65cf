import { expect, test } from 'vitest';
import { type CommandCockpit, openCockpitBy } from '../simulation/cockpit.ts';
import { openSimulation } from '../simulation/simulation.ts';
import { arm, chooseRunbook, confirm, enter, esc } from '../support/cockpit-verbs.ts';

/** Texts that name the incident: its id, its title, and the parts of the title. */
const names = /dependency-down|the broker is down|calls to it fail|the breakers before it open/;

/** The screen after every write from now on. */
const framesOf = ({ terminal }: CommandCockpit): readonly string[] => {
  const frames: string[] = [terminal.rows().join('\n')];
  const { stdout } = terminal;
  const write = stdout.write.bind(stdout);
  Object.assign(stdout, {
    write: (...given: Parameters<typeof write>) => {
      const done = write(...given);
      frames.push(terminal.rows().join('\n'));
      return done;
    },
  });
  return frames;
};

test('no frame of a blind drill, and nothing else of it, names the incident before its end', async () => {
  await using simulation = openSimulation();
  const args = ['drill', 'demo/production', 'dependency-down', '--blind'];
  await using cockpit = await openCockpitBy(simulation, args);
  const frames = framesOf(cockpit);
  await cockpit.sees(/blind drill/);
  await cockpit.sees(/✗ .*OPEN/);
  await simulation.wait(5000);
  await cockpit.keys('W', 'j', 'J', '0');
  await cockpit.keys(':', ...'rehearse');
  await cockpit.sees(/a blind drill is running: end the drill with :heal/);
  await cockpit.keys(esc);
  await cockpit.keys('?', '?', '?', esc);
  await cockpit.keys('R', esc);
  await arm(cockpit, 'INC-7');
  await chooseRunbook(cockpit, 'restore-broker');
  await confirm(cockpit);
  await cockpit.sees(/Running/);
  const others = await Promise.all(
    [
      ['drill', '--history', '--json'],
      ['drill', '--list'],
      ['audit', 'show', '--json'],
      ['audit', 'export'],
    ].map((words) => simulation.run(words)),
  );
  const before = frames.length;
  expect(before).toBeGreaterThan(40);
  expect(frames.filter((frame) => names.test(frame))).toEqual([]);
  // Nothing of the list tells which of its incidents it is.
  expect(others[1]?.stdout).toMatch(/demo\/production +dependency-down +– +–/);
  expect([others[0], others[2], others[3]].map((other) => names.test(other?.stdout ?? ''))).toEqual([
    false,
    false,
    false,
  ]);

  await cockpit.sees(/drill ended: recovered/);
  await cockpit.keys(esc);
  await cockpit.sees(/SCORE {3}demo\/production dependency-down/);
  await cockpit.sees(/the broker is down/);
  await cockpit.keys(esc, ':', ...'rehearse slow', enter);
  await cockpit.sees(/drill started: slow-service/);
});

test('a seed repeats a random choice. The score card says how', async () => {
  const chosen = async (seed: string): Promise<string | undefined> => {
    await using simulation = openSimulation();
    await using cockpit = await openCockpitBy(simulation, ['drill', '--random', 'demo', '--seed', seed]);
    await cockpit.sees(/drill \S+/);
    cockpit.pty.press('q');
    expect(await simulation.until(cockpit.code)).toBe(1);
    const printed = cockpit.terminal.rows().join('\n');
    expect(printed).toContain(`opsdeck drill --random --seed ${seed}`);
    return /DRILL demo\/production (\S+):/.exec(printed)?.[1];
  };
  const first = await chosen('7');
  expect(first).toBeDefined();
  expect(await chosen('7')).toBe(first);
  expect(await chosen('8')).not.toBe(first);
});
