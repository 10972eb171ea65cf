import { expect } from 'vitest';
import type { SimulatedCockpit } from '../../simulation/cockpit.ts';
import type { Workspace } from '../../simulation/workspace.ts';
import { arm } from '../../support/cockpit-verbs.ts';
import { localServer } from '../../support/local-server.ts';

/** The profile of a production system with a runbook that makes a temporary change; `more` and `sources`: further lines. */
export const loggingProfile = (url: string, more = '', sources = ''): string => `opsdeck: 1
system: shop
env: live
tier: production
${more}sources:
  bus: { type: actuator, service: bus, instances: { bus-0: "${url}" } }
${sources}runbooks:
  - id: debug
    title: Debug logging
    act: [{ id: a1, title: Set the level, use: bus.logger, with: { name: app, level: DEBUG, for: 15s } }]
    verify: none
`;

/** A server whose logger has a level, with the changing requests that it got. */
export const loggingServer = async () => {
  const sent: string[] = [];
  let level: string | undefined;
  const server = await localServer((request, response) => {
    if (request.method !== 'GET' && request.method !== 'HEAD') {
      sent.push(`${request.method} ${request.url}`);
      level = sent.length % 2 === 1 ? 'DEBUG' : undefined;
      return void request.resume().on('end', () => response.writeHead(204).end());
    }
    const { url = '' } = request;
    if (!url.includes('/loggers/')) return void response.writeHead(404).end('{}');
    const configured = level === undefined ? {} : { configuredLevel: level };
    response.end(JSON.stringify({ ...configured, effectiveLevel: level ?? 'INFO' }));
  });
  return { ...server, sent };
};

/** Makes the temporary change by a command, whose process ends before the time of the reset. */
export const makeTemporaryChange = async (workspace: Workspace): Promise<void> => {
  const args = ['run', 'debug', '--env', 'shop/live', '--arm', 'INC-7', '--confirm', 'app'];
  expect(await workspace.run(args)).toMatchObject({ code: 0 });
};

/** The work of a person at the keyboard of an armed cockpit. */
export type Hands = (cockpit: SimulatedCockpit) => Promise<void>;
export const noHands: Hands = async () => {};

/** A person who sends the reset that is due, as if the cockpit had done it. */
export const sendsReset: Hands = async (cockpit) => {
  await cockpit.keys('W');
  await cockpit.sees(/due: reset of/);
  await cockpit.keys('\r');
  await cockpit.simulation.wait(3000);
  cockpit.pty.press('\r');
  await cockpit.simulation.wait(10_000);
};

/** Lets ten minutes pass, half of them armed, and expects that nothing changing was sent. */
export const expectNothingSent = async (
  cockpit: SimulatedCockpit,
  sent: readonly string[],
  hands: Hands = noHands,
): Promise<void> => {
  await cockpit.sees(/read-only/);
  await cockpit.simulation.wait(5 * 60_000);
  expect(sent).toEqual([]);
  await arm(cockpit, 'INC-8');
  await hands(cockpit);
  await cockpit.simulation.wait(5 * 60_000);
  expect(sent).toEqual([]);
};
