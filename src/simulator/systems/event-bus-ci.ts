import type { CiSpec } from '../model/spec/ci.ts';

const hour = 3_600_000;
const day = 24 * hour;
/** The commit of image 1.1.0. */
const newest = '7c2e90b4'.repeat(5);

/** The repository of the event bus: one workflow, which builds the image and runs every test. */
export const eventBusCi: CiSpec = {
  owner: 'trademaster',
  name: 'event-bus',
  defaultBranch: 'main',
  user: 'dana',
  heads: { main: newest },
  workflows: [
    {
      id: 301,
      name: 'CI',
      file: 'ci.yml',
      state: 'active',
      jobs: [
        { name: 'build', steps: [{ name: 'Run mvn package', seconds: 140 }] },
        { name: 'unit-tests', steps: [{ name: 'Run mvn test', seconds: 95 }] },
        { name: 'integration-tests', steps: [{ name: 'Run mvn verify', seconds: 260 }] },
        { name: 'image', steps: [{ name: 'Push image', seconds: 45 }] },
      ],
    },
  ],
  environments: [],
  history: [
    {
      workflow: 'ci.yml',
      branch: 'main',
      event: 'push',
      actor: 'ravi',
      title: 'release 1.0.0',
      sha: '1f30aa57'.repeat(5),
      agoMs: 12 * day,
    },
    {
      workflow: 'ci.yml',
      branch: 'main',
      event: 'push',
      actor: 'dana',
      title: 'release 1.1.0',
      sha: newest,
      agoMs: 5 * hour,
    },
  ],
};

/** A push to main whose integration tests fail. */
export const failedEventBusTests = {
  name: 'tests-failed',
  title: 'the integration tests of the newest commit fail in CI: its image must not be deployed',
  ci: {
    runs: [
      {
        workflow: 'ci.yml',
        branch: 'main',
        event: 'push',
        actor: 'mika',
        title: 'release 1.1.1',
        sha: 'a90d4410'.repeat(5),
        agoMs: 20 * 60_000,
        failsAt: {
          job: 'integration-tests',
          step: 'Run mvn verify',
          isPermanent: true,
          log: [
            '[ERROR] EventOrderIT.keepsOrderPerKey:71 expected: <[1, 2, 3]> but was: <[1, 3, 2]>',
            '[ERROR] Tests run: 48, Failures: 1, Errors: 0, Skipped: 0',
            '[INFO] BUILD FAILURE',
          ],
        },
      },
    ],
  },
} as const;
