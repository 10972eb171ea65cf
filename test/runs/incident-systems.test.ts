import { expect, test } from 'vitest';
import type { SystemFingerprint } from '../../src/domain/facts/fingerprint.ts';
import type { EnvironmentReader } from '../../src/runs/environment/environment-reader.ts';
import { createFindingSystems } from '../../src/runs/incidents/finding-systems.ts';
import type { IncidentRow } from '../../src/runs/incidents/incident-rows.ts';
import { feedInfo } from '../support/made-facts.ts';
import { manualClock } from '../support/manual-clock.ts';

const daemon = (id: string): SystemFingerprint => ({ parts: { daemon: id } });

const rowOf = (source: string): IncidentRow => ({
  ...{ key: `health ${source}/app`, what: `health ${source} down`, level: 'crit' },
  ...{ of: { kind: 'health' }, feeds: [`${source}/health`], matches: () => false },
});

interface Sources {
  /** The source of the finding; absent: it cannot tell who it is. */
  readonly page?: SystemFingerprint;
  /** Its identity after the action, which restarts processes. */
  readonly restarted?: SystemFingerprint;
  /** A source of the run, before and after the action. */
  readonly docker: readonly [SystemFingerprint, SystemFingerprint | Error];
  readonly involved?: readonly string[];
  /** The daemon is meant to be another one. */
  readonly isDeclared?: true;
}

/** Why the absence of a finding of `page` proves nothing after an action. */
const problemOf = async ({ page, restarted, docker, involved = ['docker'], isDeclared }: Sources) => {
  const clock = manualClock();
  const pages = [page, restarted ?? page];
  const answers = [...docker];
  const fingerprint = async (): Promise<SystemFingerprint> => {
    const answer = answers.length > 1 ? answers.shift() : answers[0];
    if (answer instanceof Error) throw answer;
    return answer ?? daemon('none');
  };
  const engine = {
    sources: new Map<string, unknown>([
      ['page', page === undefined ? {} : { fingerprint: async () => pages.shift() ?? restarted ?? page }],
      ['docker', { fingerprint }],
    ]),
    feeds: [feedInfo('page/health', 'health'), feedInfo('docker/workloads', 'workloads')],
    facts: { getState: () => ({ feeds: {} }) },
  } as unknown as EnvironmentReader;
  const finding = rowOf('page');
  const systems = createFindingSystems([finding], {
    ...{ engine, clock, involved: new Set(involved) },
    changes: { parts: isDeclared === true ? ['daemon'] : [], restarts: restarted !== undefined },
  });
  const { signal } = new AbortController();
  await systems.read(signal, 0, undefined);
  expect(systems.problem(finding)).toBeUndefined();
  const actedAt = clock.now();
  await clock.advance(1000);
  await systems.read(signal, 0, actedAt);
  return systems.problem(finding)?.why;
};

const stranger: Sources['docker'] = [daemon('A'), daemon('B')];
const why = 'page has no identity, and docker has another: another server answers: daemon A → B';

test('a finding of a source without an identity is unknown when a stranger answers at a source of the run', async () => {
  expect(await problemOf({ docker: stranger })).toBe(why);
  expect(await problemOf({ docker: stranger, page: { parts: {}, untold: { '': 'HTTP 404' } } })).toBe(why);
});

const process = (id: string, age: number): SystemFingerprint => ({
  parts: { process: id },
  ages: { process: age },
});

test('a finding of a source that has restarted is unknown when a stranger answers at a source of the run', async () => {
  const sources = { docker: stranger, page: process('1', 60_000), restarted: process('2', 500) };
  expect(await problemOf(sources)).toBe(
    why.replace('no identity', 'a new process whose identity is not confirmed yet'),
  );
  const kept = { page: { ...sources.page, parts: { process: '1', set: 'rs0' } } };
  const restarted = { ...sources.restarted, parts: { process: '2', set: 'rs0' } };
  expect(await problemOf({ ...sources, ...kept, restarted })).toBeUndefined();
  expect(await problemOf({ ...sources, docker: [daemon('A'), daemon('A')] })).toBeUndefined();
});

test.each<readonly [string, Sources]>([
  ['it knows that the same system answers', { docker: stranger, page: daemon('page') }],
  ['the source is none of the run', { docker: stranger, involved: [] }],
  ['the same system answers there', { docker: [daemon('A'), daemon('A')] }],
  ['the run is meant to change it', { docker: stranger, isDeclared: true }],
  ['nothing answers there, which is no stranger', { docker: [daemon('A'), new Error('reset')] }],
])('a finding is cleared as usual when %s', async (_, sources) => {
  expect(await problemOf(sources)).toBeUndefined();
});
