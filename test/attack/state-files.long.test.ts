import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import fc from 'fast-check';
import { expect } from 'vitest';
import { openCockpitIn, type SimulatedCockpit } from '../simulation/cockpit.ts';
import { openWorkspace, type Workspace } from '../simulation/workspace.ts';
import { arm } from '../support/cockpit-verbs.ts';
import { localServer } from '../support/local-server.ts';
import { family } from './support/attack.ts';
import { fieldPaths, hostileValue, withField } from './support/forged-fields.ts';

type Json = Parameters<typeof fieldPaths>[0];

const profile = (url: string): string => `opsdeck: 1
system: shop
env: live
tier: production
sources: { bus: { type: actuator, service: bus, instances: { bus-0: "${url}" } } }
runbooks:
  - id: debug
    title: Debug logging
    act: [{ id: a1, title: Set the level, use: bus.logger, with: { name: app, level: DEBUG, for: 15s } }]
    verify: none
`;

const here = { system: 'shop', env: 'live' };
const at = Date.UTC(2026, 2, 4, 9);

/** One valid record of each file that other processes write, besides the ledger and the resets. */
const planted: Readonly<Record<string, readonly Json[]>> = {
  'acknowledged.json': [
    {
      opsdeck: 1,
      acknowledged: [
        {
          ...here,
          finding: 'services bus',
          what: 'bus',
          level: 'crit',
          source: 'bus',
          who: 'ben',
          at,
          note: 'known',
        },
      ],
    },
  ],
  'checklists/records.jsonl': [
    {
      opsdeck: 1,
      ...here,
      list: 'daily',
      occurrence: '2026-03-04',
      who: 'ben',
      at,
      is: 'done',
      item: 'i1',
      note: '',
    },
    {
      opsdeck: 1,
      ...here,
      list: 'daily',
      occurrence: '2026-03-04',
      who: 'ben',
      at,
      is: 'end',
      items: [],
      run: 'r',
    },
  ],
  'incidents/INC-1.jsonl': [
    {
      ...{ seq: 1, at, who: 'ben' },
      entry: {
        ...{ event: 'declared', ...here, title: 'Down', severity: '', reason: '' },
        ...{ impact: '', services: '', commander: 'ben' },
      },
    },
    {
      ...{ seq: 2, at, who: 'ben' },
      entry: {
        ...{ event: 'sent', run: 'r', action: 'update', service: 'slack', outcome: 'sent' },
        ...{ reference: '', url: '', update: 0, text: 'x' },
      },
    },
  ],
  'drills.json': [
    {
      opsdeck: 1,
      drills: [
        {
          ...{ id: 'd1', ...here, incident: 'breaker-open', title: 'Breaker open', at, endedAt: at + 1000 },
          ...{ who: 'ben', host: 'vm', pid: 1, start: '1', place: 'p', how: 'run', blind: true, seed: 1 },
          target: { severity: 'P1', respond: '15m', escalate: '30m' },
          score: {
            ...{ outcome: 'recovered', noticedMs: 1, diagnosedMs: 2, actedMs: 3, recoveredMs: 4 },
            ...{ runbook: 'debug', wrongTurns: [{ is: 'runbook', text: 'debug' }], hints: 1, totalMs: 5 },
            gates: { passed: 1, refused: 1, overridden: 0 },
          },
        },
      ],
    },
  ],
};

/** Records a real temporary change by another process, then plants the other files. */
const plant = async (workspace: Workspace): Promise<void> => {
  const args = ['run', 'debug', '--env', 'shop/live', '--arm', 'INC-7', '--confirm', 'app'];
  expect(await workspace.run(args)).toMatchObject({ code: 0 });
  for (const [name, records] of Object.entries(planted)) {
    await mkdir(dirname(join(workspace.stateDir, name)), { recursive: true, mode: 0o700 });
    await writeFile(
      join(workspace.stateDir, name),
      records.map((one) => `${JSON.stringify(one)}\n`).join(''),
    );
  }
};

/** Forges one field of each file. Returns their number. */
const forge = async (workspace: Workspace, nth: number, values: readonly (Json | undefined)[]) => {
  let count = 0;
  for (const name of ['audit.jsonl', 'audit.head', 'resets.json', ...Object.keys(planted)]) {
    const path = join(workspace.stateDir, name);
    const text = await readFile(path, 'utf8');
    const isLines = name.endsWith('.jsonl');
    const records = (isLines ? text.trimEnd().split('\n') : [text]).map((line): Json => JSON.parse(line));
    const fields = records.flatMap((one, index) => fieldPaths(one).map((field) => ({ index, field })));
    const chosen = fields[nth % fields.length];
    if (chosen === undefined) continue;
    const value = values[count % values.length];
    const forged = records.map((one, index) =>
      index === chosen.index ? withField(one, chosen.field, value) : one,
    );
    await writeFile(path, forged.map((one) => `${JSON.stringify(one)}\n`).join(''));
    count++;
  }
  return count;
};

/** What happens at the keyboard of the cockpit. */
type Hands = (cockpit: SimulatedCockpit) => Promise<void>;
const nobody: Hands = async () => {};

/** A person who sends the reset that is due, as if the cockpit had done it. */
const sendsReset: Hands = async (cockpit) => {
  await cockpit.keys('W');
  await cockpit.sees(/due: reset of/);
  await cockpit.keys('\r');
  await cockpit.simulation.wait(3000);
  cockpit.pty.press('\r');
  await cockpit.simulation.wait(10_000);
};

family('forged state files', ({ attack }) => {
  attack('a cockpit sends no changing request in ten minutes, unarmed and armed, whatever its files say', {
    rounds: 1,
    inputs: fc.record({
      nth: fc.nat({ max: 2000 }),
      values: fc.array(hostileValue, { minLength: 7, maxLength: 7 }),
    }),
    defense: { hands: nobody, forges: true },
    sabotaged: { hands: sendsReset, forges: false },
    notices: /expected \[ 'POST/,
    holds: async ({ nth, values }, { hands, forges }) => {
      const sent: string[] = [];
      let level: string | undefined;
      await using server = await localServer((request, response) => {
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
      await using workspace = openWorkspace();
      await workspace.put('profiles/live.yaml', profile(server.url));
      await plant(workspace);
      sent.splice(0);
      const count = forges ? await forge(workspace, nth, values) : 0;
      await using cockpit = await openCockpitIn(workspace, ['--env', 'shop/live']);
      await cockpit.sees(/READ-ONLY/);
      await workspace.wait(5 * 60_000);
      expect(sent).toEqual([]);
      await arm(cockpit, 'INC-8');
      await hands(cockpit);
      await workspace.wait(5 * 60_000);
      expect(sent).toEqual([]);
      return count;
    },
    timeoutMs: 600_000,
  });
});
