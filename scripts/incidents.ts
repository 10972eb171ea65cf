/**
 * `npm run incidents [-- NAME…]`: follows the first suggestion of each incident of the requirements and of demo, then the next
 * one, with the default answers, in simulations; prints the runs, keys and seconds. Exit 1: one is not over after three runs.
 *
 * `npm run incidents -- --terminal [NAME…]`: resolves incidents by keys, in the built program, in a terminal of
 * 120x36 cells, on the real clock. Prints the keys, and the seconds until the first change was sent, until its verification held
 * and until the incident was over. Exit 1: an expected screen did not come, or an incident took other runbooks than expected.
 */
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import catalogue from '../docs/catalogue.json' with { type: 'json' };
import { expectedSuggestions } from '../test/suggestions/expected.ts';
import { followIncidents } from './incidents/follow.ts';
import { type KeyedIncident, keyedIncidents } from './incidents/incidents.ts';
import { isShown, ledgerEvents, type Played, type Player, playIncident } from './incidents/play.ts';
import { openPtyTerminal } from './shot/pty-terminal.ts';

const launcher = fileURLToPath(new URL('../bin/opsdeck.js', import.meta.url));

/** Opens the program on an incident and resolves it. Rejects with the screen if an expected text does not come. */
const playInTerminal = async (incident: KeyedIncident): Promise<Played> => {
  const state = await mkdtemp(join(tmpdir(), 'opsdeck-incidents-'));
  // Without the offer of the first start, whose answer is a key of its own.
  await writeFile(join(state, 'tour'), 'offered\n');
  const startedAt = Date.now();
  const args = ['--env', incident.env, '--rehearse', incident.incident, '--state-dir', state];
  const pty = openPtyTerminal([process.execPath, launcher, ...args], {
    columns: 120,
    rows: 36,
    env: { XDG_CONFIG_HOME: state, XDG_CACHE_HOME: state },
  });
  const player: Player = {
    sees: (texts, timeoutMs) =>
      pty.until((screen) => isShown(screen, texts), `waiting for ${texts.join(' and ')}`, timeoutMs),
    press: async (bytes) => {
      const before = pty.screen().join('\n');
      pty.press(bytes);
      await pty.until((screen) => screen.join('\n') !== before, `a reaction to ${JSON.stringify(bytes)}`);
    },
    wait: (ms) => sleep(ms),
    elapsed: () => Date.now() - startedAt,
    ledger: async () =>
      ledgerEvents(await readFile(join(state, 'audit.jsonl'), 'utf8').catch(() => ''), startedAt),
  };
  try {
    return await playIncident(incident, player, true);
  } finally {
    await pty[Symbol.asyncDispose]();
    await rm(state, { recursive: true, force: true });
  }
};

const inSeconds = (ms: number | undefined): string => (ms === undefined ? '–' : (ms / 1000).toFixed(1));

const rowOf = ({ env, incident }: KeyedIncident, played: Played): readonly string[] => [
  `${env} ${incident}`,
  String(played.keys),
  ...[played.sentAt, played.verifiedAt, played.endedAt].map(inSeconds),
  played.runbooks.join(', ') || '–',
];

const usage = `npm run incidents [-- NAME…]             follows the suggestions of incidents, or of all
npm run incidents -- --terminal [NAME…]  resolves incidents by keys, in a terminal`;

const refuse = (text: string): never => {
  console.error(`incidents: ${text}`);
  return process.exit(2);
};

/** Ids of the requirements, and scenarios that a runbook ends, with and without their system. */
const followedNames = (): readonly string[] => [
  ...catalogue.rows.flatMap(({ id }) => /^(S\d-I\d+)-/.exec(id)?.[1] ?? []),
  ...Object.entries(expectedSuggestions).flatMap(([system, scenarios]) =>
    Object.entries(scenarios).flatMap(([incident, { right, endsOutside }]) =>
      endsOutside === undefined && right.length > 0 ? [incident, `${system}/${incident}`] : [],
    ),
  ),
];

const readOptions = () => {
  try {
    return parseArgs({
      options: { terminal: { type: 'boolean', default: false }, help: { type: 'boolean', default: false } },
      allowPositionals: true,
    });
  } catch (error) {
    return refuse(`${error instanceof Error ? error.message : String(error)}\n${usage}`);
  }
};
const { values, positionals: named } = readOptions();
if (values.help) {
  console.log(usage);
  process.exit(0);
}
const names = values.terminal ? keyedIncidents.map(({ incident }) => incident) : followedNames();
const unknown = named.filter((name) => !names.includes(name));
if (unknown.length > 0) {
  const known = [...new Set(names)].join(', ');
  refuse(`unknown incident ${unknown.join(', ')}. Use ${known}.`);
}
if (!values.terminal) process.exit(await followIncidents(named));

const chosen = keyedIncidents.filter(({ incident }) => named.length === 0 || named.includes(incident));

const rows: (readonly string[])[] = [['incident', 'keys', 'sent', 'verified', 'over', 'runbooks']];
for (const incident of chosen)
  try {
    const played = await playInTerminal(incident);
    rows.push(rowOf(incident, played));
    if (played.runbooks.join() !== incident.runbooks.join()) {
      console.error(
        `${incident.incident}: ran ${played.runbooks.join(', ')}, not ${incident.runbooks.join(', ')}`,
      );
      process.exitCode = 1;
    }
  } catch (error) {
    console.error(
      `${incident.env} ${incident.incident}: ${error instanceof Error ? error.message : String(error)}`,
    );
    process.exitCode = 1;
  }

const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
for (const row of rows)
  console.log(
    row
      .map((text, column) => text.padEnd(widths[column] ?? 0))
      .join('  ')
      .trimEnd(),
  );
console.log(
  'seconds since the start of the program, with 5 s to read the first screen and 1.1 s for each other one',
);
