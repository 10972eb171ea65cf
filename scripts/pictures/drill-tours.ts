import type { Step, Tour } from './picture.ts';
import { arming } from './seen.ts';

/** An incident that is walked: what Problems shows, the runbook with its answers, and the manual steps of its run. */
interface Walk {
  readonly env: string;
  readonly incident: string;
  readonly size: Tour['size'];
  /** The drill does not say which incident it is. */
  readonly isBlind?: true;
  readonly problem: RegExp;
  readonly runbook: string;
  /** Words of its title. */
  readonly words: string;
  /** From the palette to the preview. */
  readonly answers?: readonly Step[];
  /** The text that confirms the preview. */
  readonly typed?: string;
  /** From the cancel window to the result. */
  readonly manual?: readonly Step[];
  /** Further runs, from the result of the first to that of the last. */
  readonly next?: readonly Step[];
}

// A card accepts a confirmation only after a delay.
const confirmation = 'wait:1100 enter';
const preview = /Confirm in PRODUCTION/;
const verified = /● RECOVERED|STEP VERIFIED/;

/** Marks a manual step as done, or continues with a step that asks. */
const ticks = (step: RegExp): readonly Step[] => [step, confirmation];

const tourOf = (walk: Walk): Tour => {
  const { env, incident, size, problem, runbook, words, answers = [], typed, manual = [], next = [] } = walk;
  const name = `walk-${incident}`;
  return {
    name,
    size,
    args: ['drill', env, incident, ...(walk.isBlind ? ['--blind'] : [])],
    pictures: [
      {
        file: `${name}-now`,
        title: `Problems of ${env} in the drill ${incident}: the problems, worst first, and the suggested runbook`,
        steps: [problem, 'W', new RegExp(`▌W Problems[\\s\\S]*(?:${runbook}|${words})`)],
      },
      {
        file: `${name}-preview`,
        title: `The preview of the runbook ${runbook}: its diagnosis, and the calls that it would send`,
        steps: [...arming, `ctrl-p text:${runbook}`, new RegExp(`▸.*${words}`), 'enter', ...answers, preview],
      },
      {
        file: `${name}-score`,
        title: `The score card of the drill ${incident}`,
        steps: [
          typed === undefined ? confirmation : `text:${typed} ${confirmation}`,
          ...manual,
          verified,
          ...next,
          // The score card opens when the card of the run is closed and the drill has ended.
          'esc',
          /SCORE[\s\S]*● RECOVERED/,
        ],
      },
    ],
  };
};

const panic = ticks(/▸ +Read the panic in the log/);

/** Five incidents from the problem to the score card, two of them blind. */
export const drillTours: readonly Tour[] = [
  tourOf({
    env: 'trading/production',
    incident: 'breaker-left-open',
    size: '120x36',
    problem: /✗ .*OPEN/,
    runbook: 'order-failures',
    words: 'Order placement failures:',
    manual: [...ticks(/▸ +Check that the API keys/), ...ticks(/▸ +Check the status page/)],
  }),
  tourOf({
    env: 'trading/production',
    incident: 'rollback-blocked',
    size: '120x36',
    isBlind: true,
    problem: /✗ .*blue/,
    runbook: 'deploy-color',
    words: 'Start the standby',
    answers: [/[║│] +▸ +blue/, 'enter'],
  }),
  tourOf({
    env: 'event-processing/production',
    incident: 'events-stuck',
    size: '80x24',
    problem: /event-consumer-group has stopped/,
    runbook: 'events-stuck',
    words: 'Stuck events',
    typed: 'processing.events',
    manual: ticks(/enter +continue with this step/),
  }),
  tourOf({
    env: 'trading/production',
    incident: 'pipeline-failed',
    size: '120x36',
    problem: /Failing CI runs/,
    runbook: 'pipeline-failure',
    words: 'Pipeline failure',
  }),
  tourOf({
    env: 'eventmesh/production',
    incident: 'crashed',
    size: '200x60',
    isBlind: true,
    problem: /✗ .*eventmesh-api/,
    runbook: 'restart',
    words: 'restart the crashed',
    answers: [/[║│] +▸ +vm-1/, 'enter'],
    manual: panic,
    next: ['n', /[║│] +▸ +vm-2/, 'enter', preview, confirmation, ...panic, verified],
  }),
];
