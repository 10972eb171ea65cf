import { strokesOf } from '../shot/keys.ts';

/** A screen, and the keys that a person presses then. */
export interface KeyStep {
  /** Texts that the screen must show, blanks counted as one. */
  readonly sees: readonly string[];
  /** Keys as in `npm run shot -- --keys`: 'A text:INC-7 enter'. Absent: nothing to do but to look. */
  readonly press?: string;
}

/** An incident of a simulated system that is resolved by keys. The screen names each of them. */
export interface KeyedIncident {
  readonly env: string;
  readonly incident: string;
  /** Ids of the runbooks that change something, in order. */
  readonly runbooks: readonly string[];
  readonly steps: readonly KeyStep[];
  /** The end of the incident, where it comes minutes after the last key. */
  readonly later?: KeyStep;
}

/** The single keys of `press`, in the notation of `--keys`; typed text counts letter by letter. */
export const strokesIn = (press: string) =>
  press
    .split(' ')
    .flatMap(strokesOf)
    .flatMap((stroke) => (stroke.is === 'press' ? [stroke] : []));

/** The number of keys of an incident. */
export const keysOf = ({ steps }: KeyedIncident): number =>
  steps.reduce((sum, { press }) => sum + (press === undefined ? 0 : strokesIn(press).length), 0);

const armed = 'text:INC-7 enter';

/** Arms production from a card, and confirms it. */
const armAndConfirm: readonly KeyStep[] = [
  { sees: ['Confirm in PRODUCTION', 'press A to arm'], press: 'A' },
  { sees: ['ARM PRODUCTION', 'enter arm'], press: armed },
  { sees: ['ARMED', 'enter confirm'], press: 'enter' },
];

/** The manual steps of breakers-open, which ask for what the checks of the preview show. */
const breakerSteps: readonly KeyStep[] = [
  { sees: ['▸ Identify the failing dependency', 'enter done'], press: 'enter' },
  { sees: ['▸ Review error and performance logs', 'enter done'], press: 'enter' },
  { sees: ['▸ Fix the cause', 'enter done'], press: 'enter' },
  { sees: ['Sending in'] },
];

/** Resets the breakers after another runbook has fixed the cause. */
const resetNext: readonly KeyStep[] = [
  { sees: ['STEP VERIFIED, INCIDENT ONGOING', 'n breakers-open'], press: 'n' },
  { sees: ['Confirm in PRODUCTION', 'enter confirm'], press: 'enter' },
  ...breakerSteps,
];

const allClear: KeyStep = { sees: ['Users are fine since'] };

const panic: KeyStep = { sees: ['▸ Read the panic in the log', 'enter done'], press: 'enter' };

/** Incidents from the first screen to the all-clear. */
export const keyedIncidents: readonly KeyedIncident[] = [
  {
    env: 'eventmesh/production',
    incident: 'crashed',
    runbooks: ['restart', 'restart'],
    steps: [
      { sees: ['✗ failed eventmesh-api vm-2', 'R runbook'], press: 'R' },
      { sees: ['▸ ● restart'], press: 'enter' },
      { sees: ['Host:', '▸ vm-1'], press: 'enter' },
      ...armAndConfirm,
      panic,
      { sees: ['Sending in'] },
      { sees: ['STEP VERIFIED, INCIDENT ONGOING', 'n restart'], press: 'n' },
      { sees: ['Host:', '▸ vm-2'], press: 'enter' },
      { sees: ['Confirm in PRODUCTION', 'enter confirm'], press: 'enter' },
      panic,
      { sees: ['Sending in'] },
      // Panics are counted over five minutes.
      { sees: ['STEP VERIFIED, INCIDENT ONGOING', 'wait: the other problems count the last minutes'] },
    ],
    later: allClear,
  },
  {
    env: 'eventmesh/production',
    incident: 'data-corruption',
    runbooks: ['data-corruption-stop', 'data-corruption'],
    steps: [
      { sees: ['eventmesh-api', 'R shows data-corruption-stop'], press: 'R' },
      { sees: ['▸ ● data-corruption-stop'], press: 'enter' },
      { sees: ['Hosts:', '◆ vm-1', '◆ vm-2'], press: 'enter' },
      ...armAndConfirm,
      { sees: ['Sending in'] },
      { sees: ['STEP VERIFIED, INCIDENT ONGOING', 'n data-corruption'], press: 'n' },
      { sees: ['Hosts:', '◆ vm-1', '◆ vm-2'], press: 'enter' },
      { sees: ['Archive to restore:'], press: 'enter' },
      { sees: ['Version in the archive:'], press: 'text:0.1.0 enter' },
      {
        sees: ['type eventmesh/production to confirm'],
        press: 'text:eventmesh/production enter',
      },
      { sees: ['▸ Assess the extent', 'enter done'], press: 'enter' },
      { sees: ['Sending in'] },
      { sees: ['▸ Verify data integrity', 'enter done'], press: 'enter' },
      { sees: ['▸ Replay lost transactions', 'enter done'], press: 'enter' },
      { sees: ['● RECOVERED'] },
    ],
  },
  {
    env: 'event-bus/production',
    incident: 'dependency-down',
    runbooks: ['restore-database', 'breakers-open'],
    steps: [
      { sees: ['R shows restore-database', 'R runbook'], press: 'R' },
      { sees: ['▸ ● restore-database'], press: 'enter' },
      ...armAndConfirm,
      { sees: ['Sending in'] },
      ...resetNext,
      allClear,
    ],
  },
  {
    env: 'event-bus/production',
    incident: 'breaker-left-open',
    runbooks: ['breakers-open'],
    steps: [
      { sees: ['R shows breakers-open', 'R runbook'], press: 'R' },
      { sees: ['▸ ● breakers-open'], press: 'enter' },
      ...armAndConfirm,
      ...breakerSteps,
      allClear,
    ],
  },
  {
    env: 'event-bus/production',
    incident: 'database-blocked',
    runbooks: ['database-connectivity', 'breakers-open'],
    steps: [
      { sees: ['blocks', 'R runbook'], press: 'R' },
      { sees: ['▸ ● database-connectivity'], press: 'enter' },
      ...armAndConfirm,
      { sees: ['Sending in'] },
      ...resetNext,
      allClear,
    ],
  },
  {
    env: 'saga/production',
    incident: 'bad-release',
    runbooks: ['roll-back'],
    steps: [
      { sees: ['R shows roll-back', 'R runbook'], press: 'R' },
      { sees: ['▸ ● roll-back', '1.9.0 rolled out'], press: 'enter' },
      ...armAndConfirm,
      { sees: ['Sending in'] },
      allClear,
    ],
  },
  {
    env: 'saga/production',
    incident: 'broker-down',
    // The profile has no runbook for it: the screen says so, and whom to call.
    runbooks: [],
    steps: [
      { sees: ['kafka', 'R runbook'], press: 'R' },
      { sees: ['no runbook matches now', 'esc, then 9: contacts'], press: 'esc' },
      { sees: ['Consumer lag', 'W problems'], press: '9' },
      { sees: ['Contacts', 'Platform team', 'platform-team@company.com'] },
    ],
  },
  {
    env: 'trading/production',
    incident: 'pool-exhaustion',
    runbooks: ['pool-exhausted'],
    steps: [
      { sees: ['R shows pool-exhausted', 'R runbook'], press: 'R' },
      { sees: ['▸ ● pool-exhausted'], press: 'enter' },
      { sees: ['Sessions with a statement', 'a all'], press: 'a enter' },
      ...armAndConfirm,
      { sees: ['Sending in'] },
      { sees: ['Users are fine since'] },
    ],
  },
];
