import { expect } from 'vitest';
import { openSimulation } from '../../simulation/simulation.ts';
import { assertEvents, type Expectation } from '../support/expectations.ts';
import { openRelease, releaseParams } from '../support/release.ts';
import type { NamedExercise } from '../support/table.ts';

const ended = /exited with status 0/;

/** Expected output of the deployment to production. Both hosts run the previous version before it. */
const deployed: Expectation = {
  diagnose: {
    d1: /^v0\.1\.1$/m,
    d2: /^version: 0\.1\.0$/m,
    'd-approved': /^true: ci\.approvals is 0/,
    c3: ended,
    c4: /^benchmark: \d/,
    c6: /eventmesh-backup-\d+\.tar\.gz/,
    tls: /api-without-tls: up/,
    'c1-runs': /CI #\d+ success/,
    c8: /api-validation\.yml: active, schedule/,
  },
  acts: {
    c1: /CI #\d+ success/,
    c2: /#118 release 0\.1\.1: approved by ravi/,
    released: /Release #\d+ success/,
    'c3-again': ended,
    staging: /"version":"0\.1\.1"/,
    head: /^v0\.1\.1$/m,
    'c6-archive': /^\.\/bin\/riptide-api$/m,
    a1: /deployed eventmesh-api 0\.1\.1: healthy/,
  },
  proves: ['v3', 'v3-1', 'v3-2', 'v-installed-1', 'v-installed-2', 'v-units', 'v-backup'],
  holds: ['v2', 'v3-metrics', 'v3-hosts'],
};

/**
 * A release from staging to all production hosts on one simulator: production is refused until its checklist is complete, and a
 * version that nobody has reviewed is not deployed. The ledger has the name of the approver.
 */
export const eventmeshRelease: NamedExercise = {
  name: 'deploy of eventmesh/production, a release: recovered',
  env: 'eventmesh/production',
  runbook: 'deploy',
  carryOut: async (exercises) => {
    await using simulation = openSimulation();
    const { toStaging, toProduction, complete } = await openRelease(simulation, exercises);
    expect((await toStaging()).at(-1)).toMatchObject({ ending: 'recovered' });
    expect((await toProduction()).at(-1)).toMatchObject({
      ending: 'forbidden',
      why: expect.stringMatching(/^checklist before-deploy has open items \(\d of 7\)/),
    });
    expect(await complete()).toEqual([]);
    const unreviewed = await toProduction({ ...releaseParams, version: '0.1.0' });
    expect(unreviewed.at(-1)).toMatchObject({
      ending: 'failed',
      why: expect.stringMatching(/0 of 1 approvals/),
    });
    // A checklist counts for one run.
    expect(await complete()).toEqual([]);
    const events = await toProduction();
    const last = events.at(-1);
    expect(last, JSON.stringify(last)).toMatchObject({ ending: 'recovered' });
    expect(JSON.stringify(events)).toContain(releaseParams.approver);
    assertEvents(deployed, events);
  },
};
