import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { parse } from 'yaml';
import catalogue from '../../docs/catalogue.json' with { type: 'json' };
import type { Proposal } from '../../src/domain/runs/proposal.ts';
import type { RunEvent } from '../../src/domain/runs/run.ts';
import { ledgersOf } from '../simulation/cockpit.ts';

/** `recovers`: a runbook of the incident resolves it. `wrong path`: a run that does not. */
export type DrillPath = 'recovers' | 'wrong path';

const systems: Readonly<Record<string, string>> = catalogue.systems;

/** The system of an incident of the requirements: 'trading' of 'S1-I4'. */
const systemOf = (id: string): string => systems[id.slice(0, 2)] ?? id;

/** Runbooks of each incident, by the coverage of the profile: 'S1-I4' → 'pool-exhausted', …. */
export const runbooksOf = (id: string): readonly string[] => {
  const text = readFileSync(`profiles/${systemOf(id)}/coverage.yaml`, 'utf8');
  const covered: Readonly<Record<string, unknown>> = parse(text);
  return Object.entries(covered).flatMap(([path, ids]) => {
    const [section, runbook = '', ...inside] = path.split('.');
    const isOfIncident = [ids].flat().some((value) => value === id || String(value).startsWith(`${id}-`));
    return section === 'runbooks' && inside.length === 0 && isOfIncident ? [runbook] : [];
  });
};

/** A run in a ledger. */
interface DrilledRun {
  readonly runbook: string;
  readonly isDiagnosed: boolean;
  readonly ending: string;
  /** The incident around it went on. */
  readonly isOngoing: boolean;
}

const runsIn = (ledger: string): readonly DrilledRun[] => {
  const events: readonly RunEvent[] = ledger
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line).entry);
  const proposals = new Map<string, Proposal>();
  for (const event of events) if (event.event === 'planned') proposals.set(event.run, event.proposal);
  return events.flatMap((event) => {
    if (event.event !== 'ended') return [];
    const proposal = proposals.get(event.run);
    return [
      {
        runbook: proposal?.runbook ?? '',
        isDiagnosed: events.some((other) => other.event === 'diagnosed' && other.run === event.run),
        ending: event.ending,
        isOngoing: event.incident?.state === 'ongoing',
      },
    ];
  });
};

const notRecovered = new Set([
  'executed-not-recovered',
  'failed',
  'not-applicable',
  'forbidden',
  'cancelled',
]);

/**
 * A drill by keys for an incident of the requirements. Whatever the body asserts, the ledger of its cockpits must show
 * the path: a diagnosed run of a runbook of the incident that recovered, or a run that did not.
 */
export const incidentDrill = (
  id: string,
  path: DrillPath,
  title: string,
  body: () => Promise<void>,
): void => {
  test(`${id}, ${title}`, async () => {
    const runs = (await ledgersOf(body)).flatMap(runsIn);
    if (path === 'wrong path') {
      expect(runs.filter(({ ending, isOngoing }) => notRecovered.has(ending) || isOngoing)).not.toEqual([]);
      return;
    }
    const own = new Set(runbooksOf(id));
    expect(
      runs.filter(
        ({ runbook, isDiagnosed, ending }) => own.has(runbook) && isDiagnosed && ending === 'recovered',
      ),
      `recovered runs of ${[...own].join(', ')}`,
    ).not.toEqual([]);
  });
};
