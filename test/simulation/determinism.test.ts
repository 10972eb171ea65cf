import { expect, test } from 'vitest';
import { openCockpit } from './cockpit.ts';
import { openSimulation } from './simulation.ts';

/** What differs between two runs of one seed: the ports that the machine gives, run ids, and folders. */
const normalized = (text: string, run: string): string =>
  text
    .replaceAll(run, 'RUN')
    .replaceAll(/127\.0\.0\.1:\d+/g, '127.0.0.1:PORT')
    .replaceAll(/opsdeck-[a-z]+-\d+-\w{6}/g, 'DIR');

const consumerLag = async (): Promise<string> => {
  await using simulation = openSimulation({ seed: 7 });
  const { stdout } = await simulation.run([
    ...['run', 'consumer-lag', '--env', 'saga/production', '--rehearse', 'consumer-lag'],
    ...['--json', '--diagnose', '--param', 'n=3', '--arm', 'INC-1', '--confirm', 'saga-orchestrator'],
  ]);
  const [first = ''] = stdout.split('\n');
  return normalized(stdout, JSON.parse(first).run);
};

test('the same seed gives the same run, to the millisecond and the last value', async () => {
  const once = await consumerLag();
  expect(once).toContain('"ending":"recovered"');
  expect(await consumerLag()).toBe(once);
});

test('simulated time stands still while nothing moves it', async () => {
  await using cockpit = await openCockpit('demo/production', 'dependency-down');
  await cockpit.sees(/✗ OPEN +bus-0/);
  const { clock } = cockpit.simulation;
  const [then, screen] = [clock.now(), cockpit.pty.screen()];
  await cockpit.simulation.quiet();
  await new Promise((resolve) => setImmediate(resolve));
  expect([clock.now(), cockpit.pty.screen()]).toEqual([then, screen]);
});

test('ten minutes pass at a cockpit: every second of the simulated systems is seen', async () => {
  await using cockpit = await openCockpit('demo/production', 'dependency-down');
  await cockpit.sees(/✗ OPEN +bus-0/);
  const { clock, wait } = cockpit.simulation;
  const then = clock.now();
  await wait(600_000);
  expect(clock.now()).toBe(then + 600_000);
  await cockpit.sees(/✗ OPEN +bus-0 .*1[01]m/);
});
