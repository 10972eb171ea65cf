import { expect, test } from 'vitest';
import { openCockpit } from './cockpit.ts';
import { openSimulation } from './simulation.ts';

/** Replaces what differs between two runs with the same seed: ports, run ids and directories. */
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

test('the same seed produces the same run, to the millisecond and the last value', async () => {
  const once = await consumerLag();
  expect(once).toContain('"ending":"recovered"');
  expect(await consumerLag()).toBe(once);
});

test('simulated time does not advance by itself', async () => {
  await using cockpit = await openCockpit('demo/production', 'dependency-down');
  await cockpit.sees(/✗ (?:OPEN +bus-0|.* in bus-0 .*OPEN)/);
  const { clock } = cockpit.simulation;
  const then = clock.now();
  const screen = cockpit.pty.screen();
  await cockpit.simulation.quiet();
  await new Promise((resolve) => setImmediate(resolve));
  expect([clock.now(), cockpit.pty.screen()]).toEqual([then, screen]);
});

test('two simulated minutes contain every reading', async () => {
  await using simulation = openSimulation();
  const command = simulation.start([
    'check',
    '--watch',
    '--json',
    '--env',
    'event-bus/staging',
    '--rehearse',
  ]);
  const began = simulation.clock.now();
  await simulation.wait(120_000);
  command.interrupt();
  await command.ended();
  const reports = command.stdout
    .trimEnd()
    .split('\n')
    .map((line) => Date.parse(JSON.parse(line).at));
  expect(reports.length).toBeGreaterThanOrEqual(23);
  expect((reports.at(-1) ?? 0) - began).toBeGreaterThan(115_000);
});
